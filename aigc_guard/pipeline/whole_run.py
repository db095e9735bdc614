"""The stage between judging single drafts and publishing: what the run as a whole says.

Drafts are compared with each other, and breaker, quotas and findings that hold the run are applied,
before anything of the run is published. Repeating it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aigc_guard.checks.interface import Batch, Context
from aigc_guard.pipeline.measuring import measure_requests, subject_of
from aigc_guard.pipeline.plan import RunPlan, policy_for
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import CheckRequest, Policy, decide, no_policy_decision, required_checks
from aigc_guard.policy.run import RunItem, decide_run
from aigc_guard.policy.standing import RUN_CHECK
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Reason

Judged = tuple[Draft, tuple[CheckReport, ...], Decision]
EVENT = "run.judged"


@dataclass(frozen=True)
class RunJudged:
    """The run's last versions by brief id, as they may be published, and why nothing may be."""

    judged: Mapping[str, Judged]
    stops: tuple[Reason, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether nothing of the run is published."""
        return bool(self.stops)


def judge_run(
    project: Project, plan: RunPlan, latest: Mapping[str, Judged], *, context: Context | None = None
) -> RunJudged:
    """Decide the run's last versions (by brief id) with everything that is about them together.

    Decisions that are news are recorded at once, with an event; nothing is published here.
    """
    briefs = [brief for brief in plan.briefs if brief.id in latest]
    policies = [policy_for(project, brief) for brief in briefs]
    before = [latest[brief.id] for brief in briefs]
    at = project.clock()
    compared = _compared(project, before, briefs, policies, context or project.context)
    single = [
        _decided(policy, draft, brief, reports, at)
        for (draft, _, _), reports, brief, policy in zip(
            before, compared, briefs, policies, strict=True
        )
    ]
    items = [
        RunItem(policy, draft, decision)
        for (draft, _, _), policy, decision in zip(before, policies, single, strict=True)
    ]
    found = decide_run(items)
    after = {
        brief.id: (draft, reports, decision)
        for brief, (draft, _, _), reports, decision in zip(
            briefs, before, compared, found.decisions, strict=True
        )
    }
    _record(project, plan, list(after.values()), found.stops, at)
    return RunJudged(after, found.stops)


def was_judged(project: Project, run_id: str) -> bool:
    """Whether the run's drafts were decided together before: then those decisions stand."""
    return bool(project.store.events(kind=EVENT, subject=run_id, limit=1))


def _compared(
    project: Project,
    judged: Sequence[Judged],
    briefs: Sequence[Brief],
    policies: Sequence[Policy | None],
    context: Context,
) -> list[tuple[CheckReport, ...]]:
    """Each draft's reports, those of comparing checks taken over all drafts of the run."""
    asked = [_comparing(policy) for policy in policies]
    if not any(asked):
        return [reports for _, reports, _ in judged]
    subjects = [
        subject_of(draft, brief) for (draft, _, _), brief in zip(judged, briefs, strict=True)
    ]
    fresh = measure_requests(
        subjects,
        asked,
        replace(context, batch=Batch(tuple(subjects))),
        project.store,
        seconds=project.config.limits.check_seconds,
    )
    return [
        (*(one for one in reports if one.check != RUN_CHECK), *added)
        for (_, reports, _), added in zip(judged, fresh, strict=True)
    ]


def _comparing(policy: Policy | None) -> tuple[CheckRequest, ...]:
    requests = required_checks(policy) if policy is not None else ()
    return tuple(request for request in requests if request.check == RUN_CHECK)


def _decided(
    policy: Policy | None,
    draft: Draft,
    brief: Brief,
    reports: Sequence[CheckReport],
    at: str,
) -> Decision:
    if policy is None:
        return no_policy_decision(draft)
    return decide(policy, draft, brief, reports, at=at)


def _record(
    project: Project,
    plan: RunPlan,
    judged: Sequence[Judged],
    stops: Sequence[Reason],
    at: str,
) -> None:
    """All decisions of the run that are news, in one transaction with the event."""
    measured = {draft.draft_id: [one.key for one in reports] for draft, reports, _ in judged}
    decisions = [decision for _, _, decision in judged]
    with project.store.transaction() as tx:
        news = tx.put_decisions(decisions, at=at, run_id=plan.run_id, measured=measured)
        if news or not was_judged(project, plan.run_id):
            body = {
                "drafts": len(judged),
                "changed": len(news),
                "stops": [[one.rule, one.label, one.limit, f"{one.score:.4f}"] for one in stops],
            }
            tx.append_event(EVENT, plan.run_id, body=body, at=at)
