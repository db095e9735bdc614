"""The authorities a draft may rest on: those of the brief and of the team's list, by slot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from aigc_guard.checks.citations.american import read_american
from aigc_guard.checks.citations.chinese import read_chinese
from aigc_guard.checks.citations.citation import Citation, Slot
from aigc_guard.checks.citations.european import read_european
from aigc_guard.checks.citations.parties import holds_words, same_name
from aigc_guard.records import Brief
from aigc_guard.text import reveal

Rows = tuple[tuple[str, str], ...]


def read_citations(text: str) -> list[Citation]:
    """All citations of a text in order; where two readings overlap, the longer one stands."""
    found = [*read_american(text), *read_european(text), *read_chinese(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Citation] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


@dataclass(frozen=True, slots=True)
class Listed:
    """A citation that is known, the case's name, and where that stands (never the words)."""

    citation: Citation
    name: str
    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the known authorities say about a citation: one of the check's labels.

    ``is_dated`` is True where they state its year as well.
    """

    status: str
    detail: Mapping[str, str] = field(default_factory=dict)
    is_dated: bool = False


class Authorities:
    """Known citations by slot."""

    def __init__(self, listed: Iterable[Listed], words: str = "", *, is_full: bool = False) -> None:
        self.words = words
        self.is_full = is_full
        self._exact: dict[tuple[str, str, str], list[Listed]] = {}
        self._by_work: dict[tuple[str, str], list[Listed]] = {}
        for one in listed:
            slot = one.citation.slot
            self._exact.setdefault((slot.system, slot.work, slot.place), []).append(one)
            if slot.last or slot.system == "us":
                self._by_work.setdefault((slot.system, slot.work), []).append(one)

    @cached_property
    def systems(self) -> frozenset[str]:
        """Which systems of law the authorities come from."""
        return frozenset(system for system, _, _ in self._exact)

    def at(self, one: Citation) -> list[Listed]:
        """Those that the slot of a citation points to."""
        slot = one.slot
        found = [
            known
            for known in self._exact.get((slot.system, slot.work, slot.place), ())
            if _same_part(known.citation.slot, slot)
        ]
        ranges = self._by_work.get((slot.system, slot.work), ())
        if one.is_short:
            return found + [known for known in ranges if _page(known.citation.slot) <= _page(slot)]
        return found + [known for known in ranges if _is_within(slot, known.citation.slot)]

    def ask(self, one: Citation) -> Answer:
        """Whether slot and name are known."""
        known = self.at(one)
        if not known:
            compared = self.is_full or one.slot.system in self.systems
            return Answer("not_found" if compared else "unchecked", {"problem": "unlisted"})
        if one.is_short or not one.name:
            return self._of_year(one, known)
        named = [each for each in known if each.name]
        same = [each for each in named if same_name(one.name, each.name)]
        if same:
            return self._of_year(one, same)
        if not named or self.words:
            if holds_words(one.name, self.words):
                return self._of_year(one, known)
            if not named:
                return Answer("unchecked", {"problem": "no_name", **known[0].where})
        return Answer("mismatch", {"problem": "name", **named[0].where})

    def _of_year(self, one: Citation, known: list[Listed]) -> Answer:
        years = {each.citation.year for each in known} - {None}
        if one.year is None or not years or one.year in years:
            return Answer("verified", known[0].where, is_dated=one.year in years)
        return Answer("mismatch", {"problem": "year", **known[0].where})


def _same_part(one: Slot, other: Slot) -> bool:
    return one.part == other.part or not one.part or not other.part


def _page(slot: Slot) -> int:
    return int(slot.place) if slot.place.isdigit() else 10**9


def _is_within(slot: Slot, known: Slot) -> bool:
    """Whether an article lies in a range that is known as a whole."""
    if not known.last or not known.place.isdigit():
        return False
    number = slot.place.partition("-")[0]
    last = int(slot.last or number) if number.isdigit() else 0
    return number.isdigit() and int(known.place) <= int(number) and last <= int(known.last)


@lru_cache(maxsize=8)
def of_rows(rows: Rows) -> tuple[Listed, ...]:
    """The team's list, read once per process."""
    return tuple(_of_rows(rows))


def _of_rows(rows: Rows) -> Iterator[Listed]:
    for number, (citation, name) in enumerate(rows, start=1):
        where = {"in": "list", "number": str(number)}
        for one in read_citations(reveal(citation).text):
            yield Listed(one, reveal(name).text or one.name, where)


@lru_cache(maxsize=8)
def unread_rows(rows: Rows) -> tuple[int, ...]:
    """Numbers of the entries that hold no citation."""
    read = {int(one.where["number"]) for one in of_rows(rows)} if rows else set()
    return tuple(number for number in range(1, len(rows) + 1) if number not in read)


def of_brief(brief: Brief) -> tuple[list[Listed], str]:
    """Citations of the brief's material with where their names stand, and its words."""
    texts: list[tuple[str, int, str]] = []
    texts += [("fact", n, fact.value) for n, fact in enumerate(brief.facts, start=1)]
    for n, source in enumerate(brief.sources, start=1):
        texts += [("title", n, source.title), ("source", n, source.text)]
    texts += [("term", n, term) for n, term in enumerate(brief.required_terms, start=1)]
    listed = [one for kind, number, text in texts for one in _of_text(kind, number, text)]
    return listed, "\n".join(text for kind, _, text in texts if kind != "source")


def _of_text(kind: str, number: int, text: str) -> Iterator[Listed]:
    plain = reveal(text)
    for one in read_citations(plain.text):
        shown = (one.name_start, one.name_end) if one.name else (one.start, one.end)
        place = plain.to_original(*shown)
        where = {
            "in": kind, "number": str(number),
            "true_start": str(place.start), "true_end": str(place.end),
        }  # fmt: skip
        yield Listed(one, one.name, where)
