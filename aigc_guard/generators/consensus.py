"""Choosing among sampled texts by what they agree on (minimum Bayes risk decoding).

A single draw, or the likeliest one, can be an odd sentence. The text whose word runs are most
often found in the other draws is the one the model as a whole would write.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

_TOKEN = re.compile("\x00\\d+\x00|[\\w'-]+|[^\\w\\s]")
_LONGEST = 4


def agreement(texts: Sequence[str]) -> list[float]:
    """Return for every text its mean smoothed sentence-BLEU (0-1) against the other ones.

    Equal texts vouch for each other; a text alone agrees with nothing and gets 0.
    """
    grams = [_Grams(_TOKEN.findall(text.lower())) for text in texts]
    known: dict[tuple[str, str], tuple[float, float]] = {}
    scores = [0.0] * len(texts)
    for i, one in enumerate(grams):
        for j in range(i):
            pair = (texts[i], texts[j])  # candidates are often the same words
            if pair not in known:
                known[pair] = _overlap(one, grams[j])
            there, back = known[pair]
            scores[i] += there
            scores[j] += back
    return [score / max(1, len(texts) - 1) for score in scores]


class _Grams:
    """How often each word run of one to four tokens comes in a text."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.length = len(tokens)
        self.counts = Counter[Any](
            run
            for size in range(1, _LONGEST + 1)
            for run in zip(*(tokens[start:] for start in range(size)), strict=False)
        )


def _overlap(one: _Grams, other: _Grams) -> tuple[float, float]:
    """Return the BLEU of `one` against `other` and the other way round; they share the counts."""
    shared = [0] * (_LONGEST + 1)
    few, many = sorted((one.counts, other.counts), key=len)
    for run, count in few.items():
        if run in many:
            shared[len(run)] += min(count, many[run])
    return _bleu(shared, one.length, other.length), _bleu(shared, other.length, one.length)


def _bleu(shared: Sequence[int], length: int, wanted: int) -> float:
    """Smoothed sentence-BLEU from the shared runs by their size; ``wanted``: reference's length."""
    if not length or not shared[1]:
        return 0.0
    logs = math.log(shared[1] / length)
    for size in range(2, _LONGEST + 1):
        logs += math.log((shared[size] + 1) / (max(0, length - size + 1) + 1))
    return min(1.0, math.exp(1 - wanted / length)) * math.exp(logs / _LONGEST)
