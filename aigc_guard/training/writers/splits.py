"""Which split a record belongs to, decided by the digest of its group key."""

from __future__ import annotations

import hashlib
from typing import Literal

Split = Literal["train", "valid", "test"]


def split_of(group: str, *, test_percent: int = 10, valid_percent: int = 4) -> Split:
    """Return the split of a group (an article, a contract, a product, a template).

    Whole groups fall on one side, so that near-duplicates never sit in both; the digest makes
    the answer the same on every machine and independent of the order of the records.
    """
    bucket = int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % 100
    if bucket < test_percent:
        return "test"
    if bucket < test_percent + valid_percent:
        return "valid"
    return "train"
