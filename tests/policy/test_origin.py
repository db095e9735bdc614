from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.policy import Policy, decide, required_checks
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Outcome,
    Source,
    dump,
)

Policies = Callable[..., Policy]
Drafts = Callable[..., Draft]
Reports = Callable[..., CheckReport]

INSULT = {"id": "insult", "check": "toxicity", "limits": {"insult": 0.5}, "action": "block"}
FAITHFUL = {
    "id": "faithful",
    "check": "provenance",
    "limits": {"faithful": True},
    "action": "regenerate",
}


def test_unfaithful_asks_for_another_attempt_unless_blocked_or_not_ours(
    policy_of: Policies, draft_of: Drafts, report_of: Reports
) -> None:
    policy = policy_of(FAITHFUL, INSULT)
    draft = draft_of("Text of the draft.", faithful=False)
    calm = report_of("toxicity", draft)

    def judged(draft: Draft, *others: CheckReport) -> Decision:
        made = measure_provenance(policy, draft)
        return decide(policy, draft, None, [made, *others])

    first = judged(draft, calm)
    assert (first.outcome, first.regenerate) == (Outcome.REVIEW, True)
    assert not judged(replace(draft, made_by="editor"), calm).regenerate
    assert not judged(draft).regenerate  # toxicity is missing: measure before writing again
    blocked = judged(draft, report_of("toxicity", draft, ("insult", 0.9, 0, 4)))
    assert (blocked.outcome, blocked.regenerate) == (Outcome.BLOCK, False)
    assert judged(replace(draft, faithful=True), calm).outcome is Outcome.RELEASE


def measure_provenance(policy: Policy, draft: Draft, brief: Brief | None = None) -> CheckReport:
    (request,) = [one for one in required_checks(policy) if one.check == "provenance"]
    subject = Subject(draft.text, draft.text_sha256, draft.language, draft, brief)
    return request.create().measure([subject], Context())[0]


def test_a_provenance_report_about_another_brief_is_missing(
    policy_of: Policies, draft_of: Drafts
) -> None:
    policy = policy_of(
        {
            "id": "licence",
            "check": "provenance",
            "limits": {"licensed_sources": True},
            "action": "review",
        }
    )
    clean = Brief(id="b1", kind="news")
    sources = (Source("A study", "https://example.org", ""),)
    unlicensed = replace(clean, sources=sources)
    draft = draft_of("Text.", clean)
    report = measure_provenance(policy, draft, clean)
    assert decide(policy, draft, clean, [report]).outcome is Outcome.RELEASE
    assert decide(policy, draft, unlicensed, [report]).unverified
    own = measure_provenance(policy, draft, unlicensed)
    (reason,) = decide(policy, draft, unlicensed, [own]).reasons
    assert (reason.rule, reason.limit) == ("licence", "licensed_sources (source 1)")


WRITER = {"licence": "Apache-2.0", "approved_for": ["news"], "trained_on": ["a"], "digest": "m"}


@pytest.mark.parametrize(
    ("limits", "facts", "told"),
    [
        ({"known_writer": True}, None, "known_writer"),
        ({"verifiable_writer": True}, {**WRITER, "remote": True}, "verifiable_writer"),
        ({"approved_kind": True}, {**WRITER, "approved_for": []}, "approved_kind (kind news)"),
        ({"known_training": True}, {**WRITER, "trained_on": []}, "known_training"),
        ({"refused_training": ["A"]}, WRITER, "refused_training (source a)"),
        ({"refused_training": ["b"]}, WRITER, ""),
        ({"approved_writers": ["other"]}, WRITER, "approved_writers"),
        ({"approved_writers": ["Writer-EN"]}, WRITER, ""),
        ({"approved_licences": ["MIT"]}, WRITER, "approved_licences (licence Apache-2.0)"),
        ({"approved_licences": ["apache-2.0"]}, WRITER, ""),
        ({"source_licences": ["CC0-1.0"]}, WRITER, "source_licences (source 1, licence CC-BY-4.0)"),
        ({"source_licences": ["cc-by-4.0"]}, WRITER, ""),
        ({"attributed_sources": True}, WRITER, "attributed_sources (source 1, missing url)"),
        ({"labelled": True}, WRITER, "labelled (jurisdiction CN, channel web)"),
        ({"same_brief": True, "faithful": True, "declared_origin": True}, WRITER, ""),
    ],
)
def test_limits_on_origin(
    limits: Any, facts: Any, told: str, policy_of: Policies, draft_of: Drafts
) -> None:
    rule = {"id": "origin", "check": "provenance", "limits": limits, "action": "review"}
    policy = policy_of(rule, labels=[{"id": "one", "text": "With AI", "jurisdictions": ["EU"]}])
    brief = Brief(
        id="b",
        kind="news",
        sources=(Source("A study", "", "CC-BY-4.0"),),
        jurisdictions=("CN", "EU"),
    )
    draft = draft_of("Text.", brief)
    context = Context(models={"writer-en": facts} if facts else {})
    subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
    report = required_checks(policy)[0].create().measure([subject], context)[0]
    reasons = decide(policy, draft, brief, [report]).reasons
    assert [reason.limit for reason in reasons] == ([told] if told else [])


def test_a_declared_writer_is_compared_without_being_named(
    policy_of: Policies, draft_of: Drafts
) -> None:
    rule = {"id": "who", "check": "provenance", "action": "review",
            "limits": {"approved_writers": ["Jane Roe"], "declared_origin": True}}  # fmt: skip
    outcomes = {}
    for writer in ("Jane Roe", "John Doe", ""):
        brief = Brief(id="b", kind="news", text="Text.", origin={"writer": writer})
        draft = draft_of("Text.", brief, made_by="supplied")
        report = measure_provenance(policy_of(rule), draft, brief)
        decision = decide(policy_of(rule), draft, brief, [report])
        outcomes[writer] = [reason.limit for reason in decision.reasons]
        assert "Doe" not in json.dumps(dump(decision))
    assert outcomes == {
        "Jane Roe": [],
        "John Doe": ["approved_writers"],
        "": ["declared_origin"],
    }
