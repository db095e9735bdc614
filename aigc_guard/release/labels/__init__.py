"""What a released file says about its text, in words and for machines."""

from __future__ import annotations

from aigc_guard.release.labels.aigc import FIELDS, AigcLabel, read_label
from aigc_guard.release.labels.foreign import refuse_marked
from aigc_guard.release.labels.marks import Found, Marks
from aigc_guard.release.labels.producer import check_producer

__all__ = [
    "FIELDS",
    "AigcLabel",
    "Found",
    "Marks",
    "check_producer",
    "read_label",
    "refuse_marked",
]
