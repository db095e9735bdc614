"""Hashes of every run of six tokens, and the few of them that are looked up (winnowing).

Of every four neighbouring hashes the smallest is chosen (the last of equal ones), by the hashes
alone: two texts that share nine tokens in a row share four hashes in a row, and both choose the
same one of them. So every shared run of nine tokens is found (6 + 4 - 1 = 9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

GRAM = 6
"""Tokens per hash."""
WINDOW = 4
"""Of so many neighbouring hashes one is chosen."""
LEAST = GRAM + WINDOW - 1
"""The shortest run that is certainly found, in tokens."""

_MASK = (1 << 64) - 1
_BASE = 0x9E3779B97F4A7C15
_OUT = pow(_BASE, GRAM, 1 << 64)
_MIX = 0xD6E8FEB86659FD93
_SALT = b"aigc_guard:runs1"


@lru_cache(maxsize=1 << 18)
def _token(word: str) -> int:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8, key=_SALT)
    return int.from_bytes(digest.digest(), "big")


def gram_hashes(words: Sequence[str]) -> list[int]:
    """A 32-bit hash per run of six tokens, in order; none for fewer than six."""
    values = [_token(word) for word in words]
    if len(values) < GRAM:
        return []
    out: list[int] = []
    rolling = 0
    for value in islice(values, GRAM):
        rolling = (rolling * _BASE + value) & _MASK
    out.append(_mixed(rolling))
    for leaving, value in zip(values, islice(values, GRAM, None), strict=False):
        rolling = (rolling * _BASE + value - leaving * _OUT) & _MASK
        out.append(_mixed(rolling))
    return out


def _mixed(value: int) -> int:
    value = ((value ^ (value >> 32)) * _MIX) & _MASK
    return (value ^ (value >> 29)) >> 32 & 0xFFFFFFFF


def chosen(hashes: Sequence[int], window: int = WINDOW) -> list[int]:
    """Positions of the hashes that are looked up, in order; all of them for a window of 1."""
    if window == 1:
        return list(range(len(hashes)))
    out: list[int] = []
    last = -1
    for start in range(len(hashes) - window + 1):
        if last >= start:  # the one chosen before still stands in the window
            newest = start + window - 1
            if hashes[newest] > hashes[last]:
                continue
            last = newest
        else:
            last = start
            for at in range(start + 1, start + window):
                if hashes[at] <= hashes[last]:
                    last = at
        out.append(last)
    return out
