"""Deep folding: traditional and split characters, every offset kept, nothing folded twice."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.hanzi import fold_deeply, join_halves, simplified, simplify
from aigc_guard.text import fold

EXAMPLES = 10_000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 200
MIXED = st.text(
    alphabet=st.sampled_from(
        [*"女马口日又寸言兌讠身亻尔氵去車仑貝戋說話這國 .-*aеA1", "\u200b", "⼥"]
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("全網最低價", "全网最低价"),
        ("女马、女馬", "妈、妈"),
        ("氵去车仑工力", "法轮功"),
        ("言兌、讠兑、讠身寸", "说、说、谢"),
        ("口日日", "唱"),
        ("⼥马", "妈"),
    ],
)
def test_a_character_written_otherwise_is_read_as_it_is_meant(written: str, read: str) -> None:
    assert fold_deeply(written).text == read


def test_only_wanted_characters_are_put_together() -> None:
    folded = fold("女子弓虽")
    assert join_halves(folded, frozenset("强")).text == "女子强"
    assert join_halves(folded).text == "好强"


@given(st.one_of(st.text(max_size=60), MIXED))
@settings(max_examples=EXAMPLES, deadline=None)
def test_offsets_are_exact_and_monotone(text: str) -> None:
    for folded in (fold_deeply(text), simplify(fold(text)), join_halves(fold(text))):
        starts, ends = list(folded.starts), list(folded.ends)
        assert len(folded.text) == len(starts) == len(ends)
        assert starts == sorted(starts)
        assert ends == sorted(ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))


@given(st.one_of(st.text(max_size=60), MIXED))
@settings(max_examples=EXAMPLES, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold_deeply(text).text
    assert fold_deeply(once).text == once
    assert simplified(simplified(text)) == simplified(text)


@given(st.text(max_size=60))
@settings(max_examples=EXAMPLES, deadline=None)
def test_one_character_is_simplified_to_one(text: str) -> None:
    assert len(simplified(text)) == len(text)


@given(st.text(alphabet="你好。\u200b 這 ab", max_size=20), st.text(alphabet="。 ab", max_size=20))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_original_place_is_what_was_written(before: str, after: str) -> None:
    text = f"{before}。女馬。{after}"
    folded = fold_deeply(text)
    at = folded.text.index("妈")
    place = folded.to_original(at, at + 1)
    assert text[place.start : place.end] == "女馬"
