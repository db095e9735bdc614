"""``pii``: personal and business identifiers, and names, through presidio-analyzer."""

from __future__ import annotations

from aigc_guard.checks.pii.check import PiiCheck, PiiSettings

__all__ = ["PiiCheck", "PiiSettings"]
