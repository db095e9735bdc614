"""The chance that a text without the mark scores as this one does (its p-value)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.generators.watermark.chance import chance
from aigc_guard.generators.watermark.scheme import DEPTH, NGRAM, TABLE, Watermark, processor_of

_FIRST, _LAST = 10, 1
"""Weights of the first and the last layer: the first ones bear more of the mark."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``counted`` of ``tokens`` tokens could be judged; none gives a chance of 1."""

    tokens: int
    counted: int
    chance: float


def measure(ids: Sequence[int], watermark: Watermark) -> Measured:
    """Judge a text by its token ids. Repeated contexts count once, as they are marked once."""
    import torch

    if len(ids) < NGRAM:
        return Measured(len(ids), 0, 1.0)
    processor = processor_of(watermark)
    grams = torch.tensor(_marked_grams(ids))
    keys = processor.compute_ngram_keys(grams[None])
    flips = processor.sample_g_values(keys)[0]
    cells = (keys % TABLE)[0].flatten()
    weights = torch.tensor(layer_weights()).expand(len(flips), DEPTH).flatten()
    # A place of the table that is reached twice is one coin of twice the weight.
    places, coin = cells.unique(return_inverse=True)
    weight = torch.zeros(len(places), dtype=torch.long).index_add_(0, coin, weights)
    score = int((flips.flatten() * weights).sum())
    return Measured(len(ids), len(flips), chance(Counter(weight.tolist()), score))


def _marked_grams(ids: Sequence[int]) -> list[tuple[int, ...]]:
    """Every token with the four before it, where these four come for the first time."""
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for start in range(len(ids) - NGRAM + 1):
        gram = tuple(ids[start : start + NGRAM])
        found.setdefault(gram[:-1], gram)
    return list(found.values())


def layer_weights() -> tuple[int, ...]:
    """The layers' weights: whole numbers, falling evenly."""
    fall = (_FIRST - _LAST) / (DEPTH - 1)
    return tuple(round(_FIRST - fall * layer) for layer in range(DEPTH))
