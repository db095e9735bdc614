"""The gate: no route without a rule, and no request past a rule that refuses it.

Every route is added here with the permission it asks for. ``rules`` is the table of them all: the
tests try each against every role, and docs/console.md shows it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Mount

from aigc_guard.accounts import GRANTS, Permission, find_session
from aigc_guard.dashboard.by_key import comes_with_key, visit_by_key
from aigc_guard.dashboard.console import Console
from aigc_guard.dashboard.visit import SESSION_COOKIE, VISIT_COOKIE, Visit, view_of
from aigc_guard.errors import said

Needs = Permission | Literal["open"]
SAFE = ("GET", "HEAD")
MOST_FIELDS = 1000
STATIC = "/static"


class SignInFirst(Exception):
    """Nobody is signed in; pages lead to the sign-in page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one route asks for. ``scope`` is what an API key may use it with; "" for none."""

    method: str
    path: str
    needs: Needs
    scope: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that pass."""
        if isinstance(self.needs, Permission):
            return tuple(sorted(GRANTS[self.needs]))
        return ()


@dataclass
class Gate:
    """Routes with their rules. ``api`` routes answer in JSON and take keys."""

    api: bool = False
    router: APIRouter = field(default_factory=APIRouter)
    rules: list[Rule] = field(default_factory=list)

    def get(self, path: str, needs: Needs, **options: Any) -> Callable[[Any], Any]:
        """A page or resource to look at."""
        return self._add("GET", path, needs, **options)

    def post(self, path: str, needs: Needs, **options: Any) -> Callable[[Any], Any]:
        """Something that changes something."""
        return self._add("POST", path, needs, **options)

    def _add(
        self, method: str, path: str, needs: Needs, *, scope: str = "", **options: Any
    ) -> Callable[[Any], Any]:
        rule = Rule(method, path, needs, scope)
        self.rules.append(rule)
        options.setdefault("include_in_schema", self.api)
        if not self.api:
            options.setdefault("response_model", None)

        def register(endpoint: Any) -> Any:
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                route_class_override=_route_behind(_admit(rule, api=self.api)),
                **options,
            )
            return endpoint

        return register


def refuse_ungated(app: FastAPI, rules: Iterable[Rule]) -> None:
    """Raises RuntimeError for a route that no rule names: such a console does not start."""
    known = {(rule.method, rule.path) for rule in rules}
    for route in app.routes:
        if isinstance(route, Mount) and route.path == STATIC:
            continue
        path = getattr(route, "path", "?")
        methods = (route.methods if isinstance(route, APIRoute) else None) or {"?"}
        for method in methods:
            if (method, path) not in known:
                raise RuntimeError(f"no rule for {method} {path}")


def make_visit(request: Request, *, signed_in: bool = True) -> Visit:
    """Who comes, as far as the cookies say; without ``signed_in`` nobody is looked up."""
    console: Console = request.app.state.console
    token = request.cookies.get(SESSION_COOKIE, "") if signed_in else ""
    opened = console.opened
    who = find_session(opened.store, token, clock=opened.clock) if token else None
    if who is not None and who.session.kind != "console":
        who = None  # a token of the command line is no cookie
    cookie = token if who is not None else request.cookies.get(VISIT_COOKIE, "")
    language, theme = view_of(request, console)
    visit = Visit(console, request, who, cookie or _new_cookie(request), language, theme)
    request.state.visit = visit
    return visit


Admit = Callable[[Request], Awaitable[None]]


def _route_behind(admit: Admit) -> type[APIRoute]:
    """A route that admits first. A dependency would be asked after the body was read and parsed:
    strangers could have us read as much as they like."""

    class GatedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def admitted(request: Request) -> Response:
                await admit(request)
                return await answer(request)

            return admitted

    return GatedRoute


def _admit(rule: Rule, *, api: bool) -> Admit:
    async def admit(request: Request) -> None:
        by_key = api and comes_with_key(request)
        if by_key:
            visit = await run_in_threadpool(visit_by_key, request, rule.scope)
        else:
            visit = await run_in_threadpool(make_visit, request)
        if isinstance(rule.needs, Permission) and visit.who is None:
            if api or request.method not in SAFE:
                raise HTTPException(401, said("nobody is signed in"))
            raise SignInFirst
        if isinstance(rule.needs, Permission) and not visit.may(rule.needs):
            raise HTTPException(
                403, said("your roles don't allow this: {permission}", permission=rule.needs)
            )
        if request.method not in SAFE and not by_key:
            # A form of another site can't set a header: the API believes no field.
            sent = request.headers.get("x-csrf-token", "") if api else await _read_form(request)
            if not visit.console.is_csrf_token(visit.cookie, sent):
                raise HTTPException(
                    403, said("the form is too old, or was made elsewhere: load the page again")
                )

    return admit


def _new_cookie(request: Request) -> str:
    """A token for forms before anybody is signed in; the response sets it as a cookie."""
    import secrets

    made = secrets.token_urlsafe(24)
    request.state.new_cookie = made
    return made


async def _read_form(request: Request) -> str:
    """Read the form for the route, and return the token it bears; "" for none."""
    console: Console = request.app.state.console
    most = 4 * console.opened.config.limits.max_text_chars + 1_000_000
    form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=most)
    request.state.form = form
    value = form.get("csrf", "")
    return value if isinstance(value, str) else ""


def sign_in_place(request: Request) -> str:
    """Where to sign in, and to come back from there."""
    path = request.url.path
    if request.method not in SAFE or path == "/":
        return "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/sign-in?next={quote(path + query, safe='')}"


def local_path(given: str) -> str:
    """``given`` if it is a path of this console, else the front page."""
    bad = not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given
    if bad or any(ord(char) < 33 or ord(char) > 126 for char in given) or len(given) > 500:
        return "/"
    return given
