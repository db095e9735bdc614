"""The nightly audit: the record's consistency, the canary, the review queue, retention.

``python -m flows.audit`` runs it now. ``--accept CHECK --by NAME`` is how a person takes on a
model whose canary drifted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed
from pydantic import BaseModel, Field

from aigc_guard.audit import canary, nightly
from aigc_guard.audit.canary import Drift
from aigc_guard.audit.nightly import Audit, Waiting
from aigc_guard.errors import AuditError
from aigc_guard.notify import send, undelivered
from aigc_guard.pipeline.project import Project, open_project
from aigc_guard.pipeline.proofs import record_problems
from flows.artifacts import publish_audit
from flows.events import AUDIT_FAILED, DRAFTS_WAITING, MODEL_HELD, announce
from flows.prepare import MODEL_TAG
from flows.session import HEAVY, command, config_of, prefect_api, quiet_guard_errors

TAGS = ["aigc-guard"]
EVENTS = {
    "audit.failed": AUDIT_FAILED,
    "model.held": MODEL_HELD,
    "drafts.waiting": DRAFTS_WAITING,
}


class AuditParameters(BaseModel):
    """What to audit, and what to leave out."""

    project: Path | None = Field(None, description="project folder; none: where the worker works")
    measure_canary: bool = Field(True, description="measure the canary set with every guard")
    clear_old: bool = Field(True, description="remove what is past its retention")


@task(name="check-record", tags=TAGS, timeout_seconds=3600, cache_policy=NO_CACHE)
def check_record(project: Project) -> tuple[str, ...]:
    """Contradictions within the store, between it and the outbox, and in the signed log."""
    return record_problems(project)


@task(name="measure-canary", tags=[*TAGS, MODEL_TAG], timeout_seconds=3600, cache_policy=NO_CACHE)
def measure_canary(project: Project, at: str) -> tuple[Drift, ...]:
    """The canary with every guard in use; a drifted model is held back from now on."""
    return nightly.check_canary(
        project.store,
        nightly.guards_in_use(project.policies),
        project.context,
        seconds=project.config.limits.check_seconds,
        at=at,
    )


@task(name="look-at-queue", tags=TAGS, cache_policy=NO_CACHE)
def look_at_queue(project: Project, at: str) -> Waiting:
    """How many drafts wait for a person, and for how long."""
    hours = project.config.notify.waiting_hours
    return nightly.check_queue(project.store, now=at, overdue_hours=hours)


@task(name="clear-old", tags=TAGS, cache_policy=NO_CACHE)
def clear_old(project: Project, at: str) -> tuple[str, ...]:
    """Remove quarantined rows and reports past their retention."""
    return nightly.clear_old(project.config, now=at)


@task(name="tell-people", tags=TAGS, retries=2, retry_delay_seconds=30, cache_policy=NO_CACHE)
def tell_people(project: Project, found: Audit) -> list[str]:
    """Send what people should know; what couldn't be delivered, one line each."""
    problems: list[str] = []
    for notice in nightly.notices(found, project.config.console):
        announce(EVENTS[notice.topic], found.at, {"title": notice.title})
        problems += undelivered(send(notice, project.config))
    return problems


@flow(name="audit")
def audit(parameters: AuditParameters | None = None) -> object:
    """Look at everything, keep the findings, tell people; fails when something is wrong."""
    quiet_guard_errors()
    given = parameters or AuditParameters()
    project = open_project(config_of(given.project))
    at = project.clock()
    found = Audit(
        at=at,
        problems=check_record(project),
        canary=measure_canary(project, at) if given.measure_canary else (),
        waiting=look_at_queue(project, at),
        removed=clear_old(project, at) if given.clear_old else (),
    )
    nightly.finish_audit(project.store, found, project.config.reports / "audit")
    publish_audit(found)
    log = get_run_logger()
    for problem in tell_people(project, found):
        log.error("nobody was told: %s", problem)
    if not found.ok:
        held = ", ".join(drift.check for drift in found.held) or "none"
        return Failed(message=f"{len(found.problems)} inconsistencies; models held back: {held}")
    log.info("the record is consistent; %d drafts wait", found.waiting.count)
    return found


def accept(project: Project, check: str, by: str) -> None:
    """Measure the canary with ``check`` and take its model on in the name of ``by``."""
    checks = [item for item in nightly.guards_in_use(project.policies) if item.id == check]
    if not checks:
        raise AuditError(
            f"no policy uses a check {check} that has a model", hint="aigc-guard doctor lists them"
        )
    seconds = project.config.limits.check_seconds
    for drift in canary.measure_canary(project.store, checks, project.context, seconds=seconds):
        canary.accept(project.store, drift, actor=by, clock=project.clock)
        print(f"{check}: {drift.identity} is accepted ({drift.describe()})")


def main(arguments: Sequence[str]) -> int:
    """Audits now, or accepts a model."""
    parser = argparse.ArgumentParser(prog="python -m flows.audit", description=__doc__)
    parser.add_argument("--project", type=Path, help="project folder")
    parser.add_argument("--accept", metavar="CHECK", help="take on the model this check uses now")
    parser.add_argument("--by", help="who takes it on")
    given = parser.parse_args(arguments)
    config = config_of(given.project)
    if given.accept:
        if not given.by:
            parser.error("--accept needs --by NAME")
        accept(open_project(config), given.accept, given.by)
        return 0
    with prefect_api(config, need=HEAVY):
        state = audit(AuditParameters(project=given.project), return_state=True)
    print(state.message if state.is_failed() else "audit passed")
    return 1 if state.is_failed() else 0


if __name__ == "__main__":
    command(main)
