"""The whole way in one process; the Prefect flow composes the same steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.audit.report import RunReport, write_report
from aigc_guard.pipeline.plan import Batch, RunPlan, start_run
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal
from aigc_guard.pipeline.releasing import release_batch
from aigc_guard.pipeline.summary import summarise
from aigc_guard.pipeline.whole_run import judge_run
from aigc_guard.pipeline.work import Judged, judge, redact_batch, write_batch

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Produced:
    """A finished run: its report, and where the report lies."""

    report: RunReport
    html: Path
    json: Path


def silent(step: str, done: int, total: int) -> None:
    """A progress observer that watches nothing."""


def produce(
    project: Project, paths: Sequence[Path], *, seed: int = 0, progress: Progress = silent
) -> Produced:
    """Briefs in, releases and a report out. Running it again finishes or repeats nothing."""
    plan = start_run(project, paths, seed=seed)
    progress("intake", len(plan.briefs), len(plan.briefs))
    latest: dict[str, Judged] = {}
    for number, batch in enumerate(plan.batches, start=1):
        latest |= process_batch(project, plan, batch)
        progress("batches", number, len(plan.batches))
    last = judge_run(project, plan, latest)
    for batch in plan.batches:
        publish_batch(project, batch, last.judged)
    return finish(project, plan)


def process_batch(project: Project, plan: RunPlan, batch: Batch) -> dict[str, Judged]:
    """All steps of one batch before its run is looked at as a whole: the last versions, judged."""
    return redacted(project, plan, batch, write_and_judge(project, plan, batch))


def write_and_judge(project: Project, plan: RunPlan, batch: Batch) -> dict[str, Judged]:
    """The last attempt of every brief of the batch, judged; keyed by brief id."""
    latest: dict[str, Judged] = {}
    for attempt in range(1, most_attempts(project, batch) + 1):
        drafts = write_batch(project, plan, batch, attempt)
        if not drafts:
            break
        by_id = {brief.id: brief for brief in batch.briefs}
        for item in judge(project, plan, drafts, [by_id[draft.brief_id] for draft in drafts]):
            latest[item[0].brief_id] = item
    return latest


def redacted(
    project: Project, plan: RunPlan, batch: Batch, judged: Mapping[str, Judged]
) -> dict[str, Judged]:
    """The versions that stand: redacted ones in place of those that were to be redacted."""
    briefs = [brief for brief in batch.briefs if brief.id in judged]
    versions = redact_batch(project, plan, [judged[brief.id] for brief in briefs], briefs)
    return {**judged, **{item[0].brief_id: item for item in versions}}


def publish_batch(project: Project, batch: Batch, judged: Mapping[str, Judged]) -> None:
    """Publish what may be published of a batch, as its run was judged."""
    briefs = [brief for brief in batch.briefs if brief.id in judged]
    release_batch(project, [judged[brief.id] for brief in briefs], briefs)


def most_attempts(project: Project, batch: Batch) -> int:
    """The largest number of attempts any policy of the batch allows; supplied texts have one."""
    if batch.writer == "supplied":
        return 1
    policies = [project.policy_for(brief) for brief in batch.briefs]
    return max([policy.attempts for policy in policies if policy] or [1])


def finish(project: Project, plan: RunPlan) -> Produced:
    """Write the run's report and close the record."""
    report = summarise(project, plan)
    folder = project.config.reports / plan.run_id
    html = write_report(report, folder, project.config.language)
    at = project.clock()
    outcomes = {"outcomes": dict(report.outcomes)}
    with project.store.transaction() as tx:
        if tx.finish_run(plan.run_id, at=at, summary=outcomes):
            tx.append_event("run.finished", plan.run_id, body=outcomes, at=at)
    seal(project)
    return Produced(report=report, html=html, json=folder / "report.json")
