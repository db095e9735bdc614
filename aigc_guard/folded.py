"""A rewritten text that knows which place of the original each of its characters stands for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.patterns import Later
from aigc_guard.records import Span


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Character ``i`` stands for ``original[starts[i]:ends[i]]``, both monotone."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def to_original(self, start: int, end: int) -> Span:
        """The original range behind ``text[start:end]``; an empty range stays empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends or [0])[-1]
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])

    def from_original(self, start: int, end: int) -> Span:
        """The folded range that overlaps the original ``[start, end)``; empty if it vanished."""
        first = bisect_right(self.ends, start)
        return Span(first, max(first, bisect_left(self.starts, end)))

    def then(self, inner: Folded) -> Folded:
        """``inner``, a folding of ``text``, with its places in the original of this one."""
        starts = [self.starts[at] for at in inner.starts]
        ends = [self.ends[at - 1] for at in inner.ends]
        return Folded(inner.text, starts, ends)


def unfolded(text: str) -> Folded:
    """``text`` itself, each character at its own place."""
    return Folded(text, range(len(text)), range(1, len(text) + 1))


def edited(folded: Folded, edits: Iterable[tuple[int, int, str]]) -> Folded:
    """``folded`` with ``(start, end, new)`` edits, in order; ``new`` stands for its whole place."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for begin, stop, new in edits:
        if begin < at or begin == stop or folded.text[begin:stop] == new:
            continue
        pieces += (folded.text[at:begin], new)
        starts += [*folded.starts[at:begin], *[folded.starts[begin]] * len(new)]
        ends += [*folded.ends[at:begin], *[folded.ends[stop - 1]] * len(new)]
        at = stop
    if not pieces:
        return folded
    pieces.append(folded.text[at:])
    return Folded("".join(pieces), [*starts, *folded.starts[at:]], [*ends, *folded.ends[at:]])


def replaced(folded: Folded, pattern: Later, make: Callable[[re.Match[str]], str | None]) -> Folded:
    """Put ``make(match)`` for each match (None keeps it); the whole match is its origin."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in pattern.finditer(folded.text):
        new = make(match)
        if new is None or new == match[0]:
            continue
        begin, stop = match.span()
        pieces += (folded.text[at:begin], new)
        starts += folded.starts[at:begin]
        ends += folded.ends[at:begin]
        for index in range(len(new)):
            one_to_one = len(new) == stop - begin
            starts.append(folded.starts[begin + index if one_to_one else begin])
            ends.append(folded.ends[begin + index if one_to_one else stop - 1])
        at = stop
    if not pieces:
        return folded
    pieces.append(folded.text[at:])
    starts += folded.starts[at:]
    ends += folded.ends[at:]
    return Folded("".join(pieces), starts, ends)
