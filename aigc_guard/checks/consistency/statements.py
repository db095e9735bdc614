"""What drafts state in figures, and about what: read once per draft, before any two are compared.

Figures are read as ``grounding`` reads them, so $49, 49 dollars and 49美元 are one amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from aigc_guard.checks.consistency.places import Page
from aigc_guard.checks.consistency.settings import ConsistencySettings, plain_name
from aigc_guard.checks.grounding.figures import key_of, list_numbers
from aigc_guard.checks.grounding.material import Material, read_values
from aigc_guard.checks.grounding.values import Amount
from aigc_guard.records import Brief, Fact
from aigc_guard.text import reveal

Amounts = frozenset[Amount]


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure at ``[start, end)`` of the draft, and the facts of its brief that it gives."""

    start: int
    end: int
    amounts: Amounts
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stated:
    """What one draft states, and the amounts that its brief's facts hold, by name."""

    page: int
    statements: tuple[Statement, ...]
    held: Mapping[str, Amounts]


def stated(number: int, page: Page, settings: ConsistencySettings) -> Stated:
    """What the draft number ``number`` states."""
    plain = reveal(page.text)
    numbering = list_numbers(plain.text)
    ignored = {plain_name(name) for name in settings.ignore}
    facts = [(plain_name(fact.name), _material(fact.name, fact.value)) for fact in page.brief.facts]
    found = []
    for figure in read_values(plain.text).figures:
        if any(start <= figure.start < end for start, end in numbering):
            continue
        given = frozenset(name for name, one in facts if one.has_figure(figure, plain.text))
        if not given & ignored:
            place = plain.to_original(figure.start, figure.end)
            found.append(Statement(place.start, place.end, figure.amounts, given))
    held: dict[str, Amounts] = {}
    for fact in page.brief.facts:
        name = plain_name(fact.name)
        held[name] = held.get(name, frozenset()) | _amounts(fact.value)
    return Stated(number, tuple(found), held)


def thing_of(brief: Brief, settings: ConsistencySettings) -> str:
    """What a draft is about, as it is compared; empty where its brief does not say."""
    given: dict[str, str] = {}
    for fact in brief.facts:
        value = key_of(reveal(fact.value).text)
        if value:
            given.setdefault(plain_name(fact.name), value)
    name = next((given[one] for one in map(plain_name, settings.identity) if one in given), "")
    if not name:
        return ""
    apart = sorted({(one, given[one]) for one in map(plain_name, settings.apart) if one in given})
    return "\n".join((name, *("=".join(pair) for pair in apart)))


@lru_cache(maxsize=4096)
def _material(name: str, value: str) -> Material:
    """One fact alone, as ``grounding`` looks figures up in it."""
    return Material(Brief("fact", "fact", facts=(Fact(name, value),)))


@lru_cache(maxsize=4096)
def _amounts(value: str) -> Amounts:
    return frozenset(
        amount for figure in read_values(reveal(value).text).figures for amount in figure.amounts
    )
