"""What must hold for every policy, draft and set of reports."""

from __future__ import annotations

import copy
import itertools
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.policy import Policy, decide, parse_policy, redactions, required_checks
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Outcome,
    Span,
    Status,
    dump,
    load,
)

TEXT = 'He wrote "you fool" to Ann. Call (202) 555-0143 or ann@example.org 🙂 now.'
BRIEF = Brief(id="b1", kind="news", may_publish=("ann@example.org",), jurisdictions=("EU",))
TOXIC = ("toxicity", "insult", "threat")
PERSONAL = ("PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS")
LIMIT = st.integers(1, 10).map(lambda tenths: tenths / 10)
SCORE = st.integers(0, 20).map(lambda twentieths: twentieths / 20)
ACTION = st.sampled_from(["flag", "redact", "regenerate", "review", "block"])
PLACES = st.sampled_from([[], ["EU"], ["US"]])
few = settings(
    max_examples=10_000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

toxicity_rule = st.fixed_dictionaries(
    {
        "check": st.just("toxicity"),
        "limits": st.dictionaries(st.sampled_from(TOXIC), LIMIT, min_size=1),
        "action": ACTION.filter(lambda action: action != "redact"),
        "shadow": st.booleans(),
        "jurisdictions": PLACES,
    },
    optional={
        "when_quoted": st.fixed_dictionaries({"action": st.sampled_from(["flag", "review"])})
    },
)
pii_rule = st.fixed_dictionaries(
    {
        "check": st.just("pii"),
        "limits": st.fixed_dictionaries(
            {
                "labels": st.lists(st.sampled_from(PERSONAL[1:]), min_size=1, unique=True),
                "score": LIMIT,
                "except": st.sampled_from([[], ["may_publish"]]),
            }
        ),
        "action": ACTION,
        "shadow": st.booleans(),
        "jurisdictions": PLACES,
    }
)
rule_lists = st.lists(st.one_of(toxicity_rule, pii_rule), min_size=1, max_size=4)


@st.composite
def findings(draw: st.DrawFn, labels: tuple[str, ...]) -> tuple[str, float, int, int]:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, len(TEXT)))
    return draw(st.sampled_from(labels)), draw(SCORE), start, end


toxic_findings = st.lists(findings(TOXIC), max_size=4)
personal_findings = st.lists(findings(PERSONAL), max_size=4)


def numbered(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"r{index}", **rule} for index, rule in enumerate(rules)]


