"""What holds for every request before a page sees it (host, origin, size), and for every answer.

Written as plain ASGI: it must hold for errors and static files, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aigc_guard.errors import said

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?")


SMALL_BODY = 64 * 1024


class TooLarge(HTTPException):
    """A body went on past its limit; FastAPI lets only its own kind of exception through."""

    def __init__(self) -> None:
        super().__init__(413, said("that is too large"))


class Protection:
    """Refuses foreign hosts, foreign forms and endless bodies; hardens every answer.

    ``uploads`` are the paths that take a file, ``small`` those whose body is read before anybody
    is signed in; everything else takes ``most`` bytes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Sequence[str],
        most: int,
        uploads: Sequence[str],
        most_upload: int,
        small: Collection[str] = (),
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in (*LOCAL_HOSTS, *hosts))
        self.most = most
        self.uploads = tuple(uploads)
        self.most_upload = most_upload
        self.small = frozenset(small)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def harden(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    own[name] = value
                if scope["scheme"] == "https":
                    own["strict-transport-security"] = "max-age=31536000"
                if not scope["path"].startswith("/static/"):
                    own["cache-control"] = "no-store"
            await send(message)

        most = self._most(scope["path"])
        refused = self._refusal(scope, headers, most)
        if refused is not None:
            await refused(scope, receive, harden)
            return
        await self.app(scope, _bounded(receive, most), harden)

    def _most(self, path: str) -> int:
        if path in self.small:
            return SMALL_BODY
        return self.most_upload if path in self.uploads else self.most

    def _refusal(self, scope: Scope, headers: Headers, most: int) -> PlainTextResponse | None:
        host = headers.get("host", "").lower()
        found = _HOST.fullmatch(host)
        if found is None or found.group(1) not in self.hosts:
            return PlainTextResponse("this console does not answer to that host name", 421)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not _same_origin(headers, host):
            return PlainTextResponse("forms are taken from this console's own pages only", 403)
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            # No id, name or word holds it, and PostgreSQL takes it in no text.
            return PlainTextResponse("the request can't be read", 400)
        length = headers.get("content-length", "")
        if length and (not length.isdigit() or int(length) > most):
            return PlainTextResponse("too large", 413)
        return None


def _same_origin(headers: Headers, host: str) -> bool:
    """Whether the browser says the request comes from our own page; programs say nothing."""
    site = headers.get("sec-fetch-site", "")
    if site and site != "same-origin":
        return False
    origin = headers.get("origin", "")
    return not origin or urlsplit(origin).netloc.lower() == host


def _bounded(receive: Receive, most: int) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise TooLarge
        return message

    return bounded
