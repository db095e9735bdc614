"""A text as terms are looked up in it: folded, its disguised words repaired, its gaps alike.

Terms go through the same view, so that a term finds itself however either is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from aigc_guard.folded import edited
from aigc_guard.text import Folded, fold

_CJK = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_BETWEEN_CJK = re.compile(rf"(?<={_CJK})[ .\-_*/|~+·^]{{1,2}}(?={_CJK})")
_APOSTROPHE = re.compile("[’‘ʼ＇`´]")
_GAP = re.compile(r"([._*-]) +\1|[^\S\n]*\n[^\S\n]*(?!\s)|[^\S\n]+|[\u2010-\u2015_-]+")
_PARAGRAPH = re.compile(r"\s*\n\s*\n\s*")

_PLAIN = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})*|[\u4e00-\u9fff]+")
_STRETCHED = re.compile(r"(.)\1\1", re.IGNORECASE)


def rewrite(
    folded: Folded, pattern: re.Pattern[str], make: Callable[[re.Match[str]], str | None]
) -> Folded:
    """Put ``make(match)`` for each match; None keeps it."""
    made = ((match, make(match)) for match in pattern.finditer(folded.text))
    return edited(folded, ((*match.span(), new) for match, new in made if new is not None))


def even(folded: Folded) -> Folded:
    """One space for each gap inside a paragraph, none between Chinese characters."""
    folded = rewrite(folded, _APOSTROPHE, lambda match: "'")
    if not folded.text.isascii():
        folded = rewrite(folded, _BETWEEN_CJK, lambda match: "")
    folded = rewrite(folded, _PARAGRAPH, lambda match: "\n\n")
    return rewrite(folded, _GAP, lambda match: " ")


def lowered(text: str) -> Folded | None:
    """The text in small letters and nothing else undone; None where that moves characters."""
    lower = text.lower()
    if len(lower) != len(text):
        return None
    return Folded(lower, range(len(text)), range(1, len(text) + 1))


def key_of(term: str) -> str:
    """A term as the view shows it; plain words take the short way, lists can be long."""
    if _PLAIN.fullmatch(term) and not _STRETCHED.search(term):
        return term.lower()
    return even(fold(term)).text.strip()
