"""A real PostgreSQL server on the loopback interface, for tests and then gone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "postgresql"


def server_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, or None when the package is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def running_server(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """A fresh server; yields its URL without a database name.

    PostgreSQL refuses to run as root, so root hands it to the package's own user. Unless it is to
    be ``durable``, commits don't wait for the disk: tests need no more.
    """
    folder = Path(tempfile.mkdtemp(prefix="aigc-guard-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "data", _free_port()
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
    if not durable:
        settings += "-c fsync=off -c full_page_writes=off"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    init = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-N"]
    try:
        _run([*as_user, *init, "-E", "UTF8", "--locale=C.UTF-8"])
        _run([*control, "-o", settings, "-l", str(folder / "log"), "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603  our own words


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
