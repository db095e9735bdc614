"""Sentences as readers meet them: an abbreviation ends none, neither does a wrapped line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aigc_guard.records import Span
from aigc_guard.text import sentences

_ABBREVIATION = re.compile(
    r"(?:(?<![A-Za-z])[A-Za-z]|\b(?:[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Rr]ev|[Gg]en|[Ss]en|[Rr]ep|[Ss]t"
    r"|[Jj]r|[Ss]r|[Nn]os?|[Vv]ols?|[Ff]igs?|[Aa]rts?|[Ss]ecs?|[Cc]h|[Pp]p|[Ee]d|[Cc]f|[Vv]s"
    r"|[Aa]pprox|[Ii]nc|[Ll]td|[Cc]orp|[Cc]o|[Ee]tc|[Ee]\.g|[Ii]\.e|[Jj]an|[Ff]eb|[Aa]ug|[Ss]ept?"
    r"|[Oo]ct|[Nn]ov|[Dd]ec))\.\s+$"
)
_MAY_END = re.compile(r"(?:etc|[Ii]nc|[Ll]td|[Cc]orp|[Cc]o|[Jj]r|[Ss]r|(?<![A-Za-z])[a-z])\.\s+$")
_WRAPPED = re.compile(r"[^\s.!?…。！？；:：][^\S\n]*\n$")
_BULLET = re.compile(r"\s*(?:[-*•·]|\(?[0-9a-z]{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where a sentence stands, without the white space around it, and how long it is."""

    span: Span
    length: int


def reading_sentences(text: str) -> list[Span]:
    """Sentences of ``text`` without white space at their edges; a heading is one of its own."""
    joined: list[Span] = []
    for span in sentences(text):
        if joined and _goes_on(text, joined[-1], span):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return list(_trimmed(text, joined))


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether what looks like the end of a sentence is none."""
    tail = text[max(before.start, before.end - 40) : before.end]
    head = text[after.start : after.start + 8]
    if tail.count("\n") > 1 or ("\n" in tail and _BULLET.match(head)):
        return False
    if _WRAPPED.search(tail):
        return head[:1].islower() and head[:1].isascii()
    if "\n" in tail:
        return False
    if not _ABBREVIATION.search(tail):
        return False
    return not (_MAY_END.search(tail) and head[:1].isupper())


def _trimmed(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    for span in spans:
        words = text[span.start : span.end]
        start = span.start + len(words) - len(words.lstrip())
        end = span.start + len(words.rstrip())
        if start < end:
            yield Span(start, end)