def without_repeats(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The loader refuses two rules with one set of limits."""
    unique = {
        json.dumps([rule["check"], rule["limits"], rule["jurisdictions"]], sort_keys=True): rule
        for rule in rules
    }
    return numbered(list(unique.values()))


@few
@given(rule_lists, toxic_findings, personal_findings, st.randoms())
def test_order_of_rules_and_reports_changes_nothing(
    policy_of: Any,
    draft_of: Any,
    report_of: Any,
    rules: Any,
    toxic: Any,
    personal: Any,
    chance: Any,
) -> None:
    draft = draft_of(TEXT, BRIEF)
    reports = [report_of("toxicity", draft, *toxic), report_of("pii", draft, *personal)]
    rules = without_repeats(rules)
    one = decide(policy_of(*rules), draft, BRIEF, reports)
    places = redactions(policy_of(*rules), draft, BRIEF, reports)
    chance.shuffle(rules)
    shuffled = [
        replace(report, findings=tuple(chance.sample(report.findings, len(report.findings))))
        for report in reports[::-1]
    ]
    other = decide(policy_of(*rules), draft, BRIEF, [*shuffled, shuffled[0]])
    assert replace(other, policy_digest=one.policy_digest) == one
    assert redactions(policy_of(*rules), draft, BRIEF, shuffled) == places
    assert load(Decision, json.loads(json.dumps(dump(one)))) == one


@few
@given(rule_lists, toxic_findings, personal_findings, st.data())
def test_a_stricter_limit_never_releases_more(
    policy_of: Any, draft_of: Any, report_of: Any, rules: Any, toxic: Any, personal: Any, data: Any
) -> None:
    draft = draft_of(TEXT, BRIEF)
    reports = [report_of("toxicity", draft, *toxic), report_of("pii", draft, *personal)]
    rules = without_repeats(rules)
    before = decide(policy_of(*rules), draft, BRIEF, reports)
    stricter = copy.deepcopy(rules)
    limits = data.draw(st.sampled_from(stricter))["limits"]
    if "labels" in limits:
        limits["score"] = data.draw(st.sampled_from([limits["score"] / 2, 0.01]))
        limits["except"] = data.draw(st.sampled_from([limits["except"], []]))
    else:
        label = data.draw(st.sampled_from(TOXIC))
        limits[label] = limits.get(label, 1.0) / 2
    if len({json.dumps([r["check"], r["limits"], r["jurisdictions"]], sort_keys=True)
            for r in stricter}) < len(stricter):  # fmt: skip
        return
    after = decide(policy_of(*stricter), draft, BRIEF, reports)
    assert after.outcome.rank >= before.outcome.rank


def _missing(report: CheckReport) -> list[CheckReport]:
    return []


SPOILED: list[Callable[[CheckReport], list[CheckReport]]] = [
    _missing,
    lambda one: [replace(one, status=Status.FAILED, findings=(), scores={}, coverage=())],
    lambda one: [replace(one, status=Status.INCOMPLETE)],
    lambda one: [replace(one, coverage=(Span(0, len(TEXT) - 1),))],
    lambda one: [replace(one, coverage=())],
    lambda one: [replace(one, scores={**one.scores, "insult": float("nan")})],
    lambda one: [replace(one, scores={**one.scores, "insult": float("inf")})],
    lambda one: [replace(one, scores={**one.scores, "insult": -0.1})],
    lambda one: [replace(one, text_sha256="f" * 64)],
    lambda one: [replace(one, settings_digest="")],
    lambda one: [one, replace(one, status=Status.FAILED, version="2")],
]


@few
@given(rule_lists, toxic_findings, personal_findings, st.sampled_from(SPOILED), st.booleans())
def test_what_was_not_measured_is_never_released(
    policy_of: Any,
    draft_of: Any,
    report_of: Any,
    rules: Any,
    toxic: Any,
    personal: Any,
    spoil: Any,
    first: bool,
) -> None:
    """A spoiled report makes the outcome stricter or keeps it, and is named."""
    policy = policy_of(*without_repeats(rules))
    draft = draft_of(TEXT, BRIEF)
    reports = [report_of("toxicity", draft, *toxic), report_of("pii", draft, *personal)]
    index = 0 if first else 1
    spoiled = [*spoil(reports[index]), reports[1 - index]]
    check = reports[index].check
    named = any(
        rule.request.check == check and not rule.shadow and rule.applies(BRIEF)
        for rule in policy.rules
    )
    decision = decide(policy, draft, BRIEF, spoiled)
    assert decision.unverified == named
    if named:
        assert decision.outcome.rank >= Outcome.REVIEW.rank
        assert not decision.regenerate


@few
@given(rule_lists)
def test_a_policy_written_out_and_read_again_is_equal(
    policy_of: Any, types: Any, rules: Any
) -> None:
    policy: Policy = policy_of(*without_repeats(rules))
    again = parse_policy(json.dumps(policy.form.as_dict()), types, name="test.yaml")
    assert again == policy
    assert required_checks(again) == required_checks(policy)


@few
@given(personal_findings)
def test_redactions_never_overlap_and_leave_nothing_of_a_finding(
    policy_of: Any, draft_of: Any, report_of: Any, personal: Any
) -> None:
    policy = policy_of({"id": "r", "check": "pii", "action": "redact",
                        "limits": {"labels": list(PERSONAL[1:]), "score": 0.5}})  # fmt: skip
    draft: Draft = draft_of(TEXT, BRIEF)
    places = redactions(policy, draft, BRIEF, [report_of("pii", draft, *personal)])
    for left, right in itertools.pairwise(places):
        assert left.end <= right.start
    for label, score, start, end in personal:
        if label in PERSONAL[1:] and score >= 0.5:
            assert any(place.start <= start and end <= place.end for place in places)
