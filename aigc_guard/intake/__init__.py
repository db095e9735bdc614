"""Briefs in: brief files to ``Brief`` records, and bad rows to a file that can be mended."""

from __future__ import annotations

from aigc_guard.intake.batch import Limits, read_briefs
from aigc_guard.intake.docs import STAGED, keep_docs, staged_docs
from aigc_guard.intake.quarantine import BadRow, Intake, write_quarantine

__all__ = [
    "STAGED",
    "BadRow",
    "Intake",
    "Limits",
    "keep_docs",
    "read_briefs",
    "staged_docs",
    "write_quarantine",
]
