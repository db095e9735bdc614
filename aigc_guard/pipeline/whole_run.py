"""The stage between judging single drafts and publishing: what the run as a whole says.

Drafts are compared with each other, and breaker, quotas and findings that hold the run are applied,
before anything of the run is published. Repeating it changes nothing: a decision that differs from
the stored one only by what was said of the run is not recorded again (see ``work``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aigc_guard.checks.interface import Batch, Context
from aigc_guard.pipeline.comparing import comparing_requests, decide_compared
from aigc_guard.pipeline.measuring import measure_requests, subject_of
from aigc_guard.pipeline.plan import RunPlan
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.work import Judged, record_decisions
from aigc_guard.policy import Policy
from aigc_guard.policy.run import RunItem, decide_run
from aigc_guard.records import Brief, CheckReport, Outcome, Reason

EVENT = "run.stopped"
"""What stopped a run, with its reasons; without reasons when nothing does any more."""


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
    policies = [project.policy_for(brief) for brief in briefs]
    at = project.clock()
    alone = _compared(project, latest, briefs, policies, context or project.context, at)
    items = [
        RunItem(policy, draft, decision)
        for (draft, _, decision), policy in zip(alone, policies, strict=True)
    ]
    found = decide_run(items)
    after = {
        brief.id: (draft, reports, decision)
        for brief, (draft, reports, _), decision in zip(briefs, alone, found.decisions, strict=True)
    }
    record_decisions(project, plan, list(after.values()), at=at)
    _record_stops(project, plan, found.stops, at)
    return RunJudged(after, found.stops)


def _compared(
    project: Project,
    latest: Mapping[str, Judged],
    briefs: Sequence[Brief],
    policies: Sequence[Policy | None],
    context: Context,
    now: str,
) -> list[Judged]:
    """The drafts with what the comparing checks say of them, taken over all drafts of the run.

    What is blocked never goes out: it holds no other draft back, and is compared with none.
    """
    before = [latest[brief.id] for brief in briefs]
    asked = [comparing_requests(policy) for policy in policies]
    if not any(asked):
        return before
    goes_out = [
        at
        for at, (_, _, decision) in enumerate(before)
        if policies[at] is not None and decision.outcome is not Outcome.BLOCK
    ]
    subjects = [subject_of(before[at][0], briefs[at]) for at in goes_out]
    measured = measure_requests(
        subjects,
        [asked[at] for at in goes_out],
        replace(context, batch=Batch(tuple(subjects))),
        project.store,
        seconds=project.config.limits.check_seconds,
    )
    after = list(before)
    for at, added in zip(goes_out, measured, strict=True):
        after[at] = _with_compared(before[at], briefs[at], policies[at], added, now)
    return after


def _with_compared(
    judged: Judged,
    brief: Brief,
    policy: Policy | None,
    added: tuple[CheckReport, ...],
    at: str,
) -> Judged:
    if policy is None or not added:
        return judged
    draft, reports, _ = judged
    every = (*reports, *added)
    return draft, every, decide_compared(policy, draft, brief, every, at=at)


def _record_stops(project: Project, plan: RunPlan, stops: Sequence[Reason], at: str) -> None:
    """Why nothing of the run may go out, once per set of reasons."""
    body = {"stops": [[one.rule, one.label, one.limit, f"{one.score:.4f}"] for one in stops]}
    last = project.store.events(kind=EVENT, subject=plan.run_id)
    if last[-1].body == body if last else not stops:
        return
    project.store.append_event(EVENT, plan.run_id, body=body, at=at)
