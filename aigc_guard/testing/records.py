"""Small valid records to build tests on; every field can be given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Outcome,
    Reason,
    Span,
    Status,
    digest_of,
    dump,
)

POLICY = "news"
POLICY_DIGEST = "ab" * 32


def example_brief(**changes: Any) -> Brief:
    """A brief for one news draft."""
    return replace(Brief(id="brief-1", kind="news", jurisdictions=("EU",)), **changes)


def example_draft(brief: Brief | None = None, **changes: Any) -> Draft:
    """The first attempt at a brief. Its id follows from its fields unless it is given."""
    brief = brief or example_brief()
    draft = Draft(
        draft_id="",
        brief_id=brief.id,
        brief_digest=brief.digest,
        kind=brief.kind,
        language=brief.language,
        channel=brief.channel,
        text="The town library opens on Monday.\n\nEntry is free.",
        writer="writer-test",
        model_digest="cd" * 32,
        settings_digest="ef" * 32,
        seed=7,
        attempt=1,
    )
    draft = replace(draft, **changes)
    if draft.draft_id:
        return draft
    return replace(draft, draft_id=digest_of(dump(draft) | {"seed": str(draft.seed)})[:32])


def example_report(draft: Draft, **changes: Any) -> CheckReport:
    """A measurement that read the whole draft and found nothing."""
    report = CheckReport(
        check="toxicity",
        version="1",
        text_sha256=draft.text_sha256,
        model_digest="12" * 32,
        settings_digest="34" * 32,
        status=Status.OK,
        coverage=(Span(0, len(draft.text)),),
        scores={"toxicity": 0.01},
    )
    return replace(report, **changes)


def example_decision(draft: Draft, outcome: Outcome = Outcome.RELEASE, **changes: Any) -> Decision:
    """A decision about the draft, with one reason unless it is released."""
    reason = Reason(
        rule="no-insults",
        check="toxicity",
        outcome=outcome,
        message={"en": "An insult.", "zh": "侮辱性言论。"},
        label="insult",
        score=0.9,
        start=0,
        end=3,
    )
    decision = Decision(
        draft_id=draft.draft_id,
        text_sha256=draft.text_sha256,
        policy=POLICY,
        policy_digest=POLICY_DIGEST,
        outcome=outcome,
        reasons=() if outcome is Outcome.RELEASE else (reason,),
    )
    return replace(decision, **changes)
