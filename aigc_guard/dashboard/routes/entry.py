"""Coming in and going out: sign in, sign out, own password, language and theme."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from aigc_guard.accounts import Permission, set_password, sign_in, sign_out
from aigc_guard.accounts.signing_in import LONGEST_SECONDS, confirm_password
from aigc_guard.dashboard.gate import Gate, local_path
from aigc_guard.dashboard.oidc import is_configured
from aigc_guard.dashboard.pages import forget_session, go, page, set_cookie
from aigc_guard.dashboard.visit import (
    SESSION_COOKIE,
    THEMES,
    VIEW_COOKIE,
    Here,
    Posted,
    Visit,
)
from aigc_guard.errors import GuardError, ReviewError, said
from aigc_guard.i18n import LANGUAGES

gate = Gate()
A_YEAR = 365 * 86400
HOME = "/queue"


@gate.get("/", Permission.SIGNED_IN)
def front(visit: Here) -> Response:
    """Lead to the queue."""
    return go(HOME)


@gate.get("/sign-in", "open")
def sign_in_page(visit: Here, next: str = "/") -> Response:
    """The form to sign in with."""
    if visit.who is not None:
        return go(local_path(next))
    return sign_in_form(visit, next)


@gate.post("/sign-in", "open")
def enter(visit: Here, form: Posted, request: Request) -> Response:
    """Open a session under a new token; a token that came with the request is worth nothing."""
    opened = visit.console.opened
    back = form.text("next")
    try:
        found = sign_in(
            visit.store,
            form.text("login", most=200),
            form.text("password", most=1000),
            clock=opened.clock,
            place=visit.place,
        )
    except ReviewError as error:
        return sign_in_form(visit, back, error)
    if visit.who is not None:
        sign_out(visit.store, visit.who, clock=opened.clock)
    response = go(local_path(back))
    seconds = LONGEST_SECONDS["console"]
    set_cookie(request, response, SESSION_COOKIE, found.token, seconds=seconds)
    return response


def sign_in_form(visit: Visit, back: str, error: GuardError | None = None) -> Response:
    """The form, with what went wrong."""
    return page(
        visit,
        "sign_in.html",
        status=401 if error else 200,
        back=local_path(back),
        problem=error,
        no_accounts=not visit.store.has_accounts(),
        oidc=is_configured(visit.console.opened.config),
    )


@gate.post("/sign-out", Permission.SIGNED_IN)
def leave(visit: Here, request: Request) -> Response:
    """End the session."""
    assert visit.who is not None
    sign_out(visit.store, visit.who, clock=visit.console.opened.clock)
    response = go("/sign-in")
    forget_session(request, response)
    return response


@gate.get("/me", Permission.SIGNED_IN)
def own_page(visit: Here) -> Response:
    """The own account: roles, sign-ins that stand, a new password."""
    return _own(visit)


def _own(visit: Visit, error: GuardError | None = None, *, done: bool = False) -> Response:
    return page(
        visit,
        "me.html",
        status=409 if error else 200,
        problem=error,
        done=done,
        sessions=visit.store.sessions_of(visit.account.account_id),
    )


@gate.post("/me/password", Permission.SIGNED_IN)
def change_password(visit: Here, form: Posted) -> Response:
    """Set a new password, with the old one; every other session ends."""
    assert visit.who is not None
    account = visit.account
    try:
        confirm_password(
            visit.store,
            account,
            form.text("old", most=1000),
            clock=visit.console.opened.clock,
        )
        if form.text("new", most=1000) != form.text("again", most=1000):
            raise ReviewError(said("the passwords differ"), hint=said("try again"))
        set_password(
            visit.store,
            account,
            form.text("new", most=1000),
            clock=visit.console.opened.clock,
            by=account.account_id,
            keep=visit.who.session.token_sha256,
        )
    except GuardError as error:
        return _own(visit, error)
    return _own(visit, done=True)


@gate.post("/view", "open")
def choose_view(visit: Here, form: Posted, request: Request) -> Response:
    """Remember the language and theme, and go back to where they were chosen."""
    lang, theme = form.text("lang", most=10), form.text("theme", most=10)
    chosen = (
        lang if lang in LANGUAGES else visit.language,
        theme if theme in THEMES else visit.theme,
    )
    came_from = urlsplit(request.headers.get("referer", ""))
    query = f"?{came_from.query}" if came_from.query else ""
    response = go(local_path(f"{came_from.path or '/'}{query}"))
    value = f"lang:{chosen[0]}.theme:{chosen[1]}"
    set_cookie(request, response, VIEW_COOKIE, value, seconds=A_YEAR)
    return response
