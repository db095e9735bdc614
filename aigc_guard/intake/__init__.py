"""Briefs in: brief files to ``Brief`` records, and bad rows to a file that can be mended."""

from __future__ import annotations

from aigc_guard.intake.batch import Limits, read_briefs
from aigc_guard.intake.quarantine import BadRow, Intake, write_quarantine

__all__ = ["BadRow", "Intake", "Limits", "read_briefs", "write_quarantine"]
