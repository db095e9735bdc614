"""Answers to what people ask of each other."""

from __future__ import annotations

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.pipeline.desk import note as read_note
from aigc_guard.pipeline.project import Project
from aigc_guard.records import sha256_text
from aigc_guard.store import Account


def answer_waiver(
    project: Project, who: Account, request_id: str, *, granted: bool, answer: str
) -> None:
    """Answer somebody's request for a waiver; a granted one still has to be written into the
    policy, where it has an end."""
    refuse_without(who, Permission.DECIDE_POLICY)
    request = project.store.request(request_id)
    if request is None or request.kind != "waiver":
        raise ReviewError(said("there is no such request"), hint=said("load the page again"))
    if request.account_id == who.account_id:
        raise ReviewError(
            said("nobody answers their own request"), hint=said("ask somebody else to do it")
        )
    words, at = read_note(answer), project.clock()
    state = "granted" if granted else "refused"
    with project.store.transaction() as tx:
        if not tx.decide_request(request_id, state=state, by=who.account_id, at=at, answer=words):
            raise ReviewError(
                said("somebody has decided this before"), hint=said("load the page again")
            )
        facts = {"kind": "waiver", "state": state, "answer_sha256": sha256_text(words)}
        tx.append_event(
            Kind.REQUEST_DECIDED, request.subject, body=facts, at=at, actor=who.account_id
        )
