"""Models named by digest: the lock file, verified folders, safetensors loading, model cards."""

from __future__ import annotations

from aigc_guard.models.add import add_entry
from aigc_guard.models.card import render_card
from aigc_guard.models.lock import LOCK_NAME, Base, ModelEntry, TrainingSet, read_lock, write_lock
from aigc_guard.models.store import ModelStore
from aigc_guard.models.weights import load_state

__all__ = [
    "LOCK_NAME",
    "Base",
    "ModelEntry",
    "ModelStore",
    "TrainingSet",
    "add_entry",
    "load_state",
    "read_lock",
    "render_card",
    "write_lock",
]
