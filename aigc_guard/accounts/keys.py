"""Keys for other systems: bound to an account, to scopes and to a rate, shown once.

A key never does more than its account may: closing the account, or taking a role away, works at
once.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aigc_guard.accounts.moments import later
from aigc_guard.accounts.people import BY_COMMAND, LONGEST_NAME
from aigc_guard.accounts.signing_in import token_digest
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.store import Account, ApiKey, Store

Clock = Callable[[], str]
SCOPES = ("check", "read", "export")
PREFIX = "aigc"
MOST_PER_MINUTE = 100_000
MINUTE = 60


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, with the token that nobody sees again."""

    key: ApiKey
    token: str


def add_key(
    store: Store,
    account: Account,
    name: str,
    *,
    scopes: Iterable[str],
    per_minute: int = 60,
    clock: Clock,
    by: str = BY_COMMAND,
) -> NewKey:
    """Make a key of an account's. Raises ReviewError for a name, scope or rate that can't be."""
    wanted = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise ReviewError(
            said("there is no scope {scope}", scope=", ".join(unknown) or "-"),
            hint=said("one of: {listed}", listed=", ".join(SCOPES)),
        )
    shown = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if not shown or len(shown) > LONGEST_NAME:
        raise ReviewError(
            said("a name has 1 to {count} characters", count=LONGEST_NAME),
            hint=said("name the system that will use the key"),
        )
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise ReviewError(
            said("a key may be used 1 to {count} times a minute", count=MOST_PER_MINUTE),
            hint=said("choose a rate that the system needs"),
        )
    at, secret = clock(), secrets.token_urlsafe(32)
    key = ApiKey(
        key_id=secrets.token_hex(8),
        name=shown,
        secret_sha256=token_digest(secret),
        scopes=tuple(scope for scope in SCOPES if scope in wanted),
        per_minute=per_minute,
        account_id=account.account_id,
        created_at=at,
    )
    with store.transaction() as tx:
        tx.put_key(key)
        _record(tx, Kind.KEY_ADDED, key, at, by)
    return NewKey(key, f"{PREFIX}_{key.key_id}_{secret}")


def revoke_key(store: Store, key: ApiKey, *, clock: Clock, by: str = BY_COMMAND) -> None:
    """Make a key worthless for good."""
    at = clock()
    with store.transaction() as tx:
        if tx.revoke_key(key.key_id, at=at):
            _record(tx, Kind.KEY_REVOKED, key, at, by)


def find_key(store: Store, token: str) -> ApiKey | None:
    """The key a token opens, if it still does; else None."""
    prefix, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret or len(token) > 200:
        return None
    key = store.key(key_id)
    known = key.secret_sha256 if key is not None else "0" * 64
    fits = hmac.compare_digest(known, token_digest(secret))
    return key if fits and key is not None and not key.revoked_at else None


def is_too_fast(store: Store, name: str, per_minute: int, *, clock: Clock) -> bool:
    """Count one call under ``name``; True when the minute's calls are used up."""
    now = clock()
    tries = store.count_try(f"calls:{name}", now=now, window_from=later(now, 1 - MINUTE))
    return tries > per_minute


def _record(store: Store, kind: Kind, key: ApiKey, at: str, by: str) -> None:
    body = {"key": key.key_id, "scopes": list(key.scopes), "per_minute": key.per_minute}
    store.append_event(kind, key.account_id, body=body, at=at, actor=by)
