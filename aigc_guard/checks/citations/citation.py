"""What readers of citations exchange: a citation, and the slot by which it is looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

EARLIEST_YEAR = 1600


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a citation points: ``work`` (a reporter's volume, a statute, a court's year) and place.

    ``place`` is a page, a number or an article; ``last`` the end of a range of articles that a
    list or a brief speaks of. ``part`` is a subsection, which counts only where both name one.
    """

    system: str
    work: str
    place: str = ""
    part: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation at ``[start, end)``.

    ``name`` is what the text calls the case, at ``[name_start, name_end)``; empty if it says none.
    ``years`` are those in which such a citation is possible, as far as known. ``is_known_form``
    is False for what looks like a citation of a reporter or court that there isn't.
    ``is_short`` marks later references (410 U.S. at 120), ``place`` then being any page of it.
    """

    start: int
    end: int
    slot: Slot
    name: str = ""
    name_start: int = 0
    name_end: int = 0
    year: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    is_known_form: bool = True
    is_short: bool = False

    def is_possible_in(self, today: int) -> bool:
        """Whether the year fits what is cited, and is not to come."""
        if self.year is None:
            return True
        first = self.first_year if self.first_year is not None else EARLIEST_YEAR
        last = min(today, self.last_year if self.last_year is not None else today)
        return first <= self.year <= last


Reader = Callable[[str], Iterator[Citation]]
