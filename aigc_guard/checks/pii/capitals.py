"""What the capitals of the original say: the guards read folded, small letters and can't see them.

A word with a capital inside a sentence is several times as often a person's name as its letters
alone say. So a name that the reader nearly found counts where every word of it bears a capital.
"""

from __future__ import annotations

import math
import re

from aigc_guard.checks.guard import CAPITAL_ODDS
from aigc_guard.records import Span
from aigc_guard.text import sentences

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SIGN = re.compile(r"[^\W_]")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z]")
_BEGINS = re.compile(r"(?:^|[.!?:;\n>|*]\s*|[\"“”'‘(\[–—-]\s*)$")
_MOST_CAPITALS = 0.6
"""Beyond this share of a text's letters they are its dress and say nothing."""


def uses_capitals(text: str) -> bool:
    """Whether some words of the text begin with a capital, and capitals are not all it has."""
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return 0 < capitals <= _MOST_CAPITALS * letters


def bears_capitals(text: str, place: Span) -> bool:
    """Whether every word of ``place`` has a capital that no beginning of a sentence explains."""
    words = list(_WORD.finditer(text, place.start, place.end))
    if not words or not all(word[0][0].isupper() for word in words):
        return False
    return not _BEGINS.search(text, max(0, words[0].start() - 4), words[0].start())


def keeps_to_capitals(text: str) -> bool:
    """Whether every sentence begins with a capital, and some word inside one has one, too."""
    if not _INSIDE.search(text):
        return False
    firsts = (_SIGN.search(text, span.start, span.end) for span in sentences(text))
    return all(first is None or first[0].isdigit() or first[0].isupper() for first in firsts)


def lacks_capitals(text: str, place: Span) -> bool:
    """Whether ``place`` holds letters that could be capitals, and none that is."""
    part = text[place.start : place.end]
    return part == part.lower() != part.upper()


def without_a_capital(score: float) -> float:
    """The chance of a name, ``score`` by its letters, that has no capital where all others have."""
    if score >= 1.0:
        return score
    odds = score / (1.0 - score) / math.exp(CAPITAL_ODDS)
    return odds / (1.0 + odds)
