"""Limits in a check's own unit: when they trip, what is told of them, and how they compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.policy import Policy, decide, parse_policy
from aigc_guard.policy.compare import Way, compare
from aigc_guard.policy.explain import explain
from aigc_guard.policy.limits import Circumstances, Measure, ValueLimits
from aigc_guard.policy.schema import policy_schema
from aigc_guard.policy.suggest import Opinion, curves, limits_of, opinion
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Finding,
    Outcome,
    Reason,
    Review,
    digest_of,
    dump,
    load,
)

from .conftest import TYPES

Make = Callable[..., Policy]
RULE: dict[str, Any] = {
    "id": "long-words",
    "check": "fake_counting",
    "limits": {"values": {"word": 7}},
    "action": "review",
}
BRIEF = Brief(id="b1", kind="news")


def judged(policy: Policy, text: str, draft_of: Callable[..., Draft]) -> Decision:
    """What the policy says when its check has really measured ``text``."""
    draft = draft_of(text, BRIEF)
    subject = policy.rules[0].request.create()
    reports = subject.measure([Subject(text, draft.text_sha256, "en", draft, BRIEF)], Context())
    return decide(policy, draft, BRIEF, reports)


def test_a_value_at_its_limit_trips_and_is_told(policy_of: Make, draft_of: Any) -> None:
    text = "a badword here"
    decision = judged(policy_of(RULE), text, draft_of)
    (reason,) = decision.reasons
    assert decision.outcome is Outcome.REVIEW
    assert (reason.value, reason.limit, text[reason.start : reason.end]) == (
        7.0,
        "7 letters",
        "badword",
    )
    higher = {**RULE, "limits": {"values": {"word": 7.5}}}
    assert judged(policy_of(higher), text, draft_of).outcome is Outcome.RELEASE


@pytest.mark.parametrize(
    ("measure", "limit"),
    [
        (Measure("word", 0.1, 0, 4, {}, 9.0, "letters"), "7 letters"),
        (Measure("word", 0.1, 0, 4, {}, 7.0), "7"),
        (Measure("word", 1.0, 0, 4, {}, 6.99, "letters"), ""),
        # What could not be counted is not few; but nothing found is nothing.
        (Measure("word", 0.1, 0, 4, {}), "7 (no value)"),
        (Measure("word", 0.0, 0, 0, {}), ""),
        (Measure("other", 1.0, 0, 4, {}, 99.0), ""),
    ],
)
def test_when_a_value_trips(measure: Measure, limit: str, draft_of: Any) -> None:
    around = Circumstances(draft_of("text"), None, lambda *_: False, lambda _: False)
    assert ValueLimits(values={"word": 7}).tripped(measure, around) == limit


def test_only_reasons_of_values_carry_one(policy_of: Make, draft_of: Any) -> None:
    """Records of earlier releases keep their digests: a reason by score looks as ever."""
    by_score = {**RULE, "id": "words", "limits": {"word": 0.5}}
    decision = judged(policy_of(RULE, by_score), "badword", draft_of)
    told = {reason.rule: reason for reason in decision.reasons}
    assert told["words"].value is None
    assert "value" not in dump(told["words"])
    assert dump(told["long-words"])["value"] == 7.0
    again = load(Decision, dump(decision))
    assert digest_of(again) == digest_of(decision)


@given(st.lists(st.floats(0.01, 500), max_size=6), st.floats(0.01, 500), st.floats(0.1, 0.99))
def test_a_lower_limit_never_releases_more(values: list[float], limit: float, share: float) -> None:
    around: Any = None  # value limits look at nothing but the measure
    measures = [Measure("word", 0.5, 0, 1, {}, value) for value in values]
    strict, loose = ValueLimits(values={"word": limit * share}), ValueLimits(values={"word": limit})
    for one in measures:
        assert bool(loose.tripped(one, around)) <= bool(strict.tripped(one, around))
        assert bool(loose.tripped(one, around)) == (one.value is not None and one.value >= limit)


def test_the_limit_in_words(policy_of: Make) -> None:
    quoted = {"action": "flag", "limits": {"values": {"word": 40}}}
    policy = policy_of({**RULE, "when_quoted": quoted})
    english, chinese = explain(policy, "en"), explain(policy, "zh")
    assert "fake_counting measures word from 7 letters on" in english
    assert "word from 40 letters on" in english
    assert "7 个字母" in chinese


def changes(policy_of: Make, old: Any, new: Any) -> list[Way]:
    one, other = ({**RULE, "limits": limits} for limits in (old, new))
    return [change.way for change in compare(policy_of(one), policy_of(other))]


def test_what_changed_between_two_policies(policy_of: Make) -> None:
    seven: dict[str, Any] = {"values": {"word": 7}}
    assert changes(policy_of, seven, {"values": {"word": 3.5}}) == [Way.STRICTER]
    assert changes(policy_of, seven, {"values": {"word": 70}}) == [Way.LOOSER]
    assert changes(policy_of, seven, {"word": 0.5}) == [Way.CHANGED]
    assert changes(policy_of, seven, seven) == []


def reason(value: float | None) -> Reason:
    return Reason("long-words", "fake_counting", Outcome.REVIEW, {}, "word", 0.9,
                  action="review", value=value)  # fmt: skip


def reviewed(action: Literal["approve", "reject"], value: float | None) -> tuple[Decision, Review]:
    decision = Decision("d", "s", "test", "p", Outcome.REVIEW, (reason(value),))
    return decision, Review("i", "d", "s", "p", action, "Ann", False, "because", "2026-11-01")


def test_a_limit_is_proposed_among_values(policy_of: Make) -> None:
    (rule,) = policy_of(RULE).rules
    assert limits_of(rule) == {"word": 7.0}
    assert opinion(rule, *reviewed("approve", 12.0)) == Opinion("word", 12.0, True)
    # What had no value was held for that, whatever the limit: it says nothing about it.
    assert opinion(rule, *reviewed("approve", None)) is None
    said = [Opinion("word", float(value), True) for value in range(7, 22)]
    said += [Opinion("word", float(value), False) for value in range(18, 30)]
    (curve,) = curves(rule, said)
    assert curve.now.approved_held == 15
    assert curve.proposed is not None
    assert (curve.proposed.limit, curve.proposed.rejected_passed) == (18.0, 0)
    assert curve.proposed.approved_held == 4
    assert curve.proposed in curve.points
    last = curve.points[-1]
    assert (last.approved_held, last.rejected_passed) == (0, 12)


@given(st.lists(st.floats(1, 90), max_size=30), st.lists(st.floats(1, 90), max_size=30))
def test_the_curve_is_what_counting_says(approved: list[float], rejected: list[float]) -> None:
    (rule,) = parse_policy(
        "{policy: p, version: '1', owner: d, applies_to: {kinds: [news], languages: [en]}, rules: "
        "[{id: r, check: fake_counting, limits: {values: {word: 7}}, action: review, message: m}]}",
        TYPES,
    ).rules
    opinions = [Opinion("word", value, True) for value in approved]
    opinions += [Opinion("word", value, False) for value in rejected]
    (curve,) = curves(rule, opinions)
    limits = [point.limit for point in curve.points]
    assert limits == sorted(set(limits))
    assert curve.now.limit == 7
    for point in curve.points:
        assert point.approved_held == sum(value >= point.limit for value in approved)
        assert point.rejected_passed == sum(value < point.limit for value in rejected)
    if curve.proposed is not None:
        assert curve.proposed.rejected_passed == 0
        assert curve.proposed in curve.points


def complaints(limits: Any) -> list[str]:
    form = {
        "policy": "p",
        "version": "1",
        "owner": "d",
        "applies_to": {"kinds": ["news"], "languages": ["en"]},
        "rules": [{**RULE, "message": "m", "limits": limits}],
    }
    validator = jsonschema.Draft7Validator(policy_schema(TYPES))
    return [error.message for error in validator.iter_errors(form)]


def test_the_schema_knows_which_labels_have_values() -> None:
    assert complaints({"values": {"word": 25}}) == []
    assert complaints({"word": 0.5}) == []
    for wrong in ({"values": {"word": 0}}, {"values": {}}, {"values": {"words": 3}},
                  {"values": {"word": 25}, "word": 0.5}, {"word": 25}):  # fmt: skip
        assert complaints(wrong), wrong


def test_a_finding_without_a_value_holds_the_draft(policy_of: Make, draft_of: Any) -> None:
    policy = policy_of(RULE)
    draft = draft_of("a word", BRIEF)
    check = policy.rules[0].request.create()
    subject = Subject(draft.text, draft.text_sha256, "en", draft, BRIEF)
    report: CheckReport = check.report(
        subject, Context(), findings=[Finding(check.id, "word", 0.2, 0, 3)]
    )
    assert decide(policy, draft, BRIEF, [report]).outcome is Outcome.REVIEW
