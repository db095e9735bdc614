"""A watermark's settings: numbers drawn from one secret, and the processor they make.

The table of coin flips is drawn from the secret, too. Whoever does not know it sees flips that are
as good as random, and that is all the null distribution in ``chance.py`` needs.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aigc_guard.records import digest_of

SCHEME = "synthid-text"
NGRAM = 5
"""A token's mark hangs on itself and the four before it."""
DEPTH = 30
"""Layers of the tournament, each with a key of its own."""
TABLE = 2**20
"""Coin flips in the table. The library's default of 2^16 is too small for long texts: their flips
would often be the same ones, and so count double."""
_HISTORY = 1024


@dataclass(frozen=True, slots=True)
class Watermark:
    """One key's watermark; ``key_id`` tells nothing of ``secret``."""

    key_id: str
    secret: bytes

    @property
    def settings_digest(self) -> str:
        """What is part of a draft's identity: scheme, sizes and the key's id."""
        return digest_of(
            {"scheme": SCHEME, "ngram": NGRAM, "depth": DEPTH, "table": TABLE, "key": self.key_id}
        )

    def __repr__(self) -> str:
        return f"Watermark({self.key_id!r})"


@dataclass(frozen=True, slots=True)
class Asked:
    """That a policy wants drafts marked which may grow to ``min_tokens`` tokens."""

    watermark: Watermark
    min_tokens: int


def processor_of(watermark: Watermark) -> Any:
    """The library's processor with this key, on the CPU: a table made elsewhere is another one."""
    return _processor(watermark.secret)


@lru_cache(maxsize=8)
def _processor(secret: bytes) -> Any:
    from transformers import SynthIDTextWatermarkLogitsProcessor

    numbers = _numbers(secret)
    return SynthIDTextWatermarkLogitsProcessor(
        ngram_len=NGRAM,
        keys=[next(numbers) for _ in range(DEPTH)],
        sampling_table_size=TABLE,
        sampling_table_seed=next(numbers),
        context_history_size=_HISTORY,
        device=_cpu(),
    )


def _cpu() -> Any:
    import torch

    return torch.device("cpu")


def _numbers(secret: bytes) -> Iterator[int]:
    """Numbers of 62 bits, as the library's signed ones hold, by HMAC in counter mode."""
    count = 0
    while True:
        block = hmac.new(secret, b"synthid-text 1:%d" % count, hashlib.sha256).digest()
        yield int.from_bytes(block[:8], "big") >> 2
        count += 1
