"""What the pages and the API show of runs: from the store and the record, never from a process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException

from aigc_guard.audit.log import Kind
from aigc_guard.dashboard.prefect_server import place_of
from aigc_guard.dashboard.visit import Visit
from aigc_guard.pipeline.plan import batches_of
from aigc_guard.records import Quarantined
from aigc_guard.store import Run
from aigc_guard.store.progress import Progress

MOST_RUNS = 50
MOST_BATCHED = 5000
_RUN = re.compile(r"[0-9a-f]{16}")
FILES = {
    "html": ("report.html", "text/html; charset=utf-8"),
    "json": ("report.json", "application/json"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the list. ``state`` is running, finished or open."""

    run: Run
    progress: Progress
    state: str

    @property
    def decided(self) -> int:
        """Briefs whose draft has a decision."""
        return sum(self.progress.states.values())


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch: its writer, how many briefs, and where their drafts stand."""

    number: int
    writer: str
    briefs: int
    written: int
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with everything its page shows; ``line`` is None while it has not begun."""

    run_id: str
    line: Line | None
    batches: tuple[BatchLine, ...]
    problems: tuple[Quarantined, ...]
    ordered_by: str
    ordered_at: str
    prefect: str
    has_report: bool
    last_words: str

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.line.state if self.line else "waiting"


def lines(visit: Visit) -> list[Line]:
    """The newest runs."""
    runs = visit.store.get_runs(limit=MOST_RUNS)
    progress = visit.store.progress_of([run.run_id for run in runs])
    running = visit.orders.running()
    return [Line(run, progress[run.run_id], _state(run, running)) for run in runs]


def view_run(visit: Visit, run_id: str) -> RunView:
    """One run; raises HTTPException 404 for one that nobody began or ordered."""
    if not _RUN.fullmatch(run_id):
        raise HTTPException(404)
    store, orders = visit.store, visit.orders
    run = store.get_run(run_id)
    ordered = store.events(kind=Kind.RUN_ORDERED, subject=run_id)
    if run is None and not ordered:
        raise HTTPException(404)
    running = orders.running()
    line = None
    if run is not None:
        line = Line(run, store.progress_of([run_id])[run_id], _state(run, running))
    account = store.account(ordered[-1].actor) if ordered else None
    flows = [str(one.body["flow_run"]) for one in ordered if one.body.get("flow_run")]
    stopped = running != run_id and (run is None or not run.finished_at)
    return RunView(
        run_id=run_id,
        line=line,
        batches=_batches(visit, run) if run is not None else (),
        problems=tuple(store.quarantined_of_run(run_id)),
        ordered_by=account.name if account else "",
        ordered_at=ordered[-1].at if ordered else "",
        prefect=place_of(visit.project.config, flows[-1] if flows else ""),
        has_report=report_file(visit, run_id, "html").is_file(),
        last_words=orders.last_words(run_id) if stopped else "",
    )


def report_file(visit: Visit, run_id: str, form: str) -> Path:
    """Where a run's report lies; raises HTTPException 404 for names that are none."""
    if form not in FILES or not _RUN.fullmatch(run_id):
        raise HTTPException(404)
    return visit.project.config.reports / run_id / FILES[form][0]


def quarantine_file(visit: Visit, run_id: str) -> Path | None:
    """The rows a run turned away, to be mended; None where there are none any more. Raises
    HTTPException 404 for a run that is none."""
    view_run(visit, run_id)
    path = visit.project.config.quarantine / f"{run_id}.csv"
    return path if path.is_file() else None


def _state(run: Run, running: str) -> str:
    if running == run.run_id:
        return "running"
    return "finished" if run.finished_at else "open"


def _batches(visit: Visit, run: Run) -> tuple[BatchLine, ...]:
    """The run's batches as they are formed; none for a run of more than 5,000 briefs."""
    store = visit.store
    if store.progress_of([run.run_id])[run.run_id].briefs > MOST_BATCHED:
        return ()
    states = store.states_in_run(run.run_id)
    found = []
    for batch in batches_of(visit.project, store.briefs_of_run(run.run_id)):
        stands = [states[one.digest][1] for one in batch.briefs if one.digest in states]
        counts = {name: stands.count(name) for name in dict.fromkeys(stands) if name}
        found.append(
            BatchLine(batch.index + 1, batch.writer, len(batch.briefs), len(stands), counts)
        )
    return tuple(found)
