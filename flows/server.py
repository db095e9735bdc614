"""Prefect's server on loopback for the length of one run, when no server is configured.

Prefect would start the same server by itself, but on the user's terminal, where it prints
tracebacks when it is stopped. This one writes to a log file in the project's state folder, keeps
its database there, and ends when the process that started it ends, however that happens.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from aigc_guard.errors import GuardError

START_SECONDS = 180.0
STOP_SECONDS = 10.0


class ServerError(GuardError):
    """Prefect's server does not start."""


class LocalServer:
    """A Prefect server of our own: ``start`` returns at once, ``wait`` when it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the server on a free loopback port, which the child inherits already open."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as door, self.log.open("ab") as log:
            self.url = f"http://127.0.0.1:{door.getsockname()[1]}/api"
            self._process = subprocess.Popen(  # noqa: S603 - our own module and a number
                [sys.executable, "-m", "flows.server", str(door.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[door.fileno()],
                env=os.environ | self._environment(),
                # Ctrl-C is for the run: its last messages still need the server.
                start_new_session=True,
            )
        # Runs after prefect has sent its last logs and events: those are registered later.
        atexit.register(self.stop)

    def _environment(self) -> dict[str, str]:
        database = (self.folder / "prefect.db").resolve()
        return {
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
            "PREFECT_MEMO_STORE_PATH": str(self.folder.resolve() / "memo_store.toml"),
            "PREFECT_UI_ENABLED": "0",
            "PREFECT__SERVER_EPHEMERAL": "1",
            "PREFECT__SERVER_FINAL": "1",
        }

    def wait(self, seconds: float = START_SECONDS) -> str:
        """The API's address, once it answers. Raises ServerError with the log's place."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise ServerError(
                    "Prefect's server ended while starting", hint=f"read its log: {self.log}"
                )
            with contextlib.suppress(OSError), self._ask():
                return self.url
            time.sleep(0.2)
        self.stop()
        raise ServerError(
            f"Prefect's server did not answer within {seconds:g} s",
            hint=f"read its log ({self.log}), or run without it: aigc-guard run",
        )

    def _ask(self) -> contextlib.AbstractContextManager[object]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer: contextlib.AbstractContextManager[object] = opener.open(
            f"{self.url}/health", timeout=5
        )
        return answer

    def stop(self) -> None:
        """Asks the server to end by closing its input; insists when it does not."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        for insist in (lambda: None, process.terminate, process.kill):
            insist()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
                return


def serve(door: int, parent_left: Callable[[], object]) -> None:
    """Serves Prefect's API on the open socket ``door`` until ``parent_left`` returns."""
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        create_app, factory=True, log_level="error", lifespan="on", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)

    def leave() -> None:
        parent_left()
        server.should_exit = True

    threading.Thread(target=leave, daemon=True).start()
    server.run(sockets=[socket.socket(fileno=door)])


if __name__ == "__main__":
    # Input ends when the parent closes it or dies.
    serve(int(sys.argv[1]), sys.stdin.buffer.read)
