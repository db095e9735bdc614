"""The records every room exchanges: frozen, serialisable, free of behaviour beyond their digests.

Spans are half-open character offsets into the exact stored draft text. Scores are 0-1, higher is
worse. No record but ``Brief``, ``Draft`` and what the outbox holds carries text.
"""

from __future__ import annotations

from aigc_guard.records.decided import (
    Decision,
    Edit,
    Event,
    Outcome,
    Quarantined,
    Reason,
    Release,
    Review,
    strictest,
)
from aigc_guard.records.digests import LATER, canonical, digest_of, dump, load, sha256_text
from aigc_guard.records.measured import CheckReport, Finding, Span, Status
from aigc_guard.records.orders import Brief, Draft, Fact, Source, draft_id_of, writer_shown

__all__ = [
    "LATER",
    "Brief",
    "CheckReport",
    "Decision",
    "Draft",
    "Edit",
    "Event",
    "Fact",
    "Finding",
    "Outcome",
    "Quarantined",
    "Reason",
    "Release",
    "Review",
    "Source",
    "Span",
    "Status",
    "canonical",
    "digest_of",
    "draft_id_of",
    "dump",
    "load",
    "sha256_text",
    "strictest",
    "writer_shown",
]
