"""Policies: read, edit with the loader's errors at their lines, try, propose, switch on."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.policy_view import (
    activations_of,
    differences,
    numbered,
    policy_files_shown,
    policy_read,
    waivers_shown,
)
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError, said
from aigc_guard.pipeline.answering import answer_waiver
from aigc_guard.pipeline.proposing import (
    files,
    impact,
    propose,
    read_file,
    run_tests,
    switch_on,
    try_text,
    turn_down,
)
from aigc_guard.pipeline.replay import shares
from aigc_guard.policy.source import MAX_BYTES
from aigc_guard.records import sha256_text

gate = Gate()
section = Section(said("Policies"), "/policies", Permission.SEE, order=40, key="o")
MOST_SHOWN = 200


@gate.get("/policies", Permission.SEE)
def policies(visit: Here) -> Response:
    """The files, with what is activated and what is proposed."""
    return page(
        visit,
        "policies.html",
        files=policy_files_shown(visit),
        proposals=visit.store.proposals(state="open"),
        names=_names(visit),
    )


@gate.get("/policies/waivers", Permission.SEE)
def waivers(visit: Here) -> Response:
    """Exceptions with their ends, and requests for others."""
    return _waivers(visit)


def _waivers(visit: Visit, problem: GuardError | None = None) -> Response:
    return page(
        visit,
        "waivers.html",
        status=409 if problem else 200,
        waivers=waivers_shown(visit),
        requests=visit.store.requests(kind="waiver", state="open", limit=MOST_SHOWN),
        answered=[
            one for one in visit.store.requests(kind="waiver")[-MOST_SHOWN:] if one.state != "open"
        ],
        names=_names(visit),
        problem=problem,
    )


@gate.post("/policies/waivers/{request_id}", Permission.DECIDE_POLICY)
def answer(visit: Here, request_id: str, form: Posted) -> Response:
    """Grant or refuse a request for a waiver."""
    try:
        answer_waiver(
            visit.project,
            visit.account,
            request_id,
            granted=form.text("do", most=20) == "grant",
            answer=form.text("answer"),
        )
    except GuardError as error:
        return _waivers(visit, error)
    return go("/policies/waivers")


@gate.get("/policies/{file}", Permission.SEE)
def policy(visit: Here, file: str) -> Response:
    """One policy: its rules, its text, its history."""
    text = _text(visit, file)
    errors, found = policy_read(visit, file)
    return page(
        visit,
        "policy.html",
        file=file,
        policy=found,
        errors=errors,
        lines=numbered(text, errors),
        activations=activations_of(visit, found),
        proposals=visit.store.proposals(policy=file, limit=MOST_SHOWN),
        names=_names(visit),
    )


@gate.get("/policies/{file}/edit", Permission.EDIT_POLICY)
def edit(visit: Here, file: str) -> Response:
    """The form to edit a policy in."""
    text = _text(visit, file)
    return _edit(visit, file, text, sha256_text(text))


@gate.post("/policies/{file}/edit", Permission.EDIT_POLICY)
def try_or_propose(visit: Here, file: str, form: Posted) -> Response:
    """Check, test or compare what was written, or propose it; the text comes back with it."""
    present_text = _text(visit, file)
    text = form.text("text", most=MAX_BYTES)
    base = form.text("base", most=64) or sha256_text(present_text)
    do = form.text("do", most=20)
    shown: dict[str, Any] = {"note": form.text("note")}
    try:
        if do == "propose":
            made = propose(
                visit.project, visit.account, file, text, shown["note"], base_sha256=base
            )
            return go(f"/policies/proposals/{made.proposal_id}")
        shown["trial"] = trial = try_text(visit.project, file, text)
        if trial.policy is not None and do in ("test", "test-all"):
            shown["results"] = _tests(visit, trial.policy, with_models=do == "test-all")
        elif trial.policy is not None and do == "replay":
            since = form.text("since", most=20)
            shown["impact"] = found = impact(visit.project, trial, since=since)
            shown["held"] = shares([one for one in found.moves if one.newly_held])
            shown["out"] = shares([one for one in found.moves if one.newly_out])
    except GuardError as error:
        shown["problem"] = error
    return _edit(visit, file, text, base, **shown)


def _tests(visit: Visit, policy: Any, *, with_models: bool) -> Any:
    seconds = visit.project.config.limits.check_seconds
    with visit.console.judging(seconds) as free:
        if not free:
            raise HTTPException(503, said("other texts are being judged"))
        return run_tests(visit.project, policy, with_models=with_models)


def _edit(visit: Visit, file: str, text: str, base: str, **shown: Any) -> Response:
    trial = shown.get("trial")
    values = {
        "trial": None,
        "results": None,
        "impact": None,
        "held": {},
        "out": {},
        "problem": None,
        "note": "",
    } | shown
    wrong = bool(values["problem"] or (trial and trial.errors))
    return page(
        visit,
        "policy_edit.html",
        status=409 if wrong else 200,
        file=file,
        text=text,
        base=base,
        lines=numbered(trial.text, trial.errors) if trial and trial.errors else [],
        differences=differences(_text(visit, file), trial.text) if trial else [],
        most=MOST_SHOWN,
        **values,
    )


@gate.get("/policies/proposals/{proposal_id}", Permission.SEE)
def proposal(visit: Here, proposal_id: str) -> Response:
    """A proposal: what it changes and who may switch it on."""
    return _proposal(visit, proposal_id)


def _proposal(visit: Visit, proposal_id: str, problem: GuardError | None = None) -> Response:
    found = visit.store.proposal(proposal_id)
    if found is None or found.policy not in files(visit.project):
        raise HTTPException(404)
    now = read_file(visit.project, found.policy)
    is_open = found.state == "open"
    trial = try_text(visit.project, found.policy, found.text) if is_open else None
    base = _base(visit, found.policy, found.base_sha256, now)
    return page(
        visit,
        "proposal.html",
        status=409 if problem else 200,
        proposal=found,
        trial=trial,
        is_stale=is_open and sha256_text(now) != found.base_sha256,
        is_own=found.account_id == visit.account.account_id,
        has_base=base is not None,
        differences=differences(base, found.text) if base is not None else [],
        names=_names(visit),
        problem=problem,
    )


def _base(visit: Visit, file: str, sha256: str, now: str) -> str | None:
    """The text a proposal was written from, where it is still known."""
    known = [now, *(one.text for one in visit.store.proposals(policy=file))]
    return next((text for text in known if sha256_text(text) == sha256), None)


@gate.post("/policies/proposals/{proposal_id}/switch-on", Permission.DECIDE_POLICY)
def activate(visit: Here, proposal_id: str, form: Posted) -> Response:
    """Switch a proposal on as the second person."""
    if visit.store.proposal(proposal_id) is None:
        raise HTTPException(404)
    try:
        switch_on(visit.project, visit.account, proposal_id)
    except GuardError as error:
        return _proposal(visit, proposal_id, error)
    return go(f"/policies/proposals/{proposal_id}")


@gate.post("/policies/proposals/{proposal_id}/turn-down", Permission.EDIT_POLICY)
def refuse(visit: Here, proposal_id: str, form: Posted) -> Response:
    """Refuse a proposal, or take one's own back."""
    if visit.store.proposal(proposal_id) is None:
        raise HTTPException(404)
    try:
        turn_down(visit.project, visit.account, proposal_id)
    except GuardError as error:
        return _proposal(visit, proposal_id, error)
    return go(f"/policies/proposals/{proposal_id}")


def _text(visit: Visit, file: str) -> str:
    if file not in files(visit.project):
        raise HTTPException(404)
    return read_file(visit.project, file)


def _names(visit: Visit) -> dict[str, str]:
    return {one.account_id: one.name for one in visit.store.accounts()}
