"""Accounts: made, changed and closed by an admin, each with an event that names nobody."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable

from aigc_guard.accounts.passwords import hash_password, refuse_weak
from aigc_guard.accounts.permissions import Permission, Role, may
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.store import ACCOUNT_PREFIX, Account, Store

Clock = Callable[[], str]
BY_COMMAND = "aigc_guard"
"""Who acts where somebody with the store's own rights does, on the server's command line."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_POLICY_ROLE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LONGEST_NAME = 80


def fold_login(login: str) -> str:
    """A login as it is compared: case and width don't count."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def add_account(
    store: Store,
    login: str,
    *,
    roles: Iterable[str],
    clock: Clock,
    password: str = "",
    name: str = "",
    policy_roles: Iterable[str] = (),
    issuer: str = "",
    subject: str = "",
    by: str = BY_COMMAND,
) -> Account:
    """Make an account. Without a password it can only sign in through ``issuer``.

    Raises ReviewError for a name, role or password that can't be taken, StoreError for a name
    that is taken.
    """
    folded = fold_login(login)
    if not _LOGIN.fullmatch(folded):
        raise ReviewError(
            said("{login} can't be a name to sign in with", login=repr(login)),
            hint=said("use letters, digits and . _ - + @, at most 64 of them"),
        )
    if not issuer:
        refuse_weak(password, folded)
    at = clock()
    account = Account(
        account_id=f"{ACCOUNT_PREFIX}{secrets.token_hex(8)}",
        login=folded,
        name=_shown_name(name or login),
        password=hash_password(password) if password else "",
        roles=_roles(roles),
        policy_roles=_policy_roles(policy_roles),
        active=True,
        failures=0,
        locked_until="",
        created_at=at,
        changed_at=at,
        issuer=issuer,
        subject=subject,
    )
    with store.transaction():
        store.add_account(account)
        _record(store, Kind.ACCOUNT_ADDED, account, at, by)
    return account


def bind_account(
    store: Store, name: str, issuer: str, subject: str, *, clock: Clock
) -> Account | None:
    """Tie the account that an admin made for ``name`` at ``issuer`` to the issuer's ``subject``.

    Only an account that is tied to nobody yet; None for any other.
    """
    with store.transaction():
        account = store.account_by_login(fold_login(name)) if name else None
        if account is None or account.issuer != issuer or account.subject or not account.active:
            return None
        at = clock()
        store.change_account(account.account_id, subject=subject, changed_at=at)
        _record(store, Kind.ACCOUNT_CHANGED, account, at, BY_COMMAND)
        return _fresh(store, account)


def change_roles(
    store: Store,
    account: Account,
    *,
    roles: Iterable[str],
    policy_roles: Iterable[str],
    clock: Clock,
    by: str = BY_COMMAND,
) -> Account:
    """Give an account other roles. Nobody changes their own: one admin can't make a lead of
    themselves."""
    if by == account.account_id:
        raise ReviewError(
            said("nobody changes their own roles"), hint=said("ask another admin to do it")
        )
    at = clock()
    with store.transaction():
        store.change_account(
            account.account_id,
            roles=_roles(roles),
            policy_roles=_policy_roles(policy_roles),
            changed_at=at,
        )
        changed = _fresh(store, account)
        _record(store, Kind.ACCOUNT_CHANGED, changed, at, by)
    return changed


def set_password(
    store: Store,
    account: Account,
    password: str,
    *,
    clock: Clock,
    by: str = BY_COMMAND,
    keep: str = "",
) -> None:
    """Give an account a new password and end its other sessions; ``keep`` names one to leave."""
    refuse_weak(password, account.login)
    at = clock()
    with store.transaction():
        store.change_account(
            account.account_id,
            password=hash_password(password),
            failures=0,
            locked_until="",
            changed_at=at,
        )
        store.close_sessions(account.account_id, but=keep)
        _record(store, Kind.ACCOUNT_CHANGED, account, at, by, password=True)


def close_account(
    store: Store, account: Account, *, active: bool, clock: Clock, by: str = BY_COMMAND
) -> Account:
    """Close an account and end its sessions, or open it again; what it did stays as it is."""
    if by == account.account_id:
        raise ReviewError(
            said("nobody closes their own account"), hint=said("ask another admin to do it")
        )
    at = clock()
    with store.transaction():
        store.change_account(account.account_id, active=active, changed_at=at)
        if not active:
            store.close_sessions(account.account_id)
        changed = _fresh(store, account)
        _record(store, Kind.ACCOUNT_CHANGED, changed, at, by)
    return changed


def unlock_account(
    store: Store, account: Account, *, clock: Clock, by: str = BY_COMMAND
) -> Account:
    """Let an account that was locked after wrong passwords sign in again."""
    at = clock()
    with store.transaction():
        store.change_account(account.account_id, failures=0, locked_until="", changed_at=at)
        changed = _fresh(store, account)
        _record(store, Kind.ACCOUNT_CHANGED, changed, at, by)
    return changed


def refuse_without(account: Account, permission: Permission) -> None:
    """Raises ReviewError when the account's roles don't grant the permission."""
    if not account.active or not may(account.roles, permission):
        raise ReviewError(
            said("{name} may not do this: {permission}", name=account.name, permission=permission),
            hint=said("an admin gives roles; docs/console.md shows what each may do"),
        )


def _roles(given: Iterable[str]) -> tuple[str, ...]:
    roles = tuple(dict.fromkeys(given))
    known = [role.value for role in Role]
    unknown = [role for role in roles if role not in known]
    if unknown or not roles:
        raise ReviewError(
            said("there is no role {role}", role=", ".join(unknown) or "-"),
            hint=said("one of: {listed}", listed=", ".join(known)),
        )
    return tuple(role for role in known if role in roles)


def _policy_roles(given: Iterable[str]) -> tuple[str, ...]:
    roles = tuple(sorted(set(given)))
    for role in roles:
        if not _POLICY_ROLE.fullmatch(role):
            raise ReviewError(
                said("{role} can't be a policy's role", role=repr(role)),
                hint=said("write it as the policies do under approvals: news-editor"),
            )
    return roles


def _shown_name(name: str) -> str:
    shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if not shown or len(shown) > LONGEST_NAME:
        raise ReviewError(
            said("a name has 1 to {count} characters", count=LONGEST_NAME),
            hint=said("give the name that colleagues know"),
        )
    return shown


def _fresh(store: Store, account: Account) -> Account:
    found = store.account(account.account_id)
    assert found is not None
    return found


def _record(
    store: Store, kind: Kind, account: Account, at: str, by: str, *, password: bool = False
) -> None:
    body = {
        "roles": list(account.roles),
        "policy_roles": list(account.policy_roles),
        "active": account.active,
        "password": password,
    }
    store.append_event(kind, account.account_id, body=body, at=at, actor=by)
