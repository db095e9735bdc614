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
    grams = [_grams(_TOKEN.findall(text.lower())) for text in texts]
    scores = [0.0] * len(texts)
    for i, one in enumerate(grams):
        for j in range(i):
            there, back = _overlap(one, grams[j])
            scores[i] += there
            scores[j] += back
    return [score / max(1, len(texts) - 1) for score in scores]


def _grams(tokens: Sequence[str]) -> list[Counter[Any]]:
    return [
        Counter(zip(*(tokens[start:] for start in range(size)), strict=False))
        for size in range(1, _LONGEST + 1)
    ]


def _overlap(one: list[Counter[Any]], other: list[Counter[Any]]) -> tuple[float, float]:
    """Return the BLEU of `one` against `other` and the other way round; they share the counts."""
    shared = [sum((a & b).values()) for a, b in zip(one, other, strict=True)]
    return _bleu(shared, one, other), _bleu(shared, other, one)


def _bleu(shared: list[int], text: list[Counter[Any]], reference: list[Counter[Any]]) -> float:
    length, wanted = text[0].total(), reference[0].total()
    if not length or not shared[0]:
        return 0.0
    logs = math.log(shared[0] / length)
    for size in range(1, _LONGEST):
        logs += math.log((shared[size] + 1) / (text[size].total() + 1))
    return min(1.0, math.exp(1 - wanted / length)) * math.exp(logs / _LONGEST)
