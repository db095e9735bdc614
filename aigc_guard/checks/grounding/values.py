"""What figures, dates and identifiers in a text come to: the records that readers exchange."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

Amount = tuple[str, Decimal]
"""A dimension ("" for a bare number) and an amount in its base unit."""


class Places:
    """Ranges of a text that don't overlap, asked in logarithmic time."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._starts = [start for start, _ in ordered]
        self._ends = [end for _, end in ordered]

    def meet(self, start: int, end: int) -> bool:
        """Whether one of them shares a character with ``[start, end)``."""
        return bisect_right(self._ends, start) < bisect_left(self._starts, end)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at ``[start, end)``: all its readings, and the number as it is written.

    ``counts`` is True for a number before a thing that is no unit (30 employees). ``is_cell``
    marks a number that stands alone, whose unit must be known from elsewhere; ``scale`` is the
    million of 4 million.
    """

    start: int
    end: int
    amounts: frozenset[Amount]
    number: Decimal
    counts: bool = False
    is_cell: bool = False
    scale: Decimal = Decimal(1)

    @property
    def is_bare(self) -> bool:
        """Whether it has no unit."""
        return all(dimension == "" for dimension, _ in self.amounts)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is given; ``decade`` is 1990 for the nineties."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    minute: int | None = None
    decade: int | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """A date or time of day at ``[start, end)`` with its possible readings (3/4/2025 has two)."""

    start: int
    end: int
    readings: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A model number, identifier, address or telephone number, by its letters and digits."""

    start: int
    end: int
    key: str
