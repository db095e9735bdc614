"""Requests of other systems: a key in ``Authorization`` instead of a cookie.

A browser never sends that header by itself, so that no form's token is asked for.
"""

from __future__ import annotations

from fastapi import HTTPException, Request

from aigc_guard.accounts import SignedIn
from aigc_guard.accounts.keys import MINUTE, find_key, is_too_fast
from aigc_guard.dashboard.console import Console
from aigc_guard.dashboard.visit import Visit, view_of
from aigc_guard.errors import said
from aigc_guard.store import Session


def comes_with_key(request: Request) -> bool:
    """Whether the request names a key; its cookies count for nothing then."""
    return "authorization" in request.headers


def visit_by_key(request: Request, scope: str) -> Visit:
    """The visit of a key with this scope; raises HTTPException 401, 403 or 429."""
    console: Console = request.app.state.console
    opened = console.opened
    scheme, _, token = request.headers["authorization"].partition(" ")
    key = find_key(opened.store, token.strip()) if scheme.lower() == "bearer" else None
    account = opened.store.account(key.account_id) if key is not None else None
    if key is None or account is None or not account.active:
        raise HTTPException(
            401, said("this key opens nothing"), headers={"www-authenticate": "Bearer"}
        )
    if is_too_fast(opened.store, key.key_id, key.per_minute, clock=opened.clock):
        raise HTTPException(
            429,
            said("this key may be used {count} times a minute", count=key.per_minute),
            headers={"retry-after": str(MINUTE)},
        )
    if not scope or scope not in key.scopes:
        raise HTTPException(403, said("this key's scopes don't allow this"))
    session = Session("", account.account_id, "key", key.created_at, "", "")
    language, theme = view_of(request, console)
    visit = Visit(console, request, SignedIn(account, session), "", language, theme, key)
    request.state.visit = visit
    return visit
