"""Deciding about several drafts at once, after a preview of every one of them."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.draft_view import DraftView, view_draft
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.visit import Form, Here, Posted, Visit
from aigc_guard.errors import GuardError, ReviewError, said
from aigc_guard.pipeline.alike import Judgement, decide_alike, held_alike
from aigc_guard.store import Item

gate = Gate()


@gate.get("/drafts/{draft_id}/alike", Permission.REVIEW)
def preview(visit: Here, draft_id: str) -> Response:
    """Every draft that one decision would be about, in full."""
    return _preview(visit, draft_id)


@gate.post("/drafts/{draft_id}/alike", Permission.REVIEW)
def decide(visit: Here, draft_id: str, form: Posted) -> Response:
    """Decide about the chosen ones, all or none."""
    view_draft(visit, draft_id)
    try:
        judgement = _judgement(form)
        seen = [_seen(visit, value) for value in form.texts("draft")]
        decide_alike(visit.project, visit.account, draft_id, judgement, seen=seen)
    except GuardError as error:
        return _preview(visit, draft_id, error, form.text("reason"))
    return go(f"/drafts/{draft_id}?done={judgement.action}")


def _judgement(form: Form) -> Judgement:
    action = form.text("action")
    if action == "approve":
        return Judgement("approve", form.text("reason"))
    if action == "reject":
        return Judgement("reject", form.text("reason"), form.text("rule"))
    raise ReviewError(said("nothing was decided"), hint=said("choose to approve or to reject"))


def _seen(visit: Visit, value: str) -> Item:
    """What was shown: ``draft:text:policy:decision``, as the preview's boxes hold it."""
    parts = value.split(":")
    item = visit.store.item_of(parts[0])
    if len(parts) != 4 or item is None:
        raise ReviewError(said("nothing was decided"), hint=said("look at the preview again"))
    return replace(
        item,
        draft_id=parts[0],
        text_sha256=parts[1],
        policy_digest=parts[2],
        decision_digest=parts[3],
    )


def _preview(
    visit: Visit, draft_id: str, problem: GuardError | None = None, reason: str = ""
) -> Response:
    first = view_draft(visit, draft_id)
    items = held_alike(visit.project, visit.account, draft_id)
    views: list[DraftView] = [view_draft(visit, one.draft_id) for one in items]
    return page(
        visit,
        "alike.html",
        status=409 if problem else 200,
        first=first,
        views=views,
        problem=problem,
        reason=reason,
    )
