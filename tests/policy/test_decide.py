from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aigc_guard.policy import Policy, decide, no_policy_decision, required_checks
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Fact,
    Outcome,
    Span,
    Status,
    dump,
    load,
)

Policies = Callable[..., Policy]
Drafts = Callable[..., Draft]
Reports = Callable[..., CheckReport]

INSULT = {"id": "insult", "check": "toxicity", "limits": {"insult": 0.5}, "action": "block"}
PHONE = {
    "id": "phone",
    "check": "pii",
    "limits": {"labels": ["PHONE_NUMBER"], "except": ["may_publish"]},
    "action": "redact",
}
QUOTED = {**INSULT, "when_quoted": {"action": "review"}}


@pytest.mark.parametrize(("score", "outcome"), [(0.49, "release"), (0.5, "block"), (1.0, "block")])
def test_score_at_the_limit_trips(
    score: float, outcome: str, policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, ("insult", score, 0, 10))
    assert decide(policy_of(INSULT), draft, None, [report]).outcome == outcome


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"status": Status.FAILED, "findings": (), "coverage": ()}, "failed"),
        ({"status": Status.INCOMPLETE}, "incomplete"),
        ({"coverage": (Span(0, 5), Span(6, 10))}, "incomplete"),
        ({"coverage": (Span(0, 11),)}, "impossible"),
        ({"scores": {"insult": float("nan")}}, "impossible"),
        ({"scores": {"other": 1.5}}, "impossible"),
        ({"text_sha256": "0" * 64}, "missing"),
        ({"settings_digest": "0" * 64}, "missing"),
        ({"check": "pii"}, "missing"),
    ],
)
def test_what_can_not_be_believed_is_unverified(
    change: dict[str, Any], label: str, policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    decision = decide(policy_of(INSULT), draft, None, [report_of("toxicity", draft, **change)])
    assert decision.outcome is Outcome.REVIEW
    assert decision.unverified
    assert not decision.regenerate
    assert [(one.rule, one.label) for one in decision.reasons] == [("unverified:toxicity", label)]


@pytest.mark.parametrize(
    "found", [("insult", 0.1, 4, 99), ("insult", 0.1, 3, 3), ("insult", 2, 0, 1)]
)
def test_impossible_finding_is_unverified(
    found: Any, policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = replace(report_of("toxicity", draft, found), scores={})
    assert decide(policy_of(INSULT), draft, None, [report]).unverified


def test_an_incomplete_report_still_blocks_with_what_it_saw(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, ("insult", 0.9, 0, 3), status=Status.INCOMPLETE)
    decision = decide(policy_of(INSULT), draft, None, [report])
    assert decision.outcome is Outcome.BLOCK
    assert decision.unverified


def test_a_score_that_no_finding_explains_counts(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, ("insult", 0.3, 0, 3), scores={"insult": 0.8})
    (reason,) = decide(policy_of(INSULT), draft, None, [report]).reasons
    assert (reason.score, reason.start, reason.end, reason.limit) == (0.8, 0, 0, "0.5")


def test_not_applicable_holds_only_when_required(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, status=Status.NOT_APPLICABLE, coverage=())
    assert decide(policy_of(INSULT), draft, None, [report]).outcome is Outcome.RELEASE
    strict = decide(policy_of({**INSULT, "required": True}), draft, None, [report])
    assert (strict.outcome, strict.unverified) == (Outcome.REVIEW, False)


def test_shadow_and_flag_are_noted_and_hold_nothing(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, ("insult", 0.9, 0, 3))
    policy = policy_of(
        {**INSULT, "shadow": True},
        {**INSULT, "id": "note", "limits": {"insult": 0.4}, "action": "flag"},
    )
    decision = decide(policy, draft, None, [report])
    assert decision.outcome is Outcome.RELEASE
    assert decision.reasons == ()
    assert [(one.rule, one.shadow) for one in decision.noted] == [("insult", True), ("note", False)]
    assert decide(policy, draft, None, []).unverified  # the flag's check is not in the shadow


def test_a_failed_check_that_only_shadow_rules_name_holds_nothing(
    policy_of: Policies, draft_of: Drafts
) -> None:
    decision = decide(policy_of({**INSULT, "shadow": True}), draft_of("Text."), None, [])
    assert decision.outcome is Outcome.RELEASE
    assert [one.rule for one in decision.noted] == ["unverified:toxicity"]


@pytest.mark.parametrize(
    ("allowed", "outcome"),
    [((), "redact"), (("+1 202 555 0143",), "release"), (("+1 202 555 0144",), "redact")],
)
def test_values_of_the_brief_may_stand(
    allowed: tuple[str, ...],
    outcome: str,
    policy_of: Policies,
    draft_of: Drafts,
    report_of: Reports,
) -> None:
    brief = Brief(id="b1", kind="news", may_publish=allowed)
    draft = draft_of("Call (202) 555-0143 now.", brief)
    report = report_of("pii", draft, ("PHONE_NUMBER", 0.9, 5, 19), brief=brief)
    decision = decide(policy_of(PHONE), draft, brief, [report])
    assert decision.outcome == outcome
    assert "555" not in json.dumps(dump(decision))


def test_redacting_is_tried_once_and_needs_a_place(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of("Call (202) 555-0143 now.")
    report = report_of("pii", draft, ("PHONE_NUMBER", 0.9, 5, 19))
    again = replace(draft, made_by="redaction", parent="d0")
    assert decide(policy_of(PHONE), again, None, [report]).outcome is Outcome.REVIEW
    nowhere = replace(report, findings=())
    assert decide(policy_of(PHONE), draft, None, [nowhere]).outcome is Outcome.REVIEW


COURT = 'The court heard that he wrote "you are a worthless fool" to the clerk.'
START, END = COURT.index("you are"), COURT.index('" to')


@pytest.mark.parametrize(
    ("text", "start", "end", "outcome"),
    [
        (COURT, START, END, "review"),
        (COURT, 0, len(COURT), "block"),  # our own words are in it, too
        (COURT.replace('"', ""), START - 1, END - 1, "block"),
        ('"You are a worthless fool" is our motto.', 1, 25, "block"),  # quoted from nobody
    ],
)
def test_attributed_quotations_have_their_own_action(
    text: str,
    start: int,
    end: int,
    outcome: str,
    policy_of: Policies,
    draft_of: Drafts,
    report_of: Reports,
) -> None:
    draft = draft_of(text)
    report = report_of("toxicity", draft, ("insult", 0.9, start, end))
    assert decide(policy_of(QUOTED), draft, None, [report]).outcome == outcome


def test_a_quotation_from_the_brief_is_attributed(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    brief = Brief(id="b", kind="news", facts=(Fact("quote", "You are a worthless fool"),))
    draft = draft_of("“You are a worthless fool” — words of the accused.", brief)
    report = report_of("toxicity", draft, ("insult", 0.9, 1, 25), brief=brief)
    assert decide(policy_of(QUOTED), draft, brief, [report]).outcome is Outcome.REVIEW


def test_rules_of_a_place_hold_for_its_briefs_and_for_unstated_ones(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    policy = policy_of({**INSULT, "jurisdictions": ["CN"]})
    draft = draft_of("You there.")
    report = report_of("toxicity", draft, ("insult", 0.9, 0, 3))
    outcomes = {
        places: decide(
            policy, draft, Brief(id="b", kind="news", jurisdictions=places), [report]
        ).outcome.value
        for places in [(), ("US",), ("cn",), ("US", "CN")]
    }
    assert outcomes == {(): "block", ("US",): "release", ("cn",): "block", ("US", "CN"): "block"}


def test_a_place_the_policy_was_not_written_for_waits(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    where = {"kinds": ["news"], "languages": ["en"], "jurisdictions": ["EU"]}
    policy = policy_of(INSULT, applies_to=where)
    draft = draft_of("You there.")
    brief = Brief(id="b", kind="news", jurisdictions=("EU", "BR"))
    decision = decide(policy, draft, brief, [report_of("toxicity", draft)])
    assert [(one.rule, one.label) for one in decision.reasons] == [("other-jurisdiction", "BR")]


@pytest.mark.parametrize("text", ["", "  \n", "\u3000"])
def test_an_empty_draft_is_never_released(
    text: str, policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    draft = draft_of(text)
    decision = decide(policy_of(INSULT), draft, None, [report_of("toxicity", draft)])
    assert (decision.outcome, decision.regenerate) == (Outcome.REVIEW, True)


def test_two_settings_of_one_check_are_two_measurements(policy_of: Policies) -> None:
    rules = [
        {"id": f"r{index}", "check": "fake", "with": {"words": words}, "limits": {"word": 0.5},
         "action": "block"}
        for index, words in enumerate([["a"], ["b"], ["a"]])
    ]  # fmt: skip
    rules[2]["limits"] = {"word": 0.9}
    assert len(required_checks(policy_of(*rules))) == 2


def test_no_policy_means_review(draft_of: Drafts) -> None:
    decision = no_policy_decision(draft_of("Text."))
    assert (decision.outcome, decision.policy_digest) == (Outcome.REVIEW, "")


def test_approvers_follow_the_rules_that_hold(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    policy = policy_of(
        INSULT, PHONE, approvals=[{"by": "lawyer", "rules": ["insult"]}, {"by": "editor"}]
    )
    draft = draft_of("You there, 5550143.")
    calm, rude = report_of("pii", draft), report_of("toxicity", draft, ("insult", 0.9, 0, 3))
    assert policy.approvers(decide(policy, draft, None, [calm, rude])) == ("lawyer",)
    assert policy.approvers(decide(policy, draft, None, [rude])) == ("editor", "lawyer")


def test_decisions_survive_being_stored(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    policy = policy_of(INSULT, PHONE)
    draft = draft_of("You there, (202) 555-0143.")
    reports = [
        report_of("toxicity", draft, ("insult", 0.875, 0, 3)),
        report_of("pii", draft, ("PHONE_NUMBER", 0.75, 11, 25)),
    ]
    decision = decide(policy, draft, None, reports)
    assert load(Decision, json.loads(json.dumps(dump(decision)))) == decision
    stored = [load(CheckReport, json.loads(json.dumps(dump(one)))) for one in reports]
    assert decide(policy, draft, None, stored) == decision
