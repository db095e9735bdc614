"""Publishes what people approved. Scheduled every few minutes, and triggered by an approval.

``python -m flows.release`` publishes now; ``--announce`` only tells a Prefect server that
something was approved, so that its automation starts the release deployment.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed
from pydantic import BaseModel, Field

from aigc_guard.pipeline.approved import release_approved
from aigc_guard.pipeline.project import Project, open_project
from aigc_guard.review import Published
from flows.artifacts import publish_releases
from flows.events import APPROVED, announce
from flows.session import command, config_of, prefect_api, quiet_guard_errors


class ReleaseParameters(BaseModel):
    """Where to publish."""

    project: Path | None = Field(None, description="project folder; none: where the worker works")


@task(
    name="publish-approved",
    tags=["aigc-guard"],
    retries=2,
    retry_delay_seconds=10,
    timeout_seconds=600,
    cache_policy=NO_CACHE,
)
def publish_approved(project: Project) -> Published:
    """Every approved draft, exactly once; one that is refused stays approved and is named."""
    return release_approved(project)


@flow(name="release")
def release(parameters: ReleaseParameters | None = None) -> object:
    """Publish everything that is approved; fails when something approved was refused."""
    quiet_guard_errors()
    given = parameters or ReleaseParameters()
    published = publish_approved(open_project(config_of(given.project)))
    log = get_run_logger()
    for done in published.released:
        log.info("released %s as %s", done.draft_id, done.release_id)
    for item in published.refused:
        log.error("draft %s was refused: %s", item.draft_id, item.error)
    publish_releases(published)
    if published.refused:
        return Failed(message=f"{len(published.refused)} approved drafts were refused")
    return published


def main(arguments: Sequence[str]) -> int:
    """Publishes what is approved, or announces that something is."""
    parser = argparse.ArgumentParser(prog="python -m flows.release", description=__doc__)
    parser.add_argument("--project", type=Path, help="project folder")
    parser.add_argument("--announce", action="store_true", help="only tell the Prefect server")
    given = parser.parse_args(arguments)
    config = config_of(given.project)
    with prefect_api(config):
        if given.announce:
            announce(APPROVED, "queue", {})
            return 0
        state = release(ReleaseParameters(project=given.project), return_state=True)
    print(state.message if state.is_failed() else "released what was approved")
    return 1 if state.is_failed() else 0


if __name__ == "__main__":
    command(main)
