"""Signing in: slow for guessers, the same answer for every failure, a new token each time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aigc_guard.accounts.moments import later, seconds_between
from aigc_guard.accounts.passwords import is_password
from aigc_guard.accounts.people import fold_login
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.store import Account, Session, Store
from aigc_guard.store.people import SessionKind

Clock = Callable[[], str]
MOST_FAILURES = 5
LOCK_SECONDS = 15 * 60
TRIES_PER_PLACE, TRIES_SECONDS = 30, 15 * 60
IDLE_SECONDS = {"console": 8 * 3600, "cli": 12 * 3600}
LONGEST_SECONDS = {"console": 24 * 3600, "cli": 7 * 24 * 3600}
_TOUCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account with the sign-in it acts by; ``token`` is known only when it was just opened."""

    account: Account
    session: Session
    token: str = ""


def sign_in(
    store: Store,
    login: str,
    password: str,
    *,
    clock: Clock,
    kind: SessionKind = "console",
    place: str = "",
) -> SignedIn:
    """Open a session for the right password; raises ReviewError, the same for every failure.

    After five failures an account is locked for a quarter of an hour; ``place`` (an address) may
    try thirty times in that time whatever the names. Right passwords don't help while it is locked.
    """
    at = clock()
    if place and _too_many(store, place, at):
        raise _refused()
    account = store.account_by_login(fold_login(login))
    known = account is not None and account.active and not account.issuer
    right = is_password(account.password if account and known else "", password)
    if account is None or not known:
        raise _refused()
    if account.locked_until > at:
        raise _refused()
    if not right:
        _note_failure(store, account, at)
        raise _refused()
    return open_session(store, account, clock=clock, kind=kind)


def confirm_password(store: Store, account: Account, password: str, *, clock: Clock) -> None:
    """Ask somebody who is signed in for their password again. Raises ReviewError.

    Wrong ones count as at the door: who finds an open session can't guess the password with it.
    """
    at = clock()
    if account.locked_until > at or not is_password(account.password, password):
        if account.locked_until <= at:
            _note_failure(store, account, at)
        raise ReviewError(
            said("the present password is another one"),
            hint=said("an admin can give you a new one"),
        )


def open_session(
    store: Store, account: Account, *, clock: Clock, kind: SessionKind = "console"
) -> SignedIn:
    """A new session under a new token, for somebody who has proved who they are."""
    at = clock()
    token = secrets.token_urlsafe(32)
    session = Session(
        token_sha256=token_digest(token),
        account_id=account.account_id,
        kind=kind,
        created_at=at,
        seen_at=at,
        expires_at=later(at, IDLE_SECONDS[kind]),
    )
    with store.transaction():
        store.close_expired_sessions(at)
        if account.failures or account.locked_until:
            store.change_account(account.account_id, failures=0, locked_until="")
        store.open_session(session)
        store.append_event(
            Kind.SESSION_OPENED,
            account.account_id,
            body={"kind": kind},
            at=at,
            actor=account.account_id,
        )
    return SignedIn(account, session, token)


def find_session(store: Store, token: str, *, clock: Clock) -> SignedIn | None:
    """Whose token this is, if the session still stands and the account is open; else None."""
    if not token or len(token) > 200:
        return None
    session = store.session(token_digest(token))
    if session is None:
        return None
    at = clock()
    ended = later(session.created_at, LONGEST_SECONDS[session.kind])
    if session.expires_at <= at or ended <= at:
        return None
    account = store.account(session.account_id)
    if account is None or not account.active:
        return None
    if seconds_between(session.seen_at, at) >= _TOUCH_SECONDS:
        expires = min(later(at, IDLE_SECONDS[session.kind]), ended)
        store.touch_session(session.token_sha256, seen_at=at, expires_at=expires)
    return SignedIn(account, session)


def sign_out(store: Store, who: SignedIn, *, clock: Clock) -> None:
    """End the session."""
    account = who.account
    with store.transaction():
        store.close_session(who.session.token_sha256)
        store.append_event(
            Kind.SESSION_CLOSED,
            account.account_id,
            body={"kind": who.session.kind},
            at=clock(),
            actor=account.account_id,
        )


def token_digest(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _refused() -> ReviewError:
    return ReviewError(
        said("name and password don't fit, or signing in is locked for a while"),
        hint=said("try again later, or ask an admin for a new password"),
    )


def _too_many(store: Store, place: str, at: str) -> bool:
    digest = hashlib.sha256(place.encode()).hexdigest()[:32]
    tries = store.count_try(f"sign-in:{digest}", now=at, window_from=later(at, -TRIES_SECONDS))
    return tries > TRIES_PER_PLACE


def _note_failure(store: Store, account: Account, at: str) -> None:
    with store.transaction():
        fresh = store.account(account.account_id)
        failures = (fresh.failures if fresh else 0) + 1
        locked = failures >= MOST_FAILURES
        store.change_account(
            account.account_id,
            failures=0 if locked else failures,
            locked_until=later(at, LOCK_SECONDS) if locked else "",
        )
        store.append_event(
            Kind.SIGN_IN_FAILED,
            account.account_id,
            body={"locked": locked},
            at=at,
            actor=account.account_id,
        )
