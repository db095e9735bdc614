"""The queue: what waits, oldest or riskiest first, and taking the next draft."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.queue_view import AGES, asked_of, choices, queue_page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.visit import Here, Posted
from aigc_guard.errors import said
from aigc_guard.pipeline.desk import claim_next

gate = Gate()
section = Section(said("Queue"), "/queue", Permission.SEE, order=10, key="q", count="waiting")


@gate.get("/queue", Permission.SEE)
def queue(visit: Here, request: Request) -> Response:
    """One page of what waits."""
    asked = asked_of(request.query_params)
    shown = queue_page(visit, asked)
    return page(
        visit,
        "queue.html",
        asked=asked,
        shown=shown,
        choices=choices(visit),
        ages=AGES,
        empty=request.query_params.get("none", "") == "1",
        desk=visit.store.leases(now=visit.now, account_id=visit.account.account_id),
    )


@gate.post("/queue/claim", Permission.REVIEW)
def take_next(visit: Here, form: Posted) -> Response:
    """Put the next draft of this view on the own desk and show it."""
    asked = asked_of({name: form.text(name, most=200) for name in form.data if name != "csrf"})
    found = claim_next(visit.project, visit.account, asked.which(visit.now))
    if found is None:
        query = asked.query()
        return go(f"/queue?none=1{'&' if query else ''}{query}")
    return go(f"/drafts/{found.draft_id}")
