"""One offset space: folded texts, windows that a model can read whole, and coverage.

``fold`` (from ``aigc_guard.folding``) gives the text as the guards read it, with exact offsets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aigc_guard.folding import Folded, fold, reveal
from aigc_guard.patterns import Later
from aigc_guard.records import Span

__all__ = ["Folded", "fold", "is_complete", "reveal", "sentences", "union", "windows"]

# Windows.

_SENTENCE_END = Later(r"[.!?…]+[\"'”’)\]]*\s+|[。！？；]+[”’」』）]*|\n+|$")


def sentences(text: str) -> list[Span]:
    """Sentences of English or Chinese text, gapless: each keeps the white space behind it."""
    spans: list[Span] = []
    at = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() > at:
            spans.append(Span(at, match.end()))
            at = match.end()
    return spans


def windows(
    text: str, limit: int, measure: Callable[[str], int] = len, *, overlap: int = 1
) -> list[Span]:
    """Runs of whole sentences of at most ``limit`` (as ``measure`` counts), together gapless.

    ``overlap`` sentences are repeated at the head of the next window where they fit, so that
    nothing hides across a border. A sentence beyond the limit is cut at white space, or hard.
    """
    parts = [part for span in sentences(text) for part in _cut(text, span, limit, measure)]
    sizes = [measure(text[part.start : part.end]) for part in parts]
    out: list[Span] = []
    first = 0
    while first < len(parts):
        last, total = first, sizes[first]
        while last + 1 < len(parts) and total + sizes[last + 1] <= limit:
            last += 1
            total += sizes[last]
        out.append(Span(parts[first].start, parts[last].end))
        if last + 1 >= len(parts):
            break
        back = min(overlap, last - first)
        while back and sum(sizes[last + 1 - back : last + 2]) > limit:
            back -= 1
        first = last + 1 - back
    return out


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
