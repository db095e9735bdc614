"""Accounts: who may sign in, with which roles; for admins."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import HTTPException
from starlette.responses import Response

from aigc_guard.accounts import (
    GRANTS,
    Permission,
    Role,
    add_account,
    change_roles,
    close_account,
    set_password,
    unlock_account,
)
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.oidc import is_configured
from aigc_guard.dashboard.pages import go, page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.visit import Form, Here, Posted, Visit
from aigc_guard.errors import GuardError, said
from aigc_guard.store import Account

gate = Gate()
section = Section(said("People"), "/people", Permission.MANAGE, order=90, key="p")
DONE = {
    "added": said("The account is made."),
    "roles": said("The roles are changed."),
    "password": said("The password is changed and every session of the account ended."),
    "closed": said("The account is closed and its sessions ended."),
    "opened": said("The account is open again."),
    "unlocked": said("The account may sign in again."),
}


@gate.get("/people", Permission.MANAGE)
def people(visit: Here, done: str = "") -> Response:
    """Every account, and the form for another one."""
    return _people(visit, done=visit.spoken(DONE.get(done, "")))


@gate.post("/people", Permission.MANAGE)
def add(visit: Here, form: Posted) -> Response:
    """Make an account, with a first password or for somebody a provider vouches for."""
    config = visit.console.opened.config
    provided = form.text("through") == "oidc" and is_configured(config)
    issuer = config.console.oidc_issuer if provided else ""
    try:
        made = add_account(
            visit.store,
            form.text("login", most=200),
            name=form.text("name", most=200),
            roles=form.texts("role"),
            policy_roles=form.text("policy_roles").split(),
            password="" if issuer else form.text("password", most=1000),
            issuer=issuer,
            clock=visit.console.opened.clock,
            by=visit.account.account_id,
        )
    except GuardError as error:
        return _people(visit, problem=error, form=form)
    return go(f"/people/{made.account_id}?done=added")


@gate.get("/people/{account_id}", Permission.MANAGE)
def person(visit: Here, account_id: str, done: str = "") -> Response:
    """One account."""
    return _person(visit, account_id, done=visit.spoken(DONE.get(done, "")))


def _people(
    visit: Visit, *, done: str = "", problem: GuardError | None = None, form: Form | None = None
) -> Response:
    return page(
        visit,
        "people.html",
        status=409 if problem else 200,
        accounts=visit.store.accounts(),
        oidc=is_configured(visit.console.opened.config),
        roles=list(Role),
        grants={role: _granted(role) for role in Role},
        done=done,
        problem=problem,
        typed={name: form.text(name) if form else "" for name in ("login", "name", "policy_roles")},
        chosen=form.texts("role") if form else [],
    )


def _granted(role: Role) -> str:
    return ", ".join(one.value for one, roles in GRANTS.items() if role in roles)


def _person(
    visit: Visit, account_id: str, *, done: str = "", problem: GuardError | None = None
) -> Response:
    account = _account(visit, account_id)
    return page(
        visit,
        "person.html",
        status=409 if problem else 200,
        account=account,
        roles=list(Role),
        sessions=visit.store.sessions_of(account_id),
        locked=account.locked_until > visit.now,
        done=done,
        problem=problem,
    )


def _account(visit: Visit, account_id: str) -> Account:
    found = visit.store.account(account_id)
    if found is None:
        raise HTTPException(404)
    return found


def change(visit: Visit, account: Account, action: str, form: Form) -> None:
    """Change an account; the account's own rules say who may not."""
    clock, by = visit.console.opened.clock, visit.account.account_id
    store = visit.store
    if action == "roles":
        policy_roles = form.text("policy_roles").split()
        change_roles(
            store, account, roles=form.texts("role"), policy_roles=policy_roles, clock=clock, by=by
        )
    elif action == "password":
        set_password(store, account, form.text("password", most=1000), clock=clock, by=by)
    elif action == "unlocked":
        unlock_account(store, account, clock=clock, by=by)
    else:
        close_account(store, account, active=action == "opened", clock=clock, by=by)


def _changed(action: str) -> Callable[..., Response]:
    def take(visit: Here, account_id: str, form: Posted) -> Response:
        try:
            change(visit, _account(visit, account_id), action, form)
        except GuardError as error:
            return _person(visit, account_id, problem=error)
        return go(f"/people/{account_id}?done={action}")

    take.__name__ = f"{action}_person"
    take.__doc__ = str(DONE[action])
    return take


for _action in ("roles", "password", "closed", "opened", "unlocked"):
    gate.post(f"/people/{{account_id}}/{_action}", Permission.MANAGE)(_changed(_action))
