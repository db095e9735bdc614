"""Limits proposed from people's decisions: against brute force, and silent where it can't know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.policy import Policy, parse_policy
from aigc_guard.policy.suggest import (
    LEAST_APPROVED,
    LEAST_REJECTED,
    Opinion,
    curves,
    limits_of,
    opinion,
)
from aigc_guard.records import Decision, Outcome, Reason, Review

from .conftest import TYPES

Make = Callable[..., Policy]
SCORES: dict[str, Any] = {
    "id": "r",
    "check": "toxicity",
    "limits": {"insult": 0.5, "threat": 0.6},
    "action": "review",
}
LABELS: dict[str, Any] = {
    "id": "r",
    "check": "pii",
    "limits": {"labels": ["PHONE_NUMBER", "EMAIL_ADDRESS"], "score": 0.5},
    "action": "review",
}


def reason(score: float, label: str = "insult", rule: str = "r", **more: Any) -> Reason:
    more = {"action": "review", **more}
    return Reason(rule, "toxicity", Outcome.REVIEW, {}, label, score, **more)


def held(*reasons: Reason, noted: tuple[Reason, ...] = ()) -> Decision:
    return Decision("d", "s", "test", "p", Outcome.REVIEW, reasons, noted)


def said(action: Literal["approve", "reject"], rule: str = "") -> Review:
    return Review("i", "d", "s", "p", action, "Ann", False, "because", "2026-11-01", rule)


RULE = parse_policy(
    "{policy: p, version: '1', owner: d, applies_to: {kinds: [news], languages: [en]}, "
    "rules: [{id: r, check: toxicity, limits: {insult: 0.5}, action: review, message: m}]}",
    TYPES,
).rules[0]
APPROVED, REJECTED = said("approve"), said("reject")


def test_the_numbers_of_a_rule(policy_of: Make) -> None:
    origin = {**SCORES, "check": "provenance", "limits": {"faithful": True}}
    (scores, labels, none) = policy_of(SCORES, {**LABELS, "id": "l"}, {**origin, "id": "o"}).rules
    assert limits_of(scores) == {"insult": 0.5, "threat": 0.6}
    assert limits_of(labels) == {"": 0.5}
    assert limits_of(none) == {}


@pytest.mark.parametrize(
    ("decision", "review", "expected"),
    [
        (held(reason(0.6), reason(0.8)), APPROVED, Opinion("insult", 0.8, True)),
        (held(reason(0.7)), REJECTED, Opinion("insult", 0.7, False)),
        # Another rule held it, too: what the rejection is about, only its words say.
        (held(reason(0.7), reason(0.9, rule="x")), REJECTED, None),
        (held(reason(0.7), reason(0.9, rule="x")), said("reject", "r"),
         Opinion("insult", 0.7, False)),
        (held(reason(0.7)), said("reject", "x"), None),
        (held(reason(0.7), reason(0.9, rule="x")), APPROVED, Opinion("insult", 0.7, True)),
        # Another label holds it whatever this one's limit is.
        (held(reason(0.7), reason(0.9, "threat")), REJECTED, None),
        # ... but not one that an older, lower limit held.
        (held(reason(0.7), reason(0.3, "threat")), REJECTED, Opinion("insult", 0.7, False)),
        (held(reason(0.7, rule="x")), APPROVED, None),
        # Words in quotations have an action of their own.
        (held(reason(0.7, action="flag")), APPROVED, None),
        # A rule on trial: people saw the draft and let it go.
        (held(reason(0.9, rule="x"), noted=(reason(0.7, shadow=True),)), APPROVED,
         Opinion("insult", 0.7, True)),
        (held(reason(0.9, rule="x"), noted=(reason(0.7, shadow=True),)), REJECTED, None),
        # Waived findings were not held.
        (held(reason(0.9, rule="x"), noted=(reason(0.7, waiver="w"),)), APPROVED, None),
    ],
)  # fmt: skip
def test_what_a_review_says_about_the_rule(
    decision: Decision, review: Review, expected: Opinion | None, policy_of: Make
) -> None:
    (rule,) = policy_of(SCORES).rules
    assert opinion(rule, decision, review) == expected


def test_labels_under_one_score_share_a_curve(policy_of: Make) -> None:
    (rule,) = policy_of(LABELS).rules
    both = held(reason(0.6, "PHONE_NUMBER"), reason(0.9, "EMAIL_ADDRESS"))
    assert opinion(rule, both, APPROVED) == Opinion("", 0.9, True)


def many(approved: list[float], rejected: list[float]) -> list[Opinion]:
    return [
        *(Opinion("insult", score, True) for score in approved),
        *(Opinion("insult", score, False) for score in rejected),
    ]


def test_the_highest_limit_that_lets_nothing_rejected_pass(policy_of: Make) -> None:
    (rule,) = policy_of(SCORES).rules
    approved = [0.5 + step / 100 for step in range(20)]
    insult, threat = curves(rule, many(approved, [0.655, *([0.9] * 9)]))
    assert insult.proposed is not None
    assert (insult.proposed.limit, insult.proposed.rejected_passed) == (0.65, 0)
    assert (insult.now.approved_held, insult.proposed.approved_held) == (20, 5)
    assert insult.proposed in insult.points
    assert insult.miss_rate == pytest.approx(0.3)
    assert (threat.approved, threat.rejected, threat.proposed) == (0, 0, None)
    assert [point.limit for point in threat.points] == [0.6]


def test_a_limit_that_lets_rejected_drafts_pass_is_proposed_lower(policy_of: Make) -> None:
    (rule,) = policy_of(SCORES).rules
    insult, _ = curves(rule, many([0.45] * 10, [0.42] * 10))
    assert insult.proposed is not None
    assert insult.proposed.limit == 0.42
    assert insult.now.rejected_passed == 10


def test_too_few_decisions_propose_nothing(policy_of: Make) -> None:
    (rule,) = policy_of(SCORES).rules
    for approved, rejected in ((LEAST_APPROVED - 1, 50), (50, LEAST_REJECTED - 1), (0, 0)):
        insult, _ = curves(rule, many([0.6] * approved, [0.8] * rejected))
        assert insult.proposed is None
        assert insult.now.approved_held == approved


SCORE = st.integers(30, 100).map(lambda step: step / 100) | st.floats(0.3, 1.0)


@given(st.lists(SCORE, max_size=40), st.lists(SCORE, max_size=40))
def test_the_curve_is_what_counting_says(approved: list[float], rejected: list[float]) -> None:
    (insult,) = curves(RULE, many(approved, rejected))
    for point in insult.points:
        assert point.approved_held == len([score for score in approved if score >= point.limit])
        assert point.rejected_passed == len([score for score in rejected if score < point.limit])
    limits = [point.limit for point in insult.points]
    assert limits == sorted(set(limits))
    assert insult.now.limit == 0.5
    if insult.proposed is not None:
        safe = [step / 100 for step in range(1, 101) if min(rejected) >= step / 100]
        assert insult.proposed.limit == max(safe)
        assert insult.proposed.rejected_passed == 0
        assert insult.proposed in insult.points
