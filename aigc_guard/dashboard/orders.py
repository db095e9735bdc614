"""Runs ordered in the browser: the uploaded file is looked at, kept, and run by another process.

An upload is read by a process of its own with bounds on memory and time, so that nothing in it can
stop the console. One ordered run is under way at a time; a lock that the run's own process holds
says so, also after the console was started anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.accounts.moments import later
from aigc_guard.audit.log import Kind
from aigc_guard.dashboard import prefect_server
from aigc_guard.errors import ReviewError, said
from aigc_guard.intake.reading import SUFFIXES
from aigc_guard.pipeline.looking import Look
from aigc_guard.pipeline.project import Project
from aigc_guard.records import load
from aigc_guard.store import Account

LOOK_SECONDS = 180
LOOK_BYTES = 8 * 1024**3
LOOKED = (0, 1)
LOG_TAIL = 2000
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Looked:
    """An uploaded file and what intake says of it; it is gone when nobody starts it."""

    path: Path
    look: Look


@dataclass
class Orders:
    """The orders of one project; ``folder`` holds one folder for each."""

    project: Project
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _child: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """Where orders lie: beside the keys, readable by the owner only."""
        return self.project.config.keys.parent / "orders"

    @contextmanager
    def looked_at(self, name: str, data: IO[bytes], *, language: str) -> Iterator[Looked]:
        """Keep an upload for as long as it is looked at. Raises ReviewError for what is none."""
        place = self._fresh_folder()
        try:
            path = place / _file_name(name)
            with path.open("wb") as file:
                shutil.copyfileobj(data, file)
            yield Looked(path, self._look(path, language))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def start(self, who: Account, looked: Looked) -> str:
        """Record the order and start the run; returns its id. Raises ReviewError when one runs."""
        refuse_without(who, Permission.START_RUN)
        look = looked.look
        if not look.run_id:
            raise ReviewError(
                said("the file holds no brief that can be used"),
                hint=said("mend the rows that are named, and send the file again"),
            )
        with self._alone() as lock:
            place = self.folder / look.run_id
            shutil.rmtree(place, ignore_errors=True)
            looked.path.parent.rename(place)
            path = place / looked.path.name
            (place / "at").write_text(self.project.clock(), encoding="utf-8")
            (self.folder / "running").write_text(look.run_id, encoding="utf-8")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            turned_away = len(look.quarantined)
            self._record(who, look, briefs=look.briefs, quarantined=turned_away, file_sha256=digest)
            if self.project.config.console.prefect_api:
                named = path.relative_to(self.project.config.root)
                self._record(who, look, flow_run=prefect_server.start(self.project.config, named))
            else:
                self._launch(path, lock)
        return look.run_id

    def running(self) -> str:
        """The id of the run that a process ordered here is at work on; "" for none."""
        if self._child is not None:
            self._child.poll()  # else it would stay in the table of processes
        try:
            with (self.folder / "lock").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with suppress(OSError):
                return (self.folder / "running").read_text(encoding="utf-8")
            return "?"
        except OSError:
            return ""
        return ""

    def last_words(self, run_id: str) -> str:
        """What an ordered run said last when it ended before its time; errors quote no text."""
        with suppress(OSError):
            told = (self.folder / run_id / "log").read_bytes()[-LOG_TAIL:]
            return self._without_places(told.decode("utf-8", "replace").strip())
        return ""

    def clear(self) -> None:
        """Take away the files of runs that have finished, and those nobody came back to: what
        was accepted of them is in the store."""
        config = self.project.config
        days = config.retention.quarantine_days
        oldest = later(self.project.clock(), -86400 * days) if days else ""
        for ordered in sorted(self.folder.glob("*/at")):
            run, at = ordered.parent.name, ordered.read_text(encoding="utf-8")
            known = self.project.store.get_run(run)
            done = known is not None and known.finished_at >= at
            if (done or at < oldest) and self.running() != run:
                shutil.rmtree(ordered.parent, ignore_errors=True)

    def _fresh_folder(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.folder / f".{secrets.token_hex(8)}"
        place.mkdir(mode=0o700)
        return place

    def _look(self, path: Path, language: str) -> Look:
        if not self._looking.acquire(blocking=False):
            raise ReviewError(
                said("another file is being looked at"), hint=said("try again in a minute")
            )
        try:
            done = _bounded(self._command(path, "--look", "--format", "json"), language)
        finally:
            self._looking.release()
        try:
            if done.returncode in LOOKED:
                return load(Look, json.loads(done.stdout))
        except ValueError:  # it ended in the middle: a crash has the same code as a finding
            done.stderr = b""
        told = done.stderr.decode("utf-8", "replace").strip()[-LOG_TAIL:]
        raise ReviewError(
            said("the file can't be read as briefs"),
            hint=self._without_places(told)
            or said("it asks for more memory or time than a brief file needs"),
        )

    def _without_places(self, told: str) -> str:
        return told.replace(f"{self.project.config.root}/", "")

    def _command(self, path: Path, *options: str) -> list[str]:
        root = str(self.project.config.root)
        return [sys.executable, "-m", "aigc_guard.cli", "-C", root, "run", str(path), *options]

    @contextmanager
    def _alone(self) -> Iterator[int]:
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ReviewError(
                    said("a run is under way"), hint=said("wait until it has finished")
                ) from None
            yield handle
        finally:
            os.close(handle)  # the run's process holds the lock from here on

    def _launch(self, path: Path, lock: int) -> None:
        with (path.parent / "log").open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                self._command(path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.project.config.root,
                pass_fds=(lock,),
                start_new_session=True,  # the console may end before the run does
            )

    def _record(self, who: Account, look: Look, **body: object) -> None:
        self.project.store.append_event(
            Kind.RUN_ORDERED, look.run_id, body=body, at=self.project.clock(), actor=who.account_id
        )


def _file_name(given: str) -> str:
    """A file's name without a path and without odd characters; raises ReviewError for no brief
    file's."""
    name = _UNSAFE.sub("_", given.replace("\\", "/").rpartition("/")[2]).lstrip(".")[-80:]
    if not name.lower().endswith(SUFFIXES) or name.lower() in SUFFIXES:
        raise ReviewError(
            said("files with this ending are not read"),
            hint=said("send CSV, XLSX, JSONL or Parquet"),
        )
    return name


def _bounded(command: list[str], language: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command within bounds; one that goes past them ends without an answer."""
    bounds = (
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_AS, ({LOOK_BYTES}, {LOOK_BYTES})); "
        f"resource.setrlimit(resource.RLIMIT_CPU, ({LOOK_SECONDS}, {LOOK_SECONDS})); "
        "sys.argv = ['aigc-guard', *sys.argv[1:]]; "
        "runpy.run_module('aigc_guard.cli', run_name='__main__')"
    )
    words = [command[0], "-c", bounds, *command[3:]]
    env = {**os.environ, "AIGC_GUARD_LANGUAGE": language}
    try:
        return subprocess.run(  # noqa: S603 - our own command
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=LOOK_SECONDS, env=env
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, -1, b"", b"")
