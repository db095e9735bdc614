"""Signing in through a provider: going there, and coming back."""

from __future__ import annotations

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from aigc_guard.accounts.signing_in import LONGEST_SECONDS
from aigc_guard.dashboard.gate import Gate, local_path
from aigc_guard.dashboard.oidc import LIFE_SECONDS, begin, finish, is_configured
from aigc_guard.dashboard.pages import go, set_cookie
from aigc_guard.dashboard.routes.entry import sign_in_form
from aigc_guard.dashboard.visit import SESSION_COOKIE, Here
from aigc_guard.errors import ReviewError

gate = Gate()
ERRAND_COOKIE = "aigc_guard_errand"
BACK = "/sign-in/oidc/back"


@gate.get("/sign-in/oidc", "open")
def leave(visit: Here, request: Request, next: str = "/") -> Response:
    """Lead to the provider."""
    _refuse_unconfigured(visit)
    place, sealed = begin(visit.console, back=_back(request), next=local_path(next))
    response = RedirectResponse(place, status_code=303)
    set_cookie(request, response, ERRAND_COOKIE, sealed, seconds=LIFE_SECONDS)
    return response


@gate.get(BACK, "open")
def come_back(visit: Here, request: Request) -> Response:
    """Open a session for who the provider vouches for."""
    _refuse_unconfigured(visit)
    sealed = request.cookies.get(ERRAND_COOKIE, "")
    try:
        found, place = finish(
            visit.console, sealed=sealed, query=request.query_params, back=_back(request)
        )
    except ReviewError as error:
        return sign_in_form(visit, "/", error)
    response = go(local_path(place))
    seconds = LONGEST_SECONDS["console"]
    set_cookie(request, response, SESSION_COOKIE, found.token, seconds=seconds)
    set_cookie(request, response, ERRAND_COOKIE, "", seconds=0)
    return response


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{BACK}"


def _refuse_unconfigured(visit: Here) -> None:
    if not is_configured(visit.console.opened.config):
        raise HTTPException(404)
