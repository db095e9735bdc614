"""The main job as a Prefect flow: intake, then per batch generate, measure, decide and release.

The steps are ``aigc_guard.pipeline``'s own, so ``aigc-guard run`` and this flow leave equal
reports. A task is a batch, never a single draft. ``python -m flows.produce [BRIEFS…]`` runs it
here and now, with a Prefect server of its own when none is configured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, Field

from aigc_guard.errors import GenerationError
from aigc_guard.pipeline.plan import Batch, RunPlan, start_run
from aigc_guard.pipeline.produce import (
    Produced,
    finish,
    most_attempts,
    publish_batch,
    redacted,
)
from aigc_guard.pipeline.project import Project, open_project
from aigc_guard.pipeline.whole_run import judge_run
from aigc_guard.pipeline.work import Judged, decide_drafts, measure_drafts, write_batch
from aigc_guard.records import Brief, CheckReport, Draft
from flows.artifacts import publish_run
from flows.events import DRAFTS_WAITING, announce
from flows.prepare import MODEL_TAG
from flows.session import HEAVY, command, config_of, prefect_api, quiet_guard_errors

TAGS = ["aigc-guard"]


class ProduceParameters(BaseModel):
    """What to produce. Paths are relative to the project folder; Prefect's form shows these."""

    briefs: list[Path] = Field(
        default_factory=list, description="brief files or folders; none: those of aigc_guard.toml"
    )
    policies: Path | None = Field(None, description="policy folder instead of the configured one")
    out: Path | None = Field(None, description="folder for outbox, reports and quarantine")
    project: Path | None = Field(None, description="project folder; none: where the worker works")
    seed: int | None = Field(
        None, ge=0, description="seed of the writers instead of the configured"
    )
    write_minutes: float = Field(30, gt=0, description="time limit for writing one batch")

    def open(self) -> Project:
        """The project these parameters describe; raises ConfigError and its kin."""
        config = config_of(self.project)
        if self.policies is not None:
            config = config.with_policies(config.root / self.policies)
        if self.out is not None:
            config = config.with_output(config.root / self.out)
        return open_project(config)


class BatchWork:
    """One batch on its way. Deliberately no dataclass: prefect looks into those, and there is
    draft text in here that its server has no business with."""

    def __init__(self, project: Project, plan: RunPlan, batch: Batch) -> None:
        self.project = project
        self.plan = plan
        self.batch = batch
        self.drafts: tuple[Draft, ...] = ()
        self.reports: Sequence[tuple[CheckReport, ...]] = ()
        self.judged: dict[str, Judged] = {}

    @property
    def briefs(self) -> list[Brief]:
        """The briefs of the drafts in hand, in their order."""
        by_id = {brief.id: brief for brief in self.batch.briefs}
        return [by_id[draft.brief_id] for draft in self.drafts]


def _may_pass(_task: object, _run: object, state: object) -> bool:
    """Retry what may pass by itself (a model server's hiccup, a locked file), no user's mistake."""
    data = getattr(state, "data", None)
    return isinstance(data, GenerationError | OSError | TimeoutError)


@task(tags=TAGS, cache_policy=NO_CACHE)
def intake(project: Project, paths: Sequence[Path], seed: int) -> RunPlan:
    """Read and check the briefs, record the run, form its batches."""
    return start_run(project, paths, seed=seed)


