"""Capitals of the original, which the guards can't see: what they add to a name nearly found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from aigc_guard.checks.guard import names_of
from aigc_guard.checks.pii.capitals import bears_capitals, uses_capitals
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
