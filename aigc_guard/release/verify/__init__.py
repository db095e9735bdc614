"""Verifies a released file or folder for somebody who does not trust us: no store, no network."""

from __future__ import annotations

from aigc_guard.proof.public_keys import Trust
from aigc_guard.release.verify.interface import Known, Layer, State, Status, Verdict
from aigc_guard.release.verify.verdict import verify

__all__ = ["Known", "Layer", "State", "Status", "Trust", "Verdict", "verify"]