@task(
    task_run_name="generate {number}, attempt {attempt}",
    tags=[*TAGS, MODEL_TAG],
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def generate(work: BatchWork, number: int, attempt: int) -> int:
    """Write the drafts that are not stored yet; how many drafts are in hand."""
    work.drafts = write_batch(work.project, work.plan, work.batch, attempt)
    return len(work.drafts)


@task(
    task_run_name="measure {number}, attempt {attempt}",
    tags=[*TAGS, MODEL_TAG],
    retries=1,
    retry_delay_seconds=5,
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def measure(work: BatchWork, number: int, attempt: int) -> int:
    """Take every measurement the policies ask for; how many reports there are."""
    work.reports = measure_drafts(work.project, work.plan.run_id, work.drafts, work.briefs)
    return sum(len(reports) for reports in work.reports)


@task(task_run_name="decide {number}, attempt {attempt}", tags=TAGS, cache_policy=NO_CACHE)
def decide(work: BatchWork, number: int, attempt: int) -> dict[str, int]:
    """Decide by the policies and record it; how many drafts have which outcome."""
    judged = decide_drafts(work.project, work.plan, work.drafts, work.briefs, work.reports)
    work.judged.update({draft.brief_id: (draft, reports, d) for draft, reports, d in judged})
    counts: dict[str, int] = {}
    for _, _, decision in judged:
        counts[decision.outcome.value] = counts.get(decision.outcome.value, 0) + 1
    return counts


@task(
    task_run_name="redact {number}",
    tags=[*TAGS, MODEL_TAG],
    retries=2,
    retry_delay_seconds=5,
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def redact(work: BatchWork, number: int) -> None:
    """Redact what is to be redacted, measure and decide that again."""
    work.judged = redacted(work.project, work.plan, work.batch, work.judged)


@task(tags=TAGS, cache_policy=NO_CACHE)
def judge_together(project: Project, plan: RunPlan, batches: Sequence[BatchWork]) -> int:
    """Decide what holds for the run as a whole; how many reasons stop all of it."""
    latest = {name: item for work in batches for name, item in work.judged.items()}
    found = judge_run(project, plan, latest)
    for work in batches:
        work.judged = {name: found.judged[name] for name in work.judged}
    return len(found.stops)


@task(
    task_run_name="release {number}",
    tags=[*TAGS, MODEL_TAG],
    retries=2,
    retry_delay_seconds=5,
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
def release(work: BatchWork, number: int) -> None:
    """Publish what may be published."""
    publish_batch(work.project, work.batch, work.judged)


@task(tags=TAGS, cache_policy=NO_CACHE)
def report(project: Project, plan: RunPlan) -> Produced:
    """Write the run's report, and show it in Prefect as artifacts."""
    produced = finish(project, plan)
    publish_run(produced, project.config.console)
    return produced


@flow(name="produce", log_prints=False, validate_parameters=True)
def produce(parameters: ProduceParameters | None = None) -> Produced:
    """Briefs in, releases and a report out; the same run again repeats nothing."""
    quiet_guard_errors()
    given = parameters or ProduceParameters()
    project = given.open()
    root = project.config.root
    paths = [root / path for path in given.briefs] or list(project.config.briefs)
    seed = project.config.seed if given.seed is None else given.seed
    plan = intake(project, paths, seed)
    batches = [BatchWork(project, plan, batch) for batch in plan.batches]
    for work in batches:
        process(work, given)
    judge_together(project, plan, batches)
    for number, work in enumerate(batches, start=1):
        release(work, number)
    produced = report(project, plan)
    outcomes = produced.report.outcomes
    get_run_logger().info("run %s: %s", plan.run_id, outcomes)
    if outcomes["review"]:
        announce(DRAFTS_WAITING, plan.run_id, {"waiting": outcomes["review"]})
    return produced


def process(work: BatchWork, given: ProduceParameters) -> None:
    """One batch from writing to redaction; it is written again as often as its policies ask."""
    number = work.batch.index + 1
    limits = work.project.config.limits
    writing = generate.with_options(timeout_seconds=given.write_minutes * 60)
    # The checks keep their own limits; this one catches what hangs around them.
    measuring = measure.with_options(timeout_seconds=2 * limits.check_seconds + 60)
    for attempt in range(1, most_attempts(work.project, work.batch) + 1):
        if not writing(work, number, attempt):
            break
        measuring(work, number, attempt)
        decide(work, number, attempt)
    redact(work, number)


def main(arguments: Sequence[str]) -> int:
    """Runs the flow and shows its outcomes; 0 when it ran to its end, whatever was held."""
    parser = argparse.ArgumentParser(prog="python -m flows.produce", description=__doc__)
    parser.add_argument("briefs", nargs="*", type=Path, help="brief files or folders")
    parser.add_argument("--policies", type=Path, help="policy folder")
    parser.add_argument("--out", type=Path, help="folder for outbox, reports and quarantine")
    parser.add_argument("--seed", type=int, help="seed of the writers")
    parser.add_argument("--project", type=Path, help="project folder")
    given = parser.parse_args(arguments)
    here = ProduceParameters(
        briefs=[path.resolve() for path in given.briefs],
        policies=given.policies and given.policies.resolve(),
        out=given.out and given.out.resolve(),
        seed=given.seed,
        project=given.project and given.project.resolve(),
    )
    project = here.open()
    _ = project.policies, project.kinds  # a mistake in them is told before anything starts
    with prefect_api(project.config, need=HEAVY):
        show(produce(here))
    return 0


def show(produced: Produced) -> None:
    """The outcome table and the report's place on stdout, what is to be done next on stderr."""
    from aigc_guard.cli.console import say, tell
    from aigc_guard.cli.produce import remark_waiting, say_outcomes

    data = json.loads(produced.json.read_text(encoding="utf-8"))
    say_outcomes(data)
    say(tell("Report: {path}", path=produced.html))
    remark_waiting(data, produced.html.parent)


if __name__ == "__main__":
    command(main)
