"""Brief files looked at without a run: what one would take, and what it would turn away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.pipeline.plan import run_id_of, take_in
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Quarantined


@dataclass(frozen=True, slots=True)
class Look:
    """What a run of these files would be: its id, and the rows it would not take."""

    run_id: str
    briefs: int
    duplicates: int
    quarantined: tuple[Quarantined, ...]


def look(project: Project, paths: Sequence[Path], *, seed: int) -> Look:
    """Read and check the briefs as ``start_run`` does, and record nothing."""
    _ = project.policies  # a broken one stops the look, as it would stop the run
    intake = take_in(project, paths)
    run_id = run_id_of(project, intake.briefs, seed) if intake.briefs else ""
    return Look(run_id, len(intake.briefs), intake.duplicates, intake.quarantined)
