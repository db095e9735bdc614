"""Stored decisions made again: the same, or what differs and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.redecide import redecide
from aigc_guard.policy import decide
from aigc_guard.records import CheckReport, Decision, Outcome, Status, canonical
from aigc_guard.store import tables

from .conftest import POLICY, MakeProject
from .test_whole_run import WAIVER

DRAFTS = {
    "one": "The bridge opened on Tuesday.",
    "rude": "The mayor is an insult.",
    "leak": "The code is s3cret, they said.",
    "again": ["A clumsy rumour.", "A rumour."],
}
Briefs = Callable[..., Path]


def stored(project: Project) -> list[str]:
    return project.store.decided_drafts()


def test_every_decision_of_a_run_comes_out_the_same(
    make_project: MakeProject, briefs: Briefs
) -> None:
    """Releases, blocks, redactions, new attempts, waivers and a stopped run."""
    policy = POLICY + "batch: {stop_above: 0.2}\n" + WAIVER.replace("[rude]", "[again]")
    project = make_project(DRAFTS, policy=policy)
    produce(project, [briefs(*DRAFTS)])
    found = [one for name in stored(project) for one in redecide(project, name)]
    assert {one.stored.outcome for one in found} == {
        Outcome.RELEASE, Outcome.REDACT, Outcome.REVIEW, Outcome.BLOCK,
    }  # fmt: skip
    assert any(one.stored.regenerate for one in found)
    assert any(reason.rule == "batch:stop" for one in found for reason in one.stored.reasons)
    assert all(one.is_same and not one.causes for one in found)
    assert len(found) == len(project.store.events(kind="draft.decided"))


def test_the_policy_is_the_one_of_then(make_project: MakeProject, briefs: Briefs) -> None:
    old = make_project(DRAFTS, policy=POLICY)
    produce(old, [briefs("rude")])
    now = make_project(DRAFTS, policy=POLICY.replace("insult: 0.5", "insult: 1.0"))
    (name,) = stored(now)
    (one,) = redecide(now, name[:12])
    assert one.is_same
    assert one.stored.policy_digest not in {policy.digest for policy in now.policies}


def test_an_altered_decision_is_seen(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS, policy=POLICY)
    produce(project, [briefs("rude")])
    (name,) = stored(project)
    decision = project.store.latest_decision(name)
    assert decision is not None
    altered = replace(decision, outcome=Outcome.RELEASE, reasons=())
    project.store.put_decision(altered, at=project.clock(), measured=_measured(project, decision))
    first, second = redecide(project, name)
    assert first.is_same
    assert not second.is_same
    assert second.again is not None
    assert second.again.outcome is Outcome.BLOCK
    assert [reason.rule for reason in second.added] == ["no-insult"]
    assert second.causes == ()


def _measured(project: Project, decision: Decision) -> list[tuple[str, str, str, str, str]]:
    return project.store.measured_for(decision)


def test_a_lost_measurement_is_named(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS, policy=POLICY)
    produce(project, [briefs("one")])
    (name,) = stored(project)
    with project.store.engine.begin() as connection:
        connection.execute(sa.delete(tables.reports))
    (gone,) = redecide(project, name)
    assert [reason.rule for reason in gone.added] == ["unverified:words"]
    assert {str(cause) for cause in gone.causes} == {"the measurement of words is not in the store"}


def test_a_failed_measurement_that_succeeded_since_is_the_cause(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=POLICY)
    produce(project, [briefs("one")])
    (name,) = stored(project)
    decision = project.store.latest_decision(name)
    assert decision is not None
    keys = _measured(project, decision)
    reports = project.store.get_reports(keys)
    failed = _unverified(project, decision, list(reports.values()))
    project.store.put_decision(failed, at=project.clock(), measured=keys)
    *_, last = redecide(project, name)
    assert not last.is_same
    assert [str(cause) for cause in last.causes] == [
        "words could not read it then, and was measured again since"
    ] * len(keys)


def _unverified(project: Project, decision: Decision, reports: list[CheckReport]) -> Decision:
    draft = project.store.draft(decision.draft_id)
    assert draft is not None
    (brief,) = project.store.get_briefs([draft.brief_digest]).values()
    (policy,) = project.policies
    broken = [replace(one, status=Status.FAILED, error="gone", coverage=()) for one in reports]
    return decide(policy, draft, brief, broken)


def test_a_policy_that_is_not_kept_is_said(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS, policy=POLICY)
    produce(project, [briefs("one")])
    (name,) = stored(project)
    with project.store.engine.begin() as connection:
        connection.execute(sa.delete(tables.policies))
    (one,) = redecide(project, name)
    assert one.again is None
    assert not one.is_same
    assert "is not in the store" in str(one.causes[0])


@pytest.mark.parametrize(
    "change", [("insult: 0.5", "insult: 0.6"), ("action: block", "action: flag")]
)
def test_an_altered_policy_in_the_store_is_seen(
    make_project: MakeProject, briefs: Briefs, change: tuple[str, str]
) -> None:
    project = make_project(DRAFTS, policy=POLICY)
    produce(project, [briefs("one")])
    (name,) = stored(project)
    (altered,) = make_project(DRAFTS, policy=POLICY.replace(*change)).policies
    with project.store.engine.begin() as connection:
        body = canonical(altered.form.as_dict()).decode()
        connection.execute(sa.update(tables.policies).values(body=body))
    (one,) = redecide(project, name)
    assert one.again is None
    assert "is not what it was" in str(one.causes[0])
