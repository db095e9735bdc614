"""Training of the guard encoders: one trunk, a toxicity head and a names head."""
