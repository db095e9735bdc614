"""Which places of a draft are replaced, and by which words.

The same value gets the same token within a text, different values are numbered in reading order,
so a reader can still follow who is who.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.policy.case import Case, Trip
from aigc_guard.policy.may_publish import identity
from aigc_guard.policy.model import Action
from aigc_guard.policy.ruleset import Policy
from aigc_guard.records import Brief, CheckReport, Draft

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
    policy: Policy, draft: Draft, brief: Brief | None, reports: Sequence[CheckReport]
) -> tuple[Redaction, ...]:
    """Non-overlapping replacements in reading order for every rule whose action is redact.

    Overlapping findings become one place under the longest finding's label, so nothing of either
    value is left over.
    """
    case = Case(policy, draft, brief, tuple(reports))
    trips = [
        trip
        for rule in policy.rules
        if rule.applies(brief) and not rule.shadow
        for trip in case.trips(rule)
        if trip.action is Action.REDACT and trip.measure.start < trip.measure.end
    ]
    places = _merged(trips)
    values = [identity(draft.text[start:end]) for start, end, _ in places]
    words = [trip.rule.wording(trip.measure.label, draft.language) for _, _, trip in places]
    tokens = _numbered(list(zip(words, values, strict=True)))
    return tuple(
        Redaction(trip.rule.id, trip.measure.label, start, end, token)
        for (start, end, trip), token in zip(places, tokens, strict=True)
    )


def _merged(trips: Sequence[Trip]) -> list[tuple[int, int, Trip]]:
    places: list[tuple[int, int, Trip]] = []
    for trip in sorted(trips, key=lambda trip: (trip.measure.start, *_rank(trip))):
        start, end = trip.measure.start, trip.measure.end
        if places and start < places[-1][1]:
            before, reached, first = places[-1]
            places[-1] = (before, max(reached, end), min(first, trip, key=_rank))
        else:
            places.append((start, end, trip))
    return places


def _rank(trip: Trip) -> tuple[int, float, str, str]:
    """Longest first, then the surest; names settle the rest whatever the order of reports."""
    measure = trip.measure
    return (measure.start - measure.end, -measure.score, measure.label, trip.rule.id)


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
