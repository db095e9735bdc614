"""Runs for programs: how far they are, and starting one from a brief file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, HTTPException, UploadFile

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.runs_view import Line, lines, view_run
from aigc_guard.dashboard.visit import Here, Visit
from aigc_guard.errors import said
from aigc_guard.records import Quarantined

gate = Gate(api=True)


@gate.get("/api/v1/runs", Permission.SEE, scope="read")
def runs(visit: Here) -> dict[str, list[dict[str, Any]]]:
    """The newest fifty runs."""
    return {"runs": [_line(one) for one in lines(visit)]}


@gate.post("/api/v1/runs", Permission.START_RUN)
def start(
    visit: Here,
    briefs: Annotated[UploadFile, File(description="CSV, XLSX, JSONL or Parquet")],
    do_start: Annotated[bool, Form(alias="start")] = False,
    leave_out: Annotated[bool, Form(description="start without the rows that are wrong")] = False,
) -> dict[str, Any]:
    """Look at a brief file; with ``start`` begin the run when nothing in it is wrong."""
    with visit.orders.looked_at(
        briefs.filename or "", briefs.file, language=visit.language
    ) as looked:
        look = looked.look
        if do_start and look.quarantined and not leave_out:
            raise HTTPException(409, said("nothing was started: some rows can't be used"))
        run_id = visit.orders.start(visit.account, looked) if do_start else look.run_id
    return {
        "run": run_id,
        "started": do_start,
        "briefs": look.briefs,
        "duplicates": look.duplicates,
        "problems": _problems(visit, look.quarantined),
    }


@gate.get("/api/v1/runs/{run_id}", Permission.SEE, scope="read")
def run(visit: Here, run_id: str) -> dict[str, Any]:
    """One run with its batches and the rows it turned away."""
    view = view_run(visit, run_id)
    head = _line(view.line) if view.line else {"run": run_id, "state": view.state}
    return head | {
        "ordered_at": view.ordered_at,
        "prefect": view.prefect,
        "batches": [
            {
                "number": one.number,
                "writer": one.writer,
                "briefs": one.briefs,
                "written": one.written,
                "states": dict(one.states),
            }
            for one in view.batches
        ],
        "problems": _problems(visit, view.problems),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "run": line.run.run_id,
        "state": line.state,
        "started_at": line.run.started_at,
        "finished_at": line.run.finished_at,
        "briefs": line.progress.briefs,
        "written": line.progress.written,
        "quarantined": line.progress.quarantined,
        "states": line.progress.states,
    }


def _problems(visit: Visit, found: tuple[Quarantined, ...]) -> list[dict[str, Any]]:
    return [
        {
            "file": one.file,
            "row": one.row,
            "column": one.column,
            "problem": visit.pick(one.problem),
            "mend": visit.pick(one.mend),
        }
        for one in found
    ]
