"""Training of the embedded models: data, loop, evaluation, export (needs the ``train`` extra)."""
