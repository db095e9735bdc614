"""One request: who it comes from, in which language, and what its form holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from aigc_guard.accounts import Permission, SignedIn, may
from aigc_guard.dashboard.console import Console
from aigc_guard.dashboard.fields import is_whole
from aigc_guard.dashboard.orders import Orders
from aigc_guard.errors import ReviewError, said
from aigc_guard.i18n import LANGUAGES, normalise, pick, spoken, translate
from aigc_guard.pipeline.project import Project
from aigc_guard.store import Account, ApiKey, Store

SESSION_COOKIE = "aigc_guard_session"
VISIT_COOKIE = "aigc_guard_visit"
VIEW_COOKIE = "aigc_guard_view"
THEMES = ("auto", "light", "dark")
LONGEST_FIELD = 10_000
MOST_VALUES = 500


@dataclass(frozen=True)
class Visit:
    """Whose request it is. ``cookie`` is what a form's token must have been made for; ``key`` is
    the key that another system came with."""

    console: Console
    request: Request
    who: SignedIn | None
    cookie: str
    language: str
    theme: str
    key: ApiKey | None = None

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.console.project

    @property
    def store(self) -> Store:
        """The project's store."""
        return self.console.opened.store

    @property
    def orders(self) -> Orders:
        """Runs that are ordered here."""
        return self.console.orders

    @property
    def now(self) -> str:
        """The present moment."""
        return self.console.opened.clock()

    @property
    def account(self) -> Account:
        """Who is signed in; only behind a gate that asks for it."""
        assert self.who is not None
        return self.who.account

    @property
    def csrf(self) -> str:
        """The token for this visit's forms."""
        return self.console.csrf_token(self.cookie)

    @property
    def place(self) -> str:
        """The address the request came from, or from a proxy that the configuration names."""
        client = self.request.client
        return client.host if client else ""

    def may(self, permission: str) -> bool:
        """Whether who is signed in has the permission."""
        return self.who is not None and may(self.who.account.roles, Permission(permission))

    def say(self, message: str, /, **values: object) -> str:
        """A message of the catalogue in this visit's language."""
        return translate(message, self.language, **values)

    def spoken(self, text: str) -> str:
        """What an error said, in this visit's language."""
        return spoken(text, self.language)

    def pick(self, texts: Any) -> str:
        """The text of ``{en, zh}`` in this visit's language."""
        return pick(texts, self.language)


def view_of(request: Request, console: Console) -> tuple[str, str]:
    """Language and theme: what was chosen, else what the browser asks for, else the project's."""
    chosen = dict(
        part.split(":", 1)
        for part in request.cookies.get(VIEW_COOKIE, "").split(".")
        if ":" in part
    )
    theme = chosen.get("theme", "auto")
    language = chosen.get("lang", "")
    if language not in LANGUAGES:
        asked = request.headers.get("accept-language", "")
        first = asked.split(",")[0].split(";")[0].strip()
        language = normalise(first or console.opened.config.language)
    return language, theme if theme in THEMES else "auto"


def present_visit(request: Request) -> Visit:
    """The visit that the gate made of this request."""
    visit = getattr(request.state, "visit", None)
    if not isinstance(visit, Visit):
        raise RuntimeError("a route without a gate")
    return visit


Here = Annotated[Visit, Depends(present_visit)]


@dataclass(frozen=True)
class Form:
    """What was posted: texts, and at most a file."""

    data: FormData

    def text(self, name: str, *, most: int = LONGEST_FIELD) -> str:
        """A field as text; empty when it is missing. Raises ReviewError for an endless one."""
        value = self.data.get(name, "")
        if not isinstance(value, str) or len(value) > most or not is_whole(value):
            raise ReviewError(
                said("the field {name} can't be read", name=name),
                hint=said("write at most {count} characters", count=most),
            )
        return value

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        found = [value for value in self.data.getlist(name) if isinstance(value, str)]
        return [value for value in found if is_whole(value)][:MOST_VALUES]

    def file(self, name: str) -> UploadFile | None:
        """An uploaded file, or None."""
        value = self.data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


def present_form(request: Request) -> Form:
    """The form that the gate has read and believed."""
    data: Any = getattr(request.state, "form", None)
    if not isinstance(data, FormData):
        raise RuntimeError("a form without a gate")
    return Form(data)


Posted = Annotated[Form, Depends(present_form)]
