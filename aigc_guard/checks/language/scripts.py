"""Words of a text by script, and whether Chinese is written in traditional characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from aigc_guard.records import Span

_SCRIPTS = (
    "Latin", "Han", "Kana", "Hangul", "Cyrillic", "Greek", "Arabic", "Hebrew", "Thai",
    "Devanagari",
)  # fmt: skip
_PATTERNS = {name: rf"[\p{{{name}}}\p{{M}}]+" for name in _SCRIPTS} | {
    "Latin": r"\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}+)*",
    "Kana": r"[\p{Hiragana}\p{Katakana}ー]+",
}
_WORD = regex.compile(
    "|".join(f"(?P<{name}>{_PATTERNS[name]})" for name in _SCRIPTS)
    + r"|(?P<Other>\p{L}[\p{L}\p{M}]*)"
)
LANGUAGE_OF = {
    "Han": "zh", "Kana": "ja", "Hangul": "ko", "Cyrillic": "ru", "Greek": "el", "Arabic": "ar",
    "Hebrew": "he", "Thai": "th", "Devanagari": "hi", "Other": "und",
}  # fmt: skip
_DENSE = 3  # a character of these scripts says as much as three Latin letters
_FILE = Path(__file__).with_name("variants.txt")
_EITHER = frozenset("后里干斗余制准云范并虫乾")  # in use on both sides, with other meanings


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters of one script; of Han and kana, a run has no gaps to tell words by."""

    start: int
    end: int
    script: str

    @property
    def weight(self) -> int:
        """How much it says, in Latin letters."""
        return (self.end - self.start) * (_DENSE if self.script in ("Han", "Kana", "Hangul") else 1)


def words_of(text: str) -> Iterator[Word]:
    """All words of a text in order."""
    for match in _WORD.finditer(text):
        yield Word(match.start(), match.end(), str(match.lastgroup))


@cache
def _variants() -> tuple[frozenset[str], frozenset[str]]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    traditional = frozenset("".join(line[0::2] for line in lines)) - _EITHER
    return traditional, frozenset("".join(line[1::2] for line in lines)) - _EITHER


def written_in(text: str, span: Span) -> str:
    """``traditional`` or ``simplified``, as most of the telling characters are; else empty."""
    traditional, simplified = _variants()
    chars = text[span.start : span.end]
    old = sum(char in traditional for char in chars)
    new = sum(char in simplified for char in chars)
    if max(old, new) < 2 or old == new:  # one may be a name's
        return ""
    return "traditional" if old > new else "simplified"
