"""Redaction once on the original text, its undoing, and masks for reports."""

from __future__ import annotations

from aigc_guard.redact.keys import load_or_make_key
from aigc_guard.redact.ledger import (
    Redacted,
    RedactionError,
    Replacement,
    apply,
    redacted_draft,
    undo,
)
from aigc_guard.redact.mask import Masked, MaskedSegment, mask, personal_findings

__all__ = [
    "Masked",
    "MaskedSegment",
    "Redacted",
    "RedactionError",
    "Replacement",
    "apply",
    "load_or_make_key",
    "mask",
    "personal_findings",
    "redacted_draft",
    "undo",
]
