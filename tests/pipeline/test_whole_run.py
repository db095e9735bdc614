"""What a policy says about a run as a whole, and waivers, on the way from briefs to releases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from aigc_guard.pipeline.approved import authority_in
from aigc_guard.pipeline.produce import Produced, produce
from aigc_guard.pipeline.project import Project
from aigc_guard.policy.waivers import Term
from aigc_guard.records import Outcome
from aigc_guard.review import approve
from aigc_guard.store import State

from .conftest import POLICY, MakeProject

DRAFTS = {
    "one": "The bridge opened on Tuesday.",
    "two": "The tunnel opened on Friday.",
    "rude": "The mayor is an insult.",
    "leak": "The code is s3cret, they said.",
}
WAIVER = """
waivers:
  - id: satire
    rule: no-insult
    scope: {briefs: [rude]}
    reason: A court asked for the exact words.
    owner: desk
    approver: chief
    since: "2026-01-01"
    expires: "2026-01-30"
"""
Briefs = Callable[..., Path]


def outcomes(done: Produced) -> dict[str, Outcome]:
    return {item.brief.id: item.outcome for item in done.report.drafts}


def released(project: Project) -> int:
    return len(project.store.releases())


def test_a_run_with_too_many_blocked_drafts_releases_nothing(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=POLICY + "batch: {stop_above: 0.2}\n")
    done = produce(project, [briefs(*DRAFTS)])
    assert outcomes(done) == {
        "one": Outcome.REVIEW,
        "two": Outcome.REVIEW,
        "rude": Outcome.BLOCK,
        "leak": Outcome.REVIEW,
    }
    assert released(project) == 0
    assert [event.body["stops"][0][0] for event in project.store.events(kind="run.stopped")] == [
        "batch:stop"
    ]
    one = next(item for item in done.report.drafts if item.brief.id == "one")
    assert [reason.rule for reason in one.decision.reasons] == ["batch:stop"]


def test_a_stopped_run_is_let_go_draft_by_draft_and_running_again_keeps_the_approval(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=POLICY + "batch: {stop_above: 0.2}\n")
    done = produce(project, [briefs(*DRAFTS)])
    one = next(item for item in done.report.drafts if item.brief.id == "one").draft
    approve(
        project.store,
        one.draft_id,
        by="Ann",
        reason="looked at it",
        clock=project.clock,
        authority=authority_in(project),
    )
    events = len(project.store.events())
    produce(project, [briefs(*DRAFTS)])
    item = project.store.item_of(one.draft_id)
    assert item is not None
    assert item.state is State.APPROVED
    assert len(project.store.events()) == events + 1  # run.resumed


def test_a_run_with_few_blocked_drafts_is_released(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=POLICY + "batch: {stop_above: 0.25}\n")
    done = produce(project, [briefs(*DRAFTS)])
    assert outcomes(done)["one"] is Outcome.RELEASE
    assert released(project) == 3
    assert not project.store.events(kind="run.stopped")


def test_beyond_the_quota_drafts_wait(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS, policy=POLICY + "batch: {quota: {wire: 2}}\n")
    done = produce(project, [briefs("one", "two", "leak")])
    assert released(project) == 2
    assert outcomes(done)["two"] is Outcome.RELEASE
    waiting = project.store.queue(state=State.WAITING)
    assert len(waiting) == 1


def test_a_waiver_lets_its_brief_go_while_it_lasts(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=POLICY + WAIVER)
    assert project.clock()[:10] <= "2026-01-30"
    done = produce(project, [briefs("rude", "one")])
    assert outcomes(done) == {"rude": Outcome.RELEASE, "one": Outcome.RELEASE}
    rude = next(item for item in done.report.drafts if item.brief.id == "rude")
    assert [(one.rule, one.waiver) for one in rude.decision.noted] == [("no-insult", "satire")]
    (use,) = done.report.waivers
    assert (use.waiver, use.drafts, use.term) == ("satire", (rude.draft.draft_id,), Term.HOLDS)
    kept = json.loads((done.html.parent / "report.json").read_text(encoding="utf-8"))
    assert [(one["id"], one["used"], one["approver"]) for one in kept["waivers"]] == [
        ("satire", 1, "chief")
    ]


def test_an_unused_waiver_stands_in_the_report(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS, policy=POLICY + WAIVER)
    done = produce(project, [briefs("one")])
    assert [(use.waiver, use.used) for use in done.report.waivers] == [("satire", False)]
    page = done.html.read_text(encoding="utf-8")
    assert "<code>satire</code>" in page
    assert "A court asked for the exact words." in page


def test_an_expired_waiver_does_nothing(make_project: MakeProject, briefs: Briefs) -> None:
    expired = WAIVER.replace("2026-01-", "2025-01-")
    project = make_project(DRAFTS, policy=POLICY + expired)
    done = produce(project, [briefs("rude")])
    assert outcomes(done) == {"rude": Outcome.BLOCK}
    assert [(use.waiver, use.used, use.term) for use in done.report.waivers] == [
        ("satire", False, Term.EXPIRED)
    ]
    assert released(project) == 0
