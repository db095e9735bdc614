"""Agreement is the mean smoothed sentence-BLEU against the others, counted here one by one."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.generators.consensus import agreement

TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=9).map(" ".join), min_size=1, max_size=7)


def plain_bleu(text: str, reference: str) -> float:
    own, other = text.split(), reference.split()
    logs = 0.0
    for size in range(1, 5):
        mine, theirs = (
            Counter(zip(*(t[i:] for i in range(size)), strict=False)) for t in (own, other)
        )
        shared, whole = (mine & theirs).total(), max(0, len(own) - size + 1)
        if size == 1 and not shared:
            return 0.0
        logs += math.log((shared + (size > 1)) / (whole + (size > 1)))
    return min(1.0, math.exp(1 - len(other) / len(own))) * math.exp(logs / 4)


@given(TEXTS)
def test_agreement_is_the_mean_bleu_against_the_others(texts: list[str]) -> None:
    wanted = [
        sum(plain_bleu(text, other) for j, other in enumerate(texts) if j != i)
        / max(1, len(texts) - 1)
        for i, text in enumerate(texts)
    ]
    assert agreement(texts) == pytest.approx(wanted, abs=1e-9)


def test_a_text_alone_agrees_with_nothing_and_equal_ones_wholly() -> None:
    assert agreement(["a lamp"]) == [0.0]
    assert agreement(["a lamp", "a lamp"]) == [1.0, 1.0]
    assert agreement([]) == []
