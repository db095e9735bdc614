"""What a request that fails is answered with: a page or JSON that says what to do."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aigc_guard.dashboard.gate import SignInFirst, make_visit, sign_in_place
from aigc_guard.dashboard.pages import page
from aigc_guard.dashboard.protection import TooLarge
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import ConfigError, GuardError, Said, StoreError, said

API = "/api/"
CONFLICT = 409
log = structlog.get_logger("aigc_guard.console")


def handle_failures(app: FastAPI) -> None:
    """Give the app an answer for every way to fail."""
    app.add_exception_handler(SignInFirst, _sign_in)
    app.add_exception_handler(AnyHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(GuardError, _foreseen)
    app.add_exception_handler(TooLarge, _too_large)


class Contained:
    """Answers what nobody foresaw. As an exception handler it would answer from outside of all
    middleware, without the headers that every answer bears, and be counted as no answer at all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            answer = await _unforeseen(Request(scope, receive), error)
            await answer(scope, receive, send)


def failed(
    request: Request, status: int, message: str, hint: str = "", headers: Any = None
) -> Response:
    """The answer: JSON for the API, else a page in the visit's language."""
    visit = _visit(request)
    if request.url.path.startswith(API):
        body = {"problem": visit.spoken(message), "mend": visit.spoken(hint)}
        return JSONResponse(body, status_code=status, headers=headers)
    response = page(visit, "failure.html", status=status, code=status, message=message, hint=hint)
    response.headers.update(headers or {})
    return response


def _visit(request: Request) -> Visit:
    found = getattr(request.state, "visit", None)
    if isinstance(found, Visit):
        return found
    try:
        return make_visit(request)
    except GuardError:  # the store is what failed
        return make_visit(request, signed_in=False)


async def _sign_in(request: Request, _error: Exception) -> Response:
    return RedirectResponse(sign_in_place(request), status_code=303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, AnyHTTPException)
    known = {
        404: (said("there is nothing here"), said("look in the queue, or ask who gave the link")),
        405: (said("this can't be done here"), said("load the page again")),
        400: (said("the request can't be read"), said("load the page again")),
    }
    message, hint = known.get(error.status_code, (said("this was refused"), ""))
    if isinstance(error.detail, Said):
        message, hint = error.detail, ""
    elif isinstance(error, HTTPException) and error.status_code not in known:
        message = said("this was refused")
    return failed(request, error.status_code, message, hint, headers=error.headers)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Where it is wrong and how, never what was sent.
    wrong = [
        {"at": ".".join(str(part) for part in one["loc"]), "what": str(one["type"])}
        for one in error.errors()
    ]
    if request.url.path.startswith(API):
        visit = _visit(request)
        message = visit.say("the request can't be read")
        return JSONResponse({"problem": message, "wrong": wrong}, status_code=422)
    return failed(request, 422, said("the request can't be read"), said("load the page again"))


async def _foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, GuardError)
    status = 503 if isinstance(error, StoreError | ConfigError) else CONFLICT
    return failed(request, status, error.message, error.hint)


async def _too_large(request: Request, _error: Exception) -> Response:
    return failed(request, 413, said("that is too large"), said("send less at once"))


async def _unforeseen(request: Request, error: Exception) -> Response:
    # The kind of the error and its place: its words might hold a draft's.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    log.error("request.crashed", error=type(error).__name__, at=where, route=_route(request))
    return failed(
        request,
        500,
        said("something went wrong here"),
        said("try once more; the server's log names the place"),
    )


def _route(request: Request) -> str:
    route = request.scope.get("route")
    return str(getattr(route, "path", "-"))
