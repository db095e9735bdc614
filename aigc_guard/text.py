"""One offset space: folded texts, windows that a model can read whole, and coverage.

``fold`` (from ``aigc_guard.folding``) gives the text as the guards read it, with exact offsets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from aigc_guard.folded import Folded
from aigc_guard.folding import fold, reveal
from aigc_guard.patterns import Later
from aigc_guard.records import Span

__all__ = ["Folded", "fold", "is_complete", "reveal", "sentences", "unbroken", "union", "windows"]

# Windows.

_GOES_ON = Later(
    r"(?:^|[\s.(])(?:[A-Za-z]|mr|mrs|ms|mx|dr|prof|st|jr|sr|gen|col|capt|lt|sgt|rev|hon|gov|sen|rep"
    r"|no|vs|v|art|sec|para|inc|ltd|co|corp)\.\s+$",
    re.IGNORECASE,
)
_TAIL = 10
"""Characters at a sentence's end that show whether it goes on."""
_SENTENCE_END = Later(
    r"[.!?…。！？；\n](?:(?<=[.!?…])[.!?…]*[\"'”’)\]]*\s+|(?<=[。！？；])[。！？；]*[”’」』）]*"
    r"|(?<=\n)\n*)"
)
"""One set of signs to begin with: Python finds its members many times as fast as alternatives."""


def sentences(text: str) -> list[Span]:
    """Sentences of English or Chinese text, gapless: each keeps the white space behind it."""
    spans: list[Span] = []
    at = 0
    for match in _SENTENCE_END.finditer(text):
        spans.append(Span(at, match.end()))
        at = match.end()
    return [*spans, Span(at, len(text))] if at < len(text) else spans


def unbroken(text: str) -> list[Span]:
    """Sentences, those parted by the full stop of a title or an initial in one: "Dr. M. Chen"."""
    out: list[Span] = []
    open_ = False
    for span in sentences(text):
        if open_:
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
        open_ = bool(_GOES_ON.search(text[max(span.start, span.end - _TAIL) : span.end]))
    return out


def windows(text: str, limit: int, measure: Callable[[str], int] = len) -> list[Span]:
    """Runs of whole sentences of at most ``limit`` (as ``measure`` counts), together gapless.

    As few as hold the text, and as even as its sentences allow: a short rest at the end would be
    read without what it belongs to. No sentence is read twice. One beyond the limit is cut at white
    space, or hard.
    """
    parts = [part for span in unbroken(text) for part in _cut(text, span, limit, measure)]
    sizes = [measure(text[part.start : part.end]) for part in parts]
    runs = _runs(sizes, limit)
    low, high = -(-sum(sizes) // max(1, len(runs))), limit
    while low < high:  # the least size that as few windows keep to
        middle = (low + high) // 2
        if len(_runs(sizes, middle)) > len(runs):
            low = middle + 1
        else:
            high = middle
    return [
        Span(parts[first].start, parts[last - 1].end)
        for first, last in (_runs(sizes, high) if len(runs) > 1 else runs)
    ]


def _runs(sizes: list[int], limit: int) -> list[tuple[int, int]]:
    """(first, behind last) of runs that are filled in order; one beyond the limit stands alone."""
    out: list[tuple[int, int]] = []
    first, total = 0, 0
    for at, size in enumerate(sizes):
        if at > first and total + size > limit:
            out.append((first, at))
            first, total = at, 0
        total += size
    return [*out, (first, len(sizes))] if sizes else out


def _cut(text: str, span: Span, limit: int, measure: Callable[[str], int]) -> list[Span]:
    """``span`` itself, or halves of it until each fits (a single character always does)."""
    if span.end - span.start <= 1 or measure(text[span.start : span.end]) <= limit:
        return [span]
    middle = (span.start + span.end) // 2
    space = max(text.rfind(" ", span.start + 1, middle), text.rfind("\n", span.start + 1, middle))
    comma = max(text.rfind(sign, span.start + 1, middle) for sign in ("，", "、", ","))
    cut = max(space, comma) + 1
    if cut <= span.start + (middle - span.start) // 2:
        cut = middle
    return [
        *_cut(text, Span(span.start, cut), limit, measure),
        *_cut(text, Span(cut, span.end), limit, measure),
    ]


# Coverage.


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, merged, non-empty ranges."""
    out: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)


def is_complete(coverage: Iterable[Span], length: int) -> bool:
    """Whether every character of a text of ``length`` was read; none is exempt."""
    return length == 0 or union(coverage) == (Span(0, length),)
