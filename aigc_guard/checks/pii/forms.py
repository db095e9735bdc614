"""What a written form of an identifier is, and how a text is searched for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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

    def find(self, text: str) -> Iterator[tuple[str, int, int, float]]:
        """(label, start, end, score) of each value in ``text``."""
        for match in self.pattern.finditer(text):
            start, end = match.span()
            if not self.holds(re.sub(r"[ \-.]", "", match[0])):
                continue
            if self.unless and self.unless.fullmatch(match[0].strip()):
                continue
            if self.context and not self.context.search(text[max(0, start - _NEAR) : start]):
                continue
            yield self.label, start, end, self.score


_RUN = re.compile(r"\d(?:[^\w\n]{0,3}\d)*")


def longest_run(text: str) -> int:
    """The most digits that stand together, at most three signs and no letter between two."""
    return max((sum(map(str.isdigit, run[0])) for run in _RUN.finditer(text)), default=0)


def words(pattern: str) -> re.Pattern[str]:
    """Context words, in any case."""
    return re.compile(pattern, re.IGNORECASE)
