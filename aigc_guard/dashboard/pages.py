"""Pages out of templates: what every template may use, and the headers that go with a page."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from aigc_guard import __version__
from aigc_guard.accounts import Permission
from aigc_guard.accounts.moments import moment, seconds_between
from aigc_guard.audit.passages import visible
from aigc_guard.audit.report_html import MARKS
from aigc_guard.dashboard.visit import SESSION_COOKIE, VISIT_COOKIE, Visit
from aigc_guard.i18n import translate

NO_CONTENT = 204


@cache
def environment() -> Any:
    """The templates; everything is escaped, and a name nobody gave is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("aigc_guard.dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(marks=MARKS, version=__version__)
    made.filters.update(
        visible=visible, short=lambda name: name[:12], pair=lambda name: (name, name)
    )
    return made


def page(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the visit's language; its forms bear the visit's token."""
    html = environment().get_template(template).render(**_common(visit), **values)
    response = HTMLResponse(html, status_code=status)
    keep_visit(visit, response)
    return response


def keep_visit(visit: Visit, response: Response) -> None:
    """Set the cookie for forms where the visit needed a new one."""
    made = getattr(visit.request.state, "new_cookie", "")
    if made:
        set_cookie(visit.request, response, VISIT_COOKIE, made)


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, seconds: int | None = None
) -> None:
    """A cookie that scripts can't read and other sites' forms don't send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget_session(request: Request, response: Response) -> None:
    """Take the session's cookie away."""
    set_cookie(request, response, SESSION_COOKIE, "", seconds=0)


def go(place: str) -> RedirectResponse:
    """Look there after a form was taken."""
    return RedirectResponse(place, status_code=303)


def age(visit: Visit, since: str) -> str:
    """How long ago, in the largest unit that is not zero."""
    seconds = max(0, int(seconds_between(since, visit.now)))
    if seconds >= 86400:
        return translate("{count} d", visit.language, count=seconds // 86400)
    if seconds >= 3600:
        return translate("{count} h", visit.language, count=seconds // 3600)
    if seconds >= 60:
        return translate("{count} min", visit.language, count=seconds // 60)
    return translate("just now", visit.language)


def when(at: str) -> str:
    """A moment for people: UTC, without seconds."""
    if not at:
        return ""
    return moment(at).strftime("%Y-%m-%d %H:%M")


def outcome_name(visit: Visit, name: str) -> str:
    """An outcome as a word."""
    names = {
        "release": translate("Release", visit.language),
        "redact": translate("Redact", visit.language),
        "review": translate("Review", visit.language),
        "block": translate("Block", visit.language),
    }
    return names.get(name, name)


def _common(visit: Visit) -> dict[str, Any]:
    from aigc_guard.dashboard.routes import sections

    return {
        "visit": visit,
        "_": visit.say,
        "spoken": visit.spoken,
        "pick": visit.pick,
        "csrf": visit.csrf,
        "lang": "zh-Hans" if visit.language == "zh" else "en",
        "path": visit.request.url.path,
        "sections": [one for one in sections() if visit.may(one.needs)],
        "may": visit.may,
        "Permission": Permission,
        "age": lambda since: age(visit, since),
        "when": when,
        "outcome_name": lambda name: outcome_name(visit, name),
    }
