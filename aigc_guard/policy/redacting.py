"""Which places of a draft are replaced, and by which words.

The same value gets the same token within a text, different values are numbered in reading order,
so a reader can still follow who is who.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.policy.case import Case, Trip
from aigc_guard.policy.form import Action
from aigc_guard.policy.may_publish import identity, is_number
from aigc_guard.policy.ruleset import Policy
from aigc_guard.records import Brief, CheckReport, Draft

_MIN_REPEATED = 4  # shorter values occur by chance
_CLOSING = ")]}>）】」』》〉"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Replace ``[start, end)`` of the draft's text by ``replacement``, because of ``rule``."""

    rule: str
    label: str
    start: int
    end: int
    replacement: str


def redactions(
    policy: Policy,
    draft: Draft,
    brief: Brief | None,
    reports: Sequence[CheckReport],
    *,
    at: str = "",
) -> tuple[Redaction, ...]:
    """Non-overlapping replacements in reading order for every rule whose action is redact.

    Overlapping findings become one place under the longest finding's label, so nothing of either
    value is left over. Where a value occurs again, it is replaced there, too, even if the check
    was less sure of that place. What a waiver lets stand at ``at`` stays.
    """
    case = Case(policy, draft, brief, tuple(reports), at)
    trips = [
        trip
        for rule in policy.rules
        if rule.applies(brief) and not rule.shadow
        for trip in case.trips(rule)
        if trip.action is Action.REDACT and trip.measure.start < trip.measure.end
        if not case.waiver(rule, trip.measure.label)
    ]
    places = _merged([_Place(trip.measure.start, trip.measure.end, trip) for trip in trips])
    places = _merged([*places, *_again(draft.text, places)])
    values = [identity(draft.text[place.start : place.end]) for place in places]
    words = [place.trip.rule.wording(place.label, draft.language) for place in places]
    tokens = _numbered(list(zip(words, values, strict=True)))
    return tuple(
        Redaction(place.trip.rule.id, place.label, place.start, place.end, token)
        for place, token in zip(places, tokens, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is replaced, and the finding it is replaced for."""

    start: int
    end: int
    trip: Trip

    @property
    def label(self) -> str:
        return self.trip.measure.label

    @property
    def rank(self) -> tuple[int, float, str, str]:
        """Longest first, then the surest; names settle the rest whatever the order of reports."""
        measure = self.trip.measure
        return (measure.start - measure.end, -measure.score, measure.label, self.trip.rule.id)


def _merged(found: Sequence[_Place]) -> list[_Place]:
    places: list[_Place] = []
    for place in sorted(found, key=lambda place: (place.start, place.rank, place.end)):
        if places and place.start < places[-1].end:
            last = places[-1]
            first = min(last, place, key=lambda one: one.rank)
            places[-1] = _Place(last.start, max(last.end, place.end), first.trip)
        else:
            places.append(place)
    return places


def _again(text: str, places: Sequence[_Place]) -> list[_Place]:
    """Further occurrences of the values at ``places``, numbers in any grouping."""
    found: list[_Place] = []
    for value, place in {text[one.start : one.end]: one for one in reversed(places)}.items():
        digits = re.sub(r"\D", "", value)
        if is_number(value):
            body = r"[\s().\-–]{0,3}".join(digits)
            pattern = rf"(?<!\d){body}(?!\d)"
        elif len(value) >= _MIN_REPEATED:
            pattern = rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"
        else:
            continue
        found += [_Place(*match.span(), place.trip) for match in re.finditer(pattern, text)]
    return found


def _numbered(places: Sequence[tuple[str, str]]) -> list[str]:
    """One token per (wording, value): numbered where a wording stands for several values."""
    order: dict[str, list[str]] = {}
    for words, value in places:
        known = order.setdefault(words, [])
        if value not in known:
            known.append(value)
    return [
        _with_number(words, order[words].index(value) + 1) if len(order[words]) > 1 else words
        for words, value in places
    ]


def _with_number(words: str, number: int) -> str:
    """``[phone number]`` -> ``[phone number 2]``, ``【电话】`` -> ``【电话2】``."""
    body, closing = (words[:-1], words[-1]) if words[-1] in _CLOSING else (words, "")
    gap = " " if body[-1:].isascii() else ""
    return f"{body}{gap}{number}{closing}"
