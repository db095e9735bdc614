"""The published extractor: finds the values (names, figures, dates, quotations …) in a text.

Training cuts slots out of real texts with it; evaluation and the faithfulness check use it to see
what a draft claims. Patterns only: what it finds is the same on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
NUMBER_WORD = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|eighteen"
    r"|twenty|thirty|forty|forty-five|fifty|sixty|seventy|eighty|ninety|one hundred(?: and)?"
    r"(?: twenty| eighty)?|twenty-four|thirty-six)"
)
COUNT = rf"(?:\d[\d,]*(?:\.\d+)?|(?i:{NUMBER_WORD}|one))(?: ?\(\d+\))?"
UNIT_OF_TIME = (
    r"(?i:(?:business |calendar |working )?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?))"
)
NAME_WORD = (
    r"(?:(?:[A-Z]\.){2,}|(?:Mr|Mrs|Ms|Dr|St)\."
    r"|[A-Z](?:['][A-Z])?[a-z]+(?:[A-Z][a-z]*)*(?:-[A-Za-z]+)*|[A-Z]{2,}s?|[A-Z]\.)"
)
NAME = rf"{NAME_WORD}(?: (?:of the |of |the |de )?{NAME_WORD})*(?: (?:19|20)\d\d)?"

PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (name, kind, re.compile(pattern))
    for name, kind, pattern in (
        ("quote", "quote", r'(?<=")[^"\n]{12,400}?(?=[,.]?")'),
        ("email", "email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        ("website", "url", r"(?:https?://|www\.)[^\s,)]+[\w/]"),
        ("amount", "money",
         r"(?:US|USD|EUR|GBP)? ?[$£€¥] ?\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand|[mk]\b))?"
         r"|\d[\d,.]* (?:dollars|euros|pounds)"),
        ("percentage", "percent",
         rf"(?i:{NUMBER_WORD}|one|one hundred)? ?(?:percent )?\(\d[\d.]*%\)|\d[\d.]*%"
         rf"|(?:\d[\d.]*|(?i:{NUMBER_WORD})) ?per ?cent(?: \(\d[\d.]*%\))?"),
        ("date", "date",
         rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH} ?(?:\d{{1,2}}(?:st|nd|rd|th)?)?"
         r"(?:, ?\d{4}| (?:of )?(?:19|20)\d\d)|(?:\d{1,2} )"
         rf"{MONTH}|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b|\b(?:19|20)\d\d\b"),
        ("term", "duration", rf"(?:{COUNT}[ -]?(?:consecutive |additional |full )?"
         rf"{UNIT_OF_TIME}\b|(?<=a )period of {COUNT} {UNIT_OF_TIME}\b)"),
        ("phone", "phone", r"\+?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"),
        ("figure", "number", r"\b\d[\d,]*(?:\.\d+)?(?:[a-z]{1,2}\b)?"),
    )
)  # fmt: skip
_NAME = re.compile(NAME)
_SENTENCE_END = re.compile(r"(?<=[.!?])(?:\"|')?\s+(?=[\"'(]?[A-Z<0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Inc|Ltd|Co|Corp|vs|U\.S|e\.g|i\.e|Jr|Sr|Gen|Sen|Rep|Gov)\.|\b[A-Z]\.)$"
)


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """A value found at ``[start, end)`` of a text, with the slot name and type it suggests."""

    start: int
    end: int
    name: str
    type: str


def values(text: str) -> list[Value]:
    """Find figures, dates, amounts, durations, contacts and quotations, without overlaps."""
    taken: list[Value] = []
    for name, kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            while end > start and text[start] == " ":
                start += 1
            while end > start and text[end - 1] in " ,.":
                end -= 1
            if end > start and not any(v.start < end and start < v.end for v in taken):
                taken.append(Value(start, end, name, kind))
    return sorted(taken)


def names(text: str) -> Iterator[Value]:
    """Find capitalised names; the first word of a sentence counts only with a second one."""
    starts = {0} | {m.end() for m in re.finditer(r"[.!?:;]\"?\s+|\n\s*[-*]?\s*|[\"(]", text)}
    for match in _NAME.finditer(text):
        start, end = match.span()
        if start in starts:
            first, _, rest = match.group().partition(" ")
            if not rest or first in COMMON_OPENERS:
                if not rest:
                    continue
                start += len(first) + 1
                start += len(re.match(r"(?:of the |of |the |de )?", text[start:end]).group())  # type: ignore[union-attr]
        if start < end:
            yield Value(start, end, "name", "name")


COMMON_OPENERS_WORDS = """
The A An This That These Those In On At By For From With And But Or So If When While As After
Before Since Although Though Because To Of It Its He She They We You I Our Your Their His Her
My Some Many Most All Each Every Both Such No Not One Two Three There Here Then Now Today What
Which Who How Why Where During Under Over Upon Until Unless However Also Perfect Ideal Please
Any Either Neither Except Subject Notwithstanding Following
"""
COMMON_OPENERS = frozenset(COMMON_OPENERS_WORDS.split())


def sentences(text: str) -> list[str]:
    """Split a paragraph into sentences, minding abbreviations and closing quotes."""
    parts: list[str] = []
    last = 0
    for match in _SENTENCE_END.finditer(text):
        piece = text[last : match.start()].strip()
        closing = match.group().strip()
        if _ABBREVIATION.search(piece):
            continue
        parts.append(piece + closing)
        last = match.end()
    tail = text[last:].strip()
    return [p for p in [*parts, tail] if p]
