"""``grounding``: figures, dates, names and quotations, traced to the brief they come from."""
