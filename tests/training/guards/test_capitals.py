"""Capitals that nobody has marked: names, perhaps, and no ordinary word at a beginning."""

from __future__ import annotations

import pytest

from aigc_guard.training.guards.capitals import places_of, stray_capitals


@pytest.mark.parametrize(
    ("text", "names", "stray"),
    [
        ("The man met Anna in Bonn.", ["Anna"], ["Bonn"]),
        ("The man met Anna in Bonn.", ["Anna", "Bonn"], []),
        ("Nobody came. Who would?", [], []),
        ('He said: "Nobody came," and I left on Monday.', [], []),
        ("Mette smiled.", [], ["Mette"]),
        ("A man came. A boat sank.", [], []),
        ("The man took vitamin A there.", [], ["A"]),
        ("Mette's boat sank.", [], ["Mette's"]),
        ("The report of NATO", [], ["NATO"]),
        ("The Czech boat sank.", [], []),
    ],
)
def test_a_capital_is_a_name_or_an_ordinary_word_at_a_beginning(
    text: str, names: list[str], stray: list[str]
) -> None:
    spans = [(text.index(name), text.index(name) + len(name), "PERSON") for name in names]
    assert stray_capitals(text, spans) == stray


def test_words_are_found_in_small_letters_too_and_not_inside_others() -> None:
    text = "fuse heard Fuse and a defused fuse's end"
    assert places_of(text, [(0, 4, "ORGANIZATION")], {"fuse"}) == [(11, 15)]
