"""One draft: everything that is known of it, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.draft_actions import ACTIONS, act
from aigc_guard.dashboard.draft_view import view_draft
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError, ReviewError, said
from aigc_guard.pipeline.desk import renew, reveal

gate = Gate()
GOLDEN_KEPT = said("It is mixed in with the second readings.")
_FIELDS = ("reason", "rule", "text_sha256", "policy_digest", "decision_digest")


@gate.get("/drafts/{draft_id}", Permission.SEE)
def draft(visit: Here, draft_id: str, request: Request) -> Response:
    """The draft with its personal values masked."""
    name = request.query_params.get("done", "")
    said_of = {one: action.done for one, action in ACTIONS.items()} | {"golden": GOLDEN_KEPT}
    return _page(visit, draft_id, done=visit.spoken(said_of.get(name, "")))


@gate.get("/drafts/{draft_id}/reveal", Permission.SEE)
def unrevealed(visit: Here, draft_id: str) -> Response:
    """Values that were shown once are not shown again by loading the page again."""
    return go(f"/drafts/{draft_id}")


@gate.post("/drafts/{draft_id}/reveal", Permission.REVEAL)
def revealed(visit: Here, draft_id: str, form: Posted) -> Response:
    """The draft with its personal values, noted before they are shown."""
    view_draft(visit, draft_id)
    try:
        reveal(visit.project, visit.account, draft_id, form.text("reason"))
    except ReviewError as error:
        return _page(visit, draft_id, problem=error)
    return _page(visit, draft_id, unmasked=True)


@gate.post("/drafts/{draft_id}/renew", Permission.REVIEW)
def stay(visit: Here, draft_id: str) -> Response:
    """Keep the draft on the desk while somebody works on it."""
    until = renew(visit.project, visit.account, draft_id)
    return Response(status_code=204 if until else 409)


def _page(
    visit: Visit,
    draft_id: str,
    *,
    unmasked: bool = False,
    problem: GuardError | None = None,
    done: str = "",
    filled: dict[str, str] | None = None,
) -> Response:
    view = view_draft(visit, draft_id, unmasked=unmasked)
    return page(
        visit,
        "draft.html",
        status=409 if problem else 200,
        view=view,
        case=view.case,
        problem=problem,
        done=done,
        filled=filled or {},
    )


def _taken(name: str) -> Callable[..., Any]:
    action = ACTIONS[name]

    def take(visit: Here, draft_id: str, form: Posted) -> Response:
        most = visit.console.opened.config.limits.max_text_chars + 1000
        fields = {field: form.text(field) for field in _FIELDS}
        fields["text"] = form.text("text", most=2 * most)
        try:
            shown = act(visit, name, draft_id, fields)
        except GuardError as error:
            # What was typed stays in its form.
            kept = {"name": name, "reason": fields["reason"], "text": fields["text"]}
            return _page(visit, draft_id, problem=error, filled=kept)
        return go(action.next or f"/drafts/{shown}?done={name}")

    take.__name__ = f"{name}_draft"
    take.__doc__ = str(action.done)
    return take


for _name, _action in ACTIONS.items():
    gate.post(f"/drafts/{{draft_id}}/{_name}", _action.needs)(_taken(_name))
