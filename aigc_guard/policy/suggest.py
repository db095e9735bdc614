"""A limit proposed from what reviewers decided, with the price of every other one.

What a rule held and people let go shows that its limit is too low; what they rejected shows that
it is needed. Drafts below every limit there ever was were seen by nobody: a proposal says nothing
about them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.policy.limits import LabelLimits, ScoreLimits, ValueLimits
from aigc_guard.policy.ruleset import Rule
from aigc_guard.records import Decision, Reason, Review

ANY_LABEL = ""
LEAST_APPROVED, LEAST_REJECTED = 10, 10
"""From how many decisions of each kind on a limit is proposed."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person decided about a draft that a rule held, and what it was held for.

    ``score`` is the value where the rule's limit is one.
    """

    label: str
    score: float
    approved: bool


@dataclass(frozen=True, slots=True)
class Point:
    """What a limit would do: approved drafts that it holds, rejected ones that it lets pass."""

    limit: float
    approved_held: int
    rejected_passed: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The trade-off for one limit. ``proposed`` is None where too few people decided."""

    label: str
    current: float
    approved: int
    rejected: int
    points: tuple[Point, ...]
    proposed: Point | None

    @property
    def now(self) -> Point:
        """What the present limit does."""
        return next(point for point in self.points if point.limit == self.current)

    @property
    def miss_rate(self) -> float:
        """No more than this share of what people reject passes the proposal, 95 times of 100.

        By the rule of three: none passed among those seen.
        """
        return min(1.0, 3 / self.rejected) if self.rejected else 1.0


def limits_of(rule: Rule) -> dict[str, float]:
    """The numbers of a rule: one per label, or one for all its labels; none for an origin."""
    if isinstance(rule.limits, ScoreLimits):
        return dict(rule.limits.root)
    if isinstance(rule.limits, ValueLimits):
        return dict(rule.limits.values)
    return {ANY_LABEL: rule.limits.score} if isinstance(rule.limits, LabelLimits) else {}


def opinion(rule: Rule, decision: Decision, review: Review) -> Opinion | None:
    """What a review says about the rule's limit; None where it is about something else."""
    approved = review.action == "approve"
    mine = _reasons(rule, decision)
    if not mine or not (approved or _is_about(rule, decision, review)):
        return None
    highest: dict[str, float] = {}
    for reason in mine:
        label = ANY_LABEL if isinstance(rule.limits, LabelLimits) else reason.label
        highest[label] = max(_height(rule, reason), highest.get(label, 0.0))
    # Another label that holds the draft anyway leaves this one nothing to decide.
    limits = limits_of(rule)
    holding = [label for label, score in highest.items() if score >= limits.get(label, math.inf)]
    telling = holding or list(highest)
    if len(telling) != 1 or telling[0] not in limits:
        return None
    return Opinion(telling[0], highest[telling[0]], approved)


def _height(rule: Rule, reason: Reason) -> float:
    if isinstance(rule.limits, ValueLimits):
        return reason.value or 0.0
    return reason.score


def _reasons(rule: Rule, decision: Decision) -> list[Reason]:
    """The rule's findings in the draft, on trial or not; quoted words have limits of their own."""
    every = (*decision.reasons, *(one for one in decision.noted if one.shadow))
    mine = [one for one in every if one.rule == rule.id and one.action == rule.action.value]
    # A finding without a value was held for that, whatever the limit is.
    by_value = isinstance(rule.limits, ValueLimits)
    return [one for one in mine if one.value is not None or not by_value]


def _is_about(rule: Rule, decision: Decision, review: Review) -> bool:
    """Whether a rejection is this rule's: it was named, or nothing else held the draft."""
    if review.rule:
        return review.rule == rule.id
    return {reason.rule for reason in decision.reasons} == {rule.id}


def curves(rule: Rule, opinions: Iterable[Opinion]) -> tuple[Curve, ...]:
    """The trade-off of each of the rule's limits."""
    every = list(opinions)
    by_value = isinstance(rule.limits, ValueLimits)
    return tuple(
        _curve(label, current, [one for one in every if one.label == label], by_value)
        for label, current in limits_of(rule).items()
    )


def _curve(label: str, current: float, opinions: Sequence[Opinion], by_value: bool) -> Curve:
    approved = [one.score for one in opinions if one.approved]
    rejected = [one.score for one in opinions if not one.approved]
    points: list[Point] = []
    candidates = _values if by_value else _candidates
    for limit in candidates(current, [*approved, *rejected]):
        point = _point(limit, approved, rejected)
        last = points[-1] if points else None
        # Of limits that do the same the highest stays, and always the present one.
        if last is not None and _same(last, point) and last.limit != current:
            points.pop()
        points.append(point)
    enough = len(approved) >= LEAST_APPROVED and len(rejected) >= LEAST_REJECTED
    proposed = _point(_safe(rejected), approved, rejected) if enough else None
    return Curve(label, current, len(approved), len(rejected), tuple(points), proposed)


def _candidates(current: float, scores: Sequence[float]) -> list[float]:
    """Every hundredth that a person's decision says something about, and the present limit."""
    lowest = math.floor(min(scores, default=1.0) * 100)
    hundredths = {step / 100 for step in range(max(lowest, 1), 101)}
    return sorted({current, *(hundredths if scores else ())})


def _values(current: float, values: Sequence[float]) -> list[float]:
    """Every value that people decided about, one above them all, and the present limit."""
    seen = {_hundredth(one) for one in values}
    return sorted({current, *seen, *({math.floor(max(seen)) + 1.0} if seen else ())})


def _point(limit: float, approved: Sequence[float], rejected: Sequence[float]) -> Point:
    return Point(
        limit,
        approved_held=sum(score >= limit for score in approved),
        rejected_passed=sum(score < limit for score in rejected),
    )


def _same(one: Point, other: Point) -> bool:
    mine = (one.approved_held, one.rejected_passed)
    return mine == (other.approved_held, other.rejected_passed)


def _safe(rejected: Sequence[float]) -> float:
    """The highest hundredth that lets nothing pass which people rejected."""
    return _hundredth(min(rejected))


def _hundredth(number: float) -> float:
    return max(math.floor(number * 100 + 1e-9), 1) / 100
