"""Why a draft is not called faithful is told in words, in both languages."""

from __future__ import annotations

import re

import pytest

from aigc_guard.generators import faithful
from aigc_guard.generators.notes import in_words
from aigc_guard.i18n import spoken

EXAMPLES = ("missing:price", "repeated:price", "misplaced:price", "unsure", "contradiction")


def known() -> list[str]:
    """The notes that faithful.py's own list names."""
    listed = re.findall(r"``([a-z]+(?::[a-z]+)?)``", faithful.__doc__ or "")
    return [*EXAMPLES, *listed]


@pytest.mark.parametrize("note", known())
def test_every_note_has_words_in_both_languages(note: str) -> None:
    (told,) = in_words([note])
    english, chinese = spoken(told, "en"), spoken(told, "zh")
    assert english != note
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    fact = note.partition(":")[2] if note in EXAMPLES else ""
    assert fact in english
    assert fact in chinese


def test_the_list_is_whole_and_an_unknown_note_stays() -> None:
    assert {"invented:figure", "invented:name", "invented:quote", "garbled", "unread"} <= set(
        known()
    )
    assert in_words(["of-a-plugin"]) == ("of-a-plugin",)
