"""A real HTTP server on loopback that answers, or misbehaves, as a test tells it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    """Hands every POST to the server's behaviour and remembers what was asked."""

    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.behaviour(self, body)

    def log_message(self, *_: Any) -> None:
        """Keeps the test's output quiet."""


class ChatServer(ThreadingHTTPServer):
    """Binds any free port; ``asked`` holds (path, headers, body) of every question."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[ChatServer]:
    """Runs the server until the block ends."""
    server = ChatServer(behaviour)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def completion(content: object, reason: str = "stop") -> dict[str, Any]:
    """A well-formed chat completion."""
    message = {"role": "assistant", "content": content}
    return {"id": "c", "choices": [{"index": 0, "message": message, "finish_reason": reason}]}


def reply(handler: Handler, body: bytes | object, status: int = 200, **headers: str) -> None:
    """Send one whole answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def always(body: bytes | object, status: int = 200, **headers: str) -> Behaviour:
    """Give every question the same answer."""
    return lambda handler, _: reply(handler, body, status, **headers)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently each time; the last one stays."""
    left = list(behaviours)

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler, body)

    return behave


def drip(handler: Handler, _: dict[str, Any]) -> None:
    """Send one byte now and then, so that no single read ever waits long."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def hang_up(handler: Handler, _: dict[str, Any]) -> None:
    """Close without a word."""
    handler.close_connection = True
    handler.connection.close()
