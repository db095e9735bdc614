"""What the check calls its findings, and where models.lock names its index."""

from __future__ import annotations

from aigc_guard.checks.interface import Context
from aigc_guard.errors import ModelUnavailable, said

COPIED, TRAINING, RELEASED, SOURCE, QUOTED, DUPLICATE = (
    "copied_run", "training_run", "released_run", "brief_source", "quoted_run", "near_duplicate",
)  # fmt: skip
LABELS = (COPIED, TRAINING, RELEASED, SOURCE, QUOTED, DUPLICATE)
FILE = "texts.index"
"""Name of the index in a folder that models.lock lists under the role ``index``."""


def index_names(context: Context) -> list[str]:
    """The indices of models.lock; raises ModelUnavailable when there are none."""
    names = sorted(n for n, facts in context.models.items() if facts.get("role") == "index")
    if not names:
        raise ModelUnavailable(
            said("models.lock lists no index of the writers' training texts"),
            hint=said("restore it from git, or write training_texts: false under `with:`"),
        )
    return names
