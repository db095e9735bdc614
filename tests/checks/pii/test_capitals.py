"""Capitals of the original, which the guards can't see: what they add to a name nearly found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from aigc_guard.checks.guard import names_of
from aigc_guard.checks.pii.capitals import (
    bears_capitals,
    keeps_to_capitals,
    lacks_capitals,
    uses_capitals,
    without_a_capital,
)
from aigc_guard.checks.pii.names import NamesReader, _with_capitals, find_names
from aigc_guard.checks.tagging import Name
from aigc_guard.records import Span

TAGS = ("O", "B-PERSON", "I-PERSON", "B-LOCATION", "I-LOCATION")


@pytest.mark.parametrize(
    ("text", "name", "bears"),
    [
        ("We met Hedda Gram today.", "Hedda Gram", True),
        ("we met hedda gram today.", "hedda gram", False),
        ("We met Hedda gram today.", "Hedda gram", False),
        ("Hedda came. Nobody knew.", "Hedda", False),
        ("It rained. Hedda came.", "Hedda", False),
        ('He said "Hedda came".', "Hedda", False),
        ("We met O'Brien there.", "O'Brien", True),
        ("我们见了王芳。", "王芳", False),
    ],
)
def test_a_capital_counts_inside_a_sentence(text: str, name: str, bears: bool) -> None:
    start = text.index(name)
    assert bears_capitals(text, Span(start, start + len(name))) is bears


@pytest.mark.parametrize(
    ("text", "uses"),
    [("We met Hedda.", True), ("we met hedda.", False), ("WE MET HEDDA.", False), ("12", False)],
)
def test_a_text_in_one_dress_says_nothing(text: str, uses: bool) -> None:
    assert uses_capitals(text) is uses


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("We met Hedda. She was in Bonn.", True),
        ("We met Hedda. she was in bonn.", False),
        ("We met her. She was ill.", False),
        ("we met Hedda.", False),
        ("We met Hedda. 12 came.", True),
        ("我们见了王芳。", False),
    ],
)
def test_a_text_keeps_to_capitals_in_every_sentence(text: str, keeps: bool) -> None:
    assert keeps_to_capitals(text) is keeps


@pytest.mark.parametrize(
    ("name", "lacks"), [("bonn", True), ("Bonn", False), ("x-Ray", False), ("北京", False)]
)
def test_only_letters_that_could_be_capitals_lack_them(name: str, lacks: bool) -> None:
    assert lacks_capitals(f"in {name}", Span(3, 3 + len(name))) is lacks


def test_the_odds_fall_by_as_much_as_a_capital_would_raise_them() -> None:
    assert without_a_capital(0.5) == pytest.approx(0.1192, abs=1e-4)
    assert without_a_capital(0.99) == pytest.approx(0.9306, abs=1e-4)
    assert without_a_capital(1.0) == 1.0
    assert without_a_capital(0.0) == 0.0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We flew to bonn with Hedda", []),
        ("We flew to Bonn with Hedda", ["Bonn"]),
        ("we flew to bonn with Hedda", ["bonn"]),
        ("We saw gram with Bonn", ["gram", "Bonn"]),
        ("We flew to sure with Hedda", ["sure"]),
    ],
)
def test_a_place_needs_a_capital_where_all_others_have_one(text: str, found: list[str]) -> None:
    pytest.importorskip("torch")
    reader = reader_of(
        {"bonn": ("B-LOCATION", 1.0), "gram": ("B-PERSON", 1.0), "sure": ("B-LOCATION", 6.0)}
    )
    names = [one for one in find_names(text, {"en": reader}) if one.score >= 0.5]
    assert [text[one.start : one.end] for one in names] == found


def words_of(text: str) -> list[tuple[int, int]]:
    out, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        out.append((start, at))
    return out


def logits_for(text: str, tags: dict[str, tuple[str, float]]) -> Any:
    """Logits in which a word's tag lies so far above (or below) ``O``."""
    import torch

    logits = torch.full((len(text.split()), len(TAGS)), -9.0)
    for row, word in enumerate(text.split()):
        tag, ahead = tags.get(word.lower(), ("O", 0.0))
        logits[row, 0] = 0.0
        logits[row, TAGS.index(tag)] = ahead if tag != "O" else 0.0
    return logits


def reader_of(tags: dict[str, tuple[str, float]]) -> NamesReader:
    """A reader that is as sure of each word as it is told."""

    def read(texts: Sequence[str]) -> list[tuple[Name, ...] | None]:
        return [
            names_of([text], [words_of(text)], logits_for(text, tags).unsqueeze(0), TAGS)[0]
            for text in texts
        ]

    def count(texts: Sequence[str], **_: Any) -> dict[str, list[list[int]]]:
        return {"input_ids": [list(range(len(text.split()))) for text in texts]}

    return NamesReader(read, count, ("PERSON", "LOCATION"), 90)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met Hedda today", ["Hedda"]),
        ("we met hedda today", []),
        ("Hedda met us today", []),
        ("We met Bonn today", []),
        ("We met Hedda Gram today", ["Hedda Gram"]),
        ("We met Hedda gram today", ["gram"]),
    ],
)
def test_a_person_nearly_found_counts_by_the_capitals(text: str, found: list[str]) -> None:
    pytest.importorskip("torch")
    reader = reader_of(
        {"hedda": ("B-PERSON", -1.0), "gram": ("I-PERSON", 1.0), "bonn": ("B-LOCATION", -1.0)}
    )
    names = find_names(text, {"en": reader})
    assert [text[one.start : one.end] for one in names] == found
    assert all(one.score >= 0.5 for one in names)


def test_a_sure_part_speaks_for_the_whole() -> None:
    """Four labels share what "Hedda" might be, so that alone it would stand below any limit."""
    sure, whole = {(13, 17, "PERSON"): 0.97}, {(7, 17, "PERSON"): 0.4}
    assert _with_capitals(sure, whole) == {(7, 17, "PERSON"): 0.97}
    assert _with_capitals(sure, {(7, 15, "PERSON"): 0.9}) == sure
    assert _with_capitals({(13, 17, "LOCATION"): 0.9}, whole) == {(13, 17, "LOCATION"): 0.9}
    assert _with_capitals({}, whole) == whole


def test_what_is_far_from_a_name_stays_none() -> None:
    pytest.importorskip("torch")
    reader = reader_of({"hedda": ("B-PERSON", -2.5)})
    assert find_names("We met Hedda today", {"en": reader}) == []
