"""What a written form of an identifier is, and how a text is searched for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

SURE, FORM, LIKELY = 1.0, 0.85, 0.6
"""Scores: a checksum holds; an unmistakable form; a form that a word nearby supports."""

START = r"(?<![\dA-Za-z])"
END = r"(?![\dA-Za-z])"
_NEAR = 60


@dataclass(frozen=True, slots=True)
class Form:
    """One way an identifier is written: a pattern, and a test of the value without separators."""

    label: str
    pattern: re.Pattern[str]
    score: float
    holds: Callable[[str], bool] = field(default=lambda value: True)
    context: re.Pattern[str] | None = None
    """Words one of which must stand within the 60 characters before the value."""
    unless: re.Pattern[str] | None = None
    """What the whole value must not be."""
    run: int = 0
    """How many digits each value has in one run (``longest_run``); shorter ones spare a search."""
    needs: re.Pattern[str] | None = None
    """What each value holds, for one that does not begin at one of ``number_starts``."""

    def find(self, text: str, starts: Sequence[int]) -> Iterator[tuple[str, int, int, float]]:
        """(label, start, end, score) of each value in ``text``, whose numbers begin at ``starts``.

        Trying the few places where a value can begin costs a tenth of a search.
        """
        for match in self._matches(text, starts):
            start, end = match.span()
            if not self.holds(re.sub(r"[ \-.]", "", match[0])):
                continue
            if self.unless and self.unless.fullmatch(match[0].strip()):
                continue
            if self.context and not self.context.search(text[max(0, start - _NEAR) : start]):
                continue
            yield self.label, start, end, self.score

    def _matches(self, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        if self.needs:
            if self.needs.search(text):
                yield from self.pattern.finditer(text)
            return
        end = 0
        for start in starts:
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match


_STARTS = re.compile(r"[\d+(](?<!\d.)")


def number_starts(text: str) -> list[int]:
    """Where a number may begin: at a digit, ``+`` or ``(`` with no digit before it."""
    return [match.start() for match in _STARTS.finditer(text)]


_RUN = re.compile(r"\d(?:[^\w\n]{0,3}\d)*")


def longest_run(text: str) -> int:
    """The most digits that stand together, at most three signs and no letter between two."""
    return max((sum(map(str.isdigit, run[0])) for run in _RUN.finditer(text)), default=0)


def words(pattern: str) -> re.Pattern[str]:
    """Context words, in any case."""
    return re.compile(pattern, re.IGNORECASE)
