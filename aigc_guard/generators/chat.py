"""One question to an OpenAI-compatible server, with nothing believed about its answer.

No proxy and no redirect is followed, an answer has a size and a time, and what is not exactly one
finished piece of plain text is no answer. Messages name the place, never what was sent or read.
"""

from __future__ import annotations

import ipaddress
import json
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aigc_guard.errors import GenerationError, said

MOST_BYTES = 1_000_000
MOST_CHARS = 20_000
TRIES = 4
FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0

_LATER = frozenset({408, 409, 425, 429})
_THIS_QUESTION = frozenset({400, 413, 422})
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class ServerRefused(GenerationError):
    """The server won't answer any question as it is configured: a key, a path, a redirect."""


class ServerBusy(GenerationError):
    """No answer arrived, and asking again may help. ``wait`` is what the server asked for."""

    def __init__(self, message: str, *, wait: float = 0.0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.wait = wait


class BadAnswer(GenerationError):
    """An answer that can't be read. ``note`` says in one word why, for the draft's notes."""

    def __init__(self, note: str) -> None:
        super().__init__(said("the server's answer can't be used ({note})", note=note))
        self.note = f"server:{note}"


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask. ``url`` is the base, as in ``http://127.0.0.1:8000/v1``.

    ``key`` goes into the Authorization header and nowhere else, ``key_name`` is the variable it
    came from; ``seconds`` is the time for one whole answer.
    """

    url: str
    model: str
    seconds: float
    key: str = field(default="", repr=False)
    key_name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of the only choice; ``finished`` is False when the server cut it off."""

    text: str
    finished: bool


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine without asking anybody."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_url(url: str) -> SplitResult | None:
    """The parts of an http(s) base address; None for anything else.

    Credentials, a query or a fragment in it are refused: the address stands in ``models.lock``.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    right = parts.scheme in ("http", "https") and parts.hostname and plain
    return parts if right and url.isascii() and url.isprintable() and " " not in url else None


def ask(
    server: Server, question: Mapping[str, Any], *, sleep: Callable[[float], None] = time.sleep
) -> Answer:
    """Ask until there is an answer that can be read, at most TRIES times, waiting longer each time.

    Raises ServerRefused at once, ServerBusy or BadAnswer after the last try.
    """
    payload = json.dumps({"model": server.model, **question}, ensure_ascii=False).encode("utf-8")
    problem: ServerBusy | BadAnswer
    for number in range(TRIES):
        try:
            return read_answer(_post(server, payload))
        except ServerBusy as busy:
            problem, wait = busy, busy.wait
        except BadAnswer as bad:
            problem, wait = bad, 0.0
            if bad.note in ("server:refused", "server:oversized"):
                break
        if number + 1 < TRIES:
            sleep(min(LONGEST_WAIT, max(wait, FIRST_WAIT * 2**number)))
    raise problem


def read_answer(data: bytes) -> Answer:
    """Take the text out of a chat completion; raises BadAnswer for everything unexpected."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise BadAnswer("json") from None
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        raise BadAnswer("choices")
    message = choices[0].get("message")
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, str):
        raise BadAnswer("content")
    ended = choices[0].get("finish_reason")
    if ended == "content_filter":
        raise BadAnswer("filtered")
    return Answer(_plain(content), finished=ended in (None, "stop"))


def _plain(content: str) -> str:
    text = _THOUGHTS.sub("", content).replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARS:
        raise BadAnswer("oversized")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise BadAnswer("characters")
    if not text:
        raise BadAnswer("empty")
    return text


class _Deadline:
    """Ends a connection after ``seconds``, also for a server that sends a byte now and then."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        self.passed = False
        self._connection = connection
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._connection.close()

    def _cut(self) -> None:
        self.passed = True
        sock = self._connection.sock
        if sock is not None:
            try:
                sock.shutdown(2)
            except OSError:
                return


def _post(server: Server, payload: bytes) -> bytes:
    parts = split_url(server.url)
    if parts is None or parts.hostname is None:
        raise ServerRefused(
            said("{url} is no address", url=server.url), hint=said("write it as https://HOST/v1")
        )
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(
        parts.hostname, parts.port, timeout=server.seconds
    )
    headers = {"Content-Type": "application/json", "User-Agent": "aigc-guard"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    host = parts.hostname
    with _Deadline(connection, server.seconds) as deadline:
        try:
            path = parts.path.rstrip("/") + "/chat/completions"
            connection.request("POST", path, body=payload, headers=headers)
            # A closing answer takes the socket with it; the deadline still has to reach it.
            sock = connection.sock
            response = connection.getresponse()
            connection.sock = connection.sock or sock
            data = response.read(MOST_BYTES + 1)
        except (OSError, HTTPException, ValueError) as error:
            why = said("took too long") if deadline.passed else type(error).__name__
            raise ServerBusy(
                said("the server at {host} gave no answer ({why})", host=host, why=why),
                hint=said("start it, or raise limits.server_seconds in aigc_guard.toml"),
            ) from None
    if deadline.passed:
        why = said("took too long")
        raise ServerBusy(
            said("the server at {host} gave no answer ({why})", host=host, why=why),
            hint=said("raise limits.server_seconds in aigc_guard.toml"),
        )
    _check_status(server, host, response)
    if len(data) > MOST_BYTES:
        raise BadAnswer("oversized")
    return data


def _check_status(server: Server, host: str, response: HTTPResponse) -> None:
    status = response.status
    if status == 200:
        return
    if status in _THIS_QUESTION:
        raise BadAnswer("refused")
    if status in _LATER or status >= 500:
        after = response.getheader("Retry-After") or ""
        wait = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0.0
        raise ServerBusy(
            said("the server at {host} answered {status}", host=host, status=status),
            wait=wait,
            hint=said("try again later"),
        )
    if status in (401, 403):
        raise ServerRefused(
            said(
                "the server at {host} answered {status}: the key is missing or wrong",
                host=host,
                status=status,
            ),
            hint=said("set {key} in the environment", key=server.key_name or said("the key")),
        )
    raise ServerRefused(
        said("the server at {host} answered {status}", host=host, status=status),
        hint=said("the source in models.lock must be the base address, such as https://HOST/v1"),
    )
