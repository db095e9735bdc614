from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.quotes import attributed, cut_at_quotations, holds, quotations
from aigc_guard.records import Brief, Source
from aigc_guard.text import sentences


def inner(text: str) -> list[str]:
    return [text[one.inner.start : one.inner.end] for one in quotations(text)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "no way" twice.', ["no way"]),
        ("He said “no way” twice.", ["no way"]),
        ("Er sagte „nein danke“ dazu.", ["nein danke"]),
        ("Er sagte »nein danke« dazu.", ["nein danke"]),
        ("Il a dit « non merci » hier.", [" non merci "]),
        ("她说：“不行”，他答：「好」。", ["不行", "好"]),
        ("“He said ‘never’ to me”, she told us.", ["He said ‘never’ to me"]),
        ("It’s Ann’s “own” shop.", ["own"]),
        ("「他喊『住手』」", ["他喊『住手』"]),
        ("他读《红楼梦》。", []),
        ('A 5" nail and a 6" nail.', []),
        ("An “open quote\nthat never” closes.", []),
        ('One "two" three "four".', ["two", "four"]),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert inner(text) == quoted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"You fool," the judge read aloud.', 1),
        ("According to the letter, “you fool”.", 1),
        ("他在法庭上说：“你这个蠢货”。", 1),
        ('"You fool" is our motto.', 0),
        ('He said nothing.\n"You fool" is our motto.', 0),
    ],
)
def test_attribution_needs_a_speaker(text: str, count: int) -> None:
    assert len(attributed(text, None)) == count


def test_words_of_a_source_are_attributed() -> None:
    brief = Brief(
        id="b", kind="news", sources=(Source("Ruling", text="He shouted: You  FOOL, go!"),)
    )
    assert len(attributed("“You fool, go” – so it began.", brief)) == 1
    assert len(attributed("“You fool, stay” – so it began.", brief)) == 0


def test_holds_ignores_signs_at_the_edges() -> None:
    text = 'He said "you fool!" twice.'
    (one,) = quotations(text)
    assert holds(one, text, one.outer.start, one.outer.end)
    assert not holds(one, text, one.outer.start - 5, one.outer.end)
    assert not holds(one, text, 8, 8)


@given(st.text(alphabet='"“”„‘’«»「」『』ab \n', max_size=60))
def test_quotations_are_ordered_disjoint_and_inside(text: str) -> None:
    found = quotations(text)
    at = 0
    for one in found:
        assert at <= one.outer.start < one.inner.start <= one.inner.end < one.outer.end <= len(text)
        assert "\n" not in text[one.outer.start : one.outer.end]
        at = one.outer.end


def test_long_hostile_text_takes_linear_time() -> None:
    began = time.process_time()
    quotations("“" * 100_000)
    quotations("“a”" * 30_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Nothing quoted. Here.", ["Nothing quoted. ", "Here."]),
        ('He wrote "you fool" to her.', ["He wrote ", '"you fool"', " to her."]),
        ('"Go. Now!" he said.', ['"Go. ', 'Now!" ', "he said."]),
    ],
)
def test_cut_at_quotations(text: str, parts: list[str]) -> None:
    found = cut_at_quotations(text, sentences(text))
    assert [text[part.start : part.end] for part in found] == parts
