"""The own keys for other systems; whoever manages accounts sees and revokes everybody's."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.accounts.keys import SCOPES, add_key, revoke_key
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.visit import Here, Posted, Visit
from aigc_guard.errors import GuardError

gate = Gate()


@gate.get("/keys", Permission.SIGNED_IN)
def keys(visit: Here) -> Response:
    """The keys, and the form for a new one."""
    return _shown(visit)


def _shown(visit: Visit, *, made: str = "", problem: GuardError | None = None) -> Response:
    everybody = visit.may(Permission.MANAGE)
    found = visit.store.keys(account_id="" if everybody else visit.account.account_id)
    names = {one.account_id: one.name for one in visit.store.accounts()}
    return page(
        visit,
        "keys.html",
        status=409 if problem else 200,
        keys=found,
        names=names,
        scopes=SCOPES,
        made=made,
        problem=problem,
    )


@gate.post("/keys", Permission.SIGNED_IN)
def add(visit: Here, form: Posted) -> Response:
    """Make a key with the own rights, and show it this once."""
    rate = form.text("per_minute", most=10)
    account = visit.account
    try:
        made = add_key(
            visit.store,
            account,
            form.text("name", most=200),
            scopes=form.texts("scope"),
            per_minute=int(rate) if rate.isascii() and rate.isdigit() else 0,
            clock=visit.console.opened.clock,
            by=account.account_id,
        )
    except GuardError as error:
        return _shown(visit, problem=error)
    return _shown(visit, made=made.token)


@gate.post("/keys/{key_id}/revoke", Permission.SIGNED_IN)
def revoke(visit: Here, key_id: str, form: Posted) -> Response:
    """Revoke an own key, or anybody's where one manages accounts."""
    found = visit.store.key(key_id)
    own = found is not None and found.account_id == visit.account.account_id
    if found is None or not (own or visit.may(Permission.MANAGE)):
        raise HTTPException(404)
    revoke_key(visit.store, found, clock=visit.console.opened.clock, by=visit.account.account_id)
    return go("/keys")
