"""Second readings: the next draft without its first verdict, and what all readings show."""

from __future__ import annotations

from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.draft_view import DraftView, view_draft
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError, said
from aigc_guard.pipeline.desk import rules_for
from aigc_guard.pipeline.second import give_verdict, keep_golden, next_reading, reading, results

gate = Gate()
section = Section(
    said("Second reading"), "/second", Permission.SECOND_READING, order=20, key="s", count="second"
)


@gate.get("/second", Permission.SECOND_READING)
def second(visit: Here, done: str = "") -> Response:
    """What second readings show, and the way to the next."""
    return page(
        visit,
        "second.html",
        results=results(visit.project),
        waiting=next_reading(visit.project, visit.account) is not None,
        done=done == "read",
    )


@gate.post("/second/next", Permission.SECOND_READING)
def read_next(visit: Here) -> Response:
    """Lead to the next draft to be read again."""
    found = next_reading(visit.project, visit.account)
    return go(f"/second/{found.sample_id}" if found else "/second")


@gate.get("/second/{sample_id}", Permission.SECOND_READING)
def read(visit: Here, sample_id: str) -> Response:
    """One draft, blind: its text and brief, and nothing that anybody or any rule said of it."""
    return _reading(visit, sample_id)


@gate.post("/second/{sample_id}", Permission.SECOND_READING)
def judge(visit: Here, sample_id: str, form: Posted) -> Response:
    """Keep the verdict and go on to the next."""
    try:
        give_verdict(
            visit.project,
            visit.account,
            sample_id,
            form.text("verdict"),
            rule=form.text("rule"),
            reason=form.text("reason"),
        )
    except GuardError as error:
        return _reading(visit, sample_id, error, form.text("reason"))
    found = next_reading(visit.project, visit.account)
    return go(f"/second/{found.sample_id}" if found else "/second?done=read")


@gate.post("/drafts/{draft_id}/golden", Permission.KEEP_GOLDEN)
def keep(visit: Here, draft_id: str, form: Posted) -> Response:
    """Mix the draft in with a verdict that is known to be right."""
    view_draft(visit, draft_id)
    expected, rule = form.text("expected"), form.text("rule")
    keep_golden(visit.project, visit.account, draft_id, expected, rule=rule)
    return go(f"/drafts/{draft_id}?done=golden")


def _reading(
    visit: Visit, sample_id: str, problem: GuardError | None = None, reason: str = ""
) -> Response:
    case = reading(visit.project, visit.account, sample_id)
    view = DraftView(visit, case)
    return page(
        visit,
        "second_reading.html",
        status=409 if problem else 200,
        sample_id=sample_id,
        view=view,
        case=case,
        rules=sorted(rules_for(visit.project, case.draft.draft_id)),
        problem=problem,
        reason=reason,
    )
