"""Runs: how far they are, what became of their drafts, and starting one from a brief file."""

from __future__ import annotations

from typing import Any

from starlette.responses import FileResponse, Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.prefect_server import place_of
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.runs_view import FILES, lines, quarantine_file, report_file, view_run
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError, ReviewError, said

gate = Gate()
section = Section(said("Runs"), "/runs", Permission.SEE, order=30, key="u")
MOST_SHOWN = 200


@gate.get("/runs", Permission.SEE)
def runs(visit: Here) -> Response:
    """The newest runs with how far they are."""
    return page(
        visit, "runs.html", lines=lines(visit), prefect=place_of(visit.console.opened.config)
    )


@gate.get("/runs/start", Permission.START_RUN)
def start_form(visit: Here) -> Response:
    """The form to send a brief file."""
    return _start_form(visit)


def _start_form(visit: Visit, **shown: Any) -> Response:
    values = {"look": None, "problem": None, "file": "", "most": MOST_SHOWN} | shown
    return page(
        visit,
        "run_start.html",
        status=409 if values["problem"] else 200,
        running=visit.orders.running(),
        mib=visit.console.opened.config.console.upload_mib,
        **values,
    )


@gate.post("/runs/start", Permission.START_RUN)
def start(visit: Here, form: Posted) -> Response:
    """Look at a brief file, and start the run when that was asked for and nothing is wrong, or
    when the wrong rows may be left out."""
    sent = form.file("briefs")
    try:
        if sent is None:
            raise ReviewError(said("no file was sent"), hint=said("choose a file first"))
        with visit.orders.looked_at(
            sent.filename or "", sent.file, language=visit.language
        ) as looked:
            look = looked.look
            leave_out = form.text("leave_out", most=10) == "yes"
            if form.text("do", most=10) != "start":
                return _start_form(visit, look=look, file=looked.path.name)
            if look.quarantined and not leave_out:
                raise_later = ReviewError(
                    said("nothing was started: some rows can't be used"),
                    hint=said("mend them and send the file again, or leave them out"),
                )
                return _start_form(visit, look=look, file=looked.path.name, problem=raise_later)
            run_id = visit.orders.start(visit.account, looked)
    except GuardError as error:
        return _start_form(visit, problem=error)
    return go(f"/runs/{run_id}")


@gate.get("/runs/{run_id}", Permission.SEE)
def run(visit: Here, run_id: str) -> Response:
    """One run."""
    return page(visit, "run.html", view=view_run(visit, run_id), most=MOST_SHOWN)


@gate.get("/runs/{run_id}/report/{kind}", Permission.SEE)
def report(visit: Here, run_id: str, kind: str) -> Response:
    """The run's report as a file: it has a style of its own, which no page here may have."""
    path = report_file(visit, run_id, kind)
    if not path.is_file():
        view_run(visit, run_id)
        return go(f"/runs/{run_id}")
    return FileResponse(path, media_type=FILES[kind][1], filename=f"report-{run_id}.{kind}")


@gate.get("/runs/{run_id}/quarantine", Permission.START_RUN)
def turned_away(visit: Here, run_id: str) -> Response:
    """The rows that were turned away, with what is wrong in each, to be mended and sent again."""
    path = quarantine_file(visit, run_id)
    if path is None:
        return go(f"/runs/{run_id}")
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"mend-{run_id}.csv")
