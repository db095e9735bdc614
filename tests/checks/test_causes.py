"""The words that flag by themselves: cut, chosen, joined, and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.causes import causes, read_places, words, written
from aigc_guard.records import Span


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("you, (fool)!", ["you", "fool"]),
        ("a f*** -- it's", ["a", "f***", "it's"]),
        ("你是白痴", ["你是", "是白", "白痴"]),
        ("滚", ["滚"]),
        ("ok白痴x", ["ok", "白痴", "x"]),
        (" ... ", []),
    ],
)
def test_words_are_cut_at_blanks_and_chinese_in_pairs(text: str, parts: list[str]) -> None:
    found = words(text, Span(0, len(text)))
    assert [text[one.start : one.end] for one in found] == parts


@given(st.text(alphabet="ab ,.白痴*'\n", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_words_lie_in_the_span_in_order(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = words(text, Span(start, end))
    assert found == sorted(found)
    assert all(start <= word.start < word.end <= end for word in found)


def test_neighbours_are_one_place_and_the_labels_own_words_come_first() -> None:
    scores = [
        (Span(0, 3), {"insult": 0.1, "threat": 0.9}),
        (Span(4, 10), {"insult": 0.8, "threat": 0.1}),
        (Span(11, 16), {"insult": 0.6, "threat": 0.1}),
        (Span(20, 25), {"insult": 0.7, "threat": 0.1}),
    ]
    assert causes(scores, "insult") == [Span(4, 16), Span(20, 25)]
    assert causes(scores, "threat") == [Span(0, 3)]
    assert causes(scores, "obscene") == [Span(0, 16), Span(20, 25)]
    assert causes([(Span(0, 3), {"insult": 0.4})], "insult") == []


def test_places_are_read_back() -> None:
    places = [Span(3, 9), Span(14, 20)]
    assert read_places({"words": written(places)}) == places
    assert read_places({}) == []
