"""Drafts that state different amounts of one fact about one thing.

A fact's name says it for sure: the briefs give it different values, and both drafts print theirs.
Where a draft states what its brief does not hold, the unit has to tell: that draft and another
state one amount each in this unit, and not the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aigc_guard.checks.consistency.places import CONTRADICTION, Effort, Page, Place
from aigc_guard.checks.consistency.settings import ConsistencySettings
from aigc_guard.checks.consistency.statements import Amounts, Stated, Statement, stated, thing_of

NAMED, BY_UNIT = 1.0, 0.6
"""Scores: the same fact by its name; the same unit only."""

_NO_UNIT = frozenset(("", "ordinal"))


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one draft states of one fact, or in one unit.

    ``holds`` are the amounts that agree with it; ``sure`` marks an amount its own brief holds.
    """

    page: int
    amounts: Amounts
    holds: Amounts
    places: tuple[Statement, ...] = field(compare=False)
    sure: bool = True

    def denies(self, other: _Claim) -> bool:
        """Whether both can't be true."""
        return not self.amounts & other.holds and not other.amounts & self.holds


def contradictions(
    pages: Sequence[Page], settings: ConsistencySettings, effort: Effort
) -> Iterator[Place]:
    """Every figure that another draft about the same thing denies."""
    things: dict[str, list[int]] = {}
    for number in sorted(range(len(pages)), key=lambda at: pages[at].brief.id):
        things.setdefault(thing_of(pages[number].brief, settings), []).append(number)
    for thing, numbers in things.items():
        if thing and len(numbers) > 1:
            same = [stated(number, pages[number], settings) for number in numbers]
            yield from _of_one_fact(same, effort)
            yield from _in_one_unit(same, effort)


def _of_one_fact(same: Sequence[Stated], effort: Effort) -> Iterator[Place]:
    claims: dict[tuple[str, str], list[_Claim]] = {}
    for one in same:
        for name, held in one.held.items():
            said = tuple(place for place in one.statements if name in place.facts)
            amounts = _all(said)
            claim = _Claim(one.page, amounts, held | amounts, said)
            for dimension in _dimensions(amounts):
                claims.setdefault((name, dimension), []).append(claim)
    for (name, _), listed in claims.items():
        yield from _denied(listed, {"fact": name}, NAMED, effort)


def _in_one_unit(same: Sequence[Stated], effort: Effort) -> Iterator[Place]:
    claims: dict[str, list[_Claim]] = {}
    for one in same:
        for dimension in _dimensions(_all(one.statements)) - _NO_UNIT:
            said = tuple(p for p in one.statements if dimension in _dimensions(p.amounts))
            if not frozenset.intersection(*(place.amounts for place in said)):
                continue  # two amounts: which of them the other draft means is not known
            amounts = _all(said)
            sure = all(place.facts for place in said)
            claims.setdefault(dimension, []).append(_Claim(one.page, amounts, amounts, said, sure))
    for dimension, listed in claims.items():
        unit = "money" if dimension.isupper() else dimension
        yield from _denied(listed, {"unit": unit}, BY_UNIT, effort, both_sure=False)


def _all(statements: Iterable[Statement]) -> Amounts:
    return frozenset(amount for one in statements for amount in one.amounts)


def _dimensions(amounts: Amounts) -> set[str]:
    return {dimension for dimension, _ in amounts}


def _denied(
    claims: Sequence[_Claim],
    about: Mapping[str, str],
    score: float,
    effort: Effort,
    *,
    both_sure: bool = True,
) -> Iterator[Place]:
    """The places of each claim that another denies; equal claims are compared once.

    ``both_sure`` says whether two claims that their own briefs hold can deny each other.
    """
    kinds: dict[tuple[Amounts, Amounts, bool], _Claim] = {}
    for claim in claims:
        kinds.setdefault((claim.amounts, claim.holds, claim.sure), claim)
    common = frozenset.intersection(*(one.amounts & one.holds for one in kinds.values()))
    if len(kinds) < 2 or common:
        return  # what all of them say denies none of them
    denier: dict[tuple[Amounts, Amounts, bool], _Claim | None] = {}
    unsure = [claim for claim in kinds.values() if not claim.sure]
    for key, claim in kinds.items():
        denier[key] = None
        for other in kinds.values() if both_sure or not claim.sure else unsure:
            effort.comparisons += 1
            if claim.denies(other):
                denier[key] = other
                break
    for claim in claims:
        denied_by = denier[claim.amounts, claim.holds, claim.sure]
        if denied_by is None:
            continue
        for place in claim.places:
            yield Place(
                claim.page, CONTRADICTION, score, denied_by.page, place.start, place.end, about
            )
