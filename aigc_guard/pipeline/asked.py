"""Doing what reviewers asked a machine for: further attempts."""

from __future__ import annotations

from aigc_guard.audit.log import Kind
from aigc_guard.errors import GuardError
from aigc_guard.pipeline.editing import write_again
from aigc_guard.pipeline.project import Project
from aigc_guard.store import Request

MOST_AT_ONCE = 20


def write_asked(project: Project) -> list[str]:
    """Write what was asked for once more; returns the new drafts' ids.

    A request that can't be met is closed as failed, with the error as its answer. A second process
    that does the same writes the same draft: its identity is what made it.
    """
    found = project.store.requests(kind="regenerate", state="open", limit=MOST_AT_ONCE)
    return [name for request in found if (name := _answer(project, request))]


def _answer(project: Project, request: Request) -> str:
    try:
        draft_id, state, answer = write_again(project, request.subject).draft_id, "granted", ""
        answer = draft_id
    except GuardError as error:
        draft_id, state, answer = "", "failed", error.message
    at = project.clock()
    with project.store.transaction() as tx:
        if tx.decide_request(request.request_id, state=state, by="", at=at, answer=answer):
            body = {"kind": request.kind, "state": state}
            tx.append_event(Kind.REQUEST_DECIDED, request.subject, body=body, at=at)
    return draft_id
