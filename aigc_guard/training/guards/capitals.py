"""Words with a capital that nobody has marked: names, perhaps, that a set leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from aigc_guard.ordinary import is_ordinary
from aigc_guard.training.guards.nationalities import NATIONALITIES

_CAPITAL = re.compile(r"(?<![\w'’.-])[A-ZÀ-Þ][\w'’-]*")
_WORD = re.compile(r"(?<![\w'’.-])[^\W\d_][\w'’-]*")
_OPENS = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘'(\[—-]\s*)$")
_FREE_WORDS = """
I I'm I've I'll I'd I’m I’ve I’ll I’d Mr Mrs Ms Miss Dr Prof Bot User Monday Tuesday Wednesday
Thursday Friday Saturday Sunday January February March April May June July August September October
November December"""
_FREE = frozenset((*_FREE_WORDS.split(), *NATIONALITIES))


def stray_capitals(text: str, spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """Words with a capital that no name covers, and that are not ordinary words at a beginning."""
    out = []
    for match in _CAPITAL.finditer(text):
        if match[0] in _FREE or any(a <= match.start() < b for a, b, _ in spans):
            continue
        word = re.sub(r"['’]\w*$", "", match[0])
        opens = _OPENS.search(text[max(0, match.start() - 3) : match.start()])
        ordinary = word == "A" or is_ordinary(word.lower())
        if not opens or not ordinary or (len(word) > 1 and word.isupper()):
            out.append(match[0])
    return out


def places_of(
    text: str, spans: Sequence[tuple[int, int, str]], words: Collection[str]
) -> list[tuple[int, int]]:
    """Where ``words``, in small letters, stand in ``text`` outside of ``spans``."""
    return [
        match.span()
        for match in _WORD.finditer(text)
        if match[0].lower() in words and not any(a <= match.start() < b for a, b, _ in spans)
    ]
