"""Checks measure batches of drafts and report findings; they never decide and never block."""
