"""Folders that appear whole or not at all, whatever is killed meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from aigc_guard.errors import ReleaseError, said

_UNFINISHED = ".publishing"
_LOCK = ".lock"
PROOF_FILE = "release.proof.json"
REVOCATION_FILE = "release.revoked.dsse.json"
_LATER = frozenset({PROOF_FILE, REVOCATION_FILE})
"""What comes after publication; each proves itself."""


@contextmanager
def only_publisher(outbox: Path) -> Iterator[None]:
    """Publish alone on this machine; the lock ends with the process that holds it.

    Half-written folders found under the lock belong to a process that died: they are removed.
    """
    try:
        (outbox / _UNFINISHED).mkdir(parents=True, exist_ok=True)
        handle = os.open(outbox / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise ReleaseError(
            said("the outbox {outbox} can't be written: {why}", outbox=outbox, why=error.strerror),
            hint=said("mend its permissions, or name another outbox in aigc_guard.toml"),
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in (outbox / _UNFINISHED).iterdir():
            shutil.rmtree(left)
        yield
    finally:
        os.close(handle)


def write_folder(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    check: Callable[[Path], None],
    at_step: Callable[[str], None],
) -> None:
    """Make ``folder`` with these files, flushed to the disk, by one rename.

    ``check`` reads the files where they were written; when it raises, no folder appears. A folder
    of that name with equal files is left as it is. Raises ReleaseError for one that differs.
    """
    wanted = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if folder.exists():
        verify_folder(folder, wanted)
        return
    draft = folder.parent / _UNFINISHED / f"{folder.name}-{secrets.token_hex(4)}"
    try:
        draft.mkdir()
        for name, content in files.items():
            _write(draft / name, content)
            at_step(f"wrote {name}")
        _flush_folder(draft)
        verify_folder(draft, wanted)
        check(draft)
        at_step("checked")
        draft.rename(folder)
        at_step("renamed")
        _flush_folder(folder.parent)
    except OSError as error:
        raise ReleaseError(
            said(
                "the release {folder} can't be written: {why}",
                folder=folder.name,
                why=error.strerror,
            ),
            hint=said("free space or mend the outbox's permissions, then run again"),
        ) from None


def verify_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Compare a folder's files with their sha256; ReleaseError for any difference."""
    for problem in folder_problems(folder, files):
        raise ReleaseError(
            said("release {folder}: {problem}", folder=folder.name, problem=problem),
            hint=said("something else changed the outbox: move that folder away and look into it"),
        )


def folder_problems(folder: Path, files: Mapping[str, str]) -> list[str]:
    """How a folder differs from what was recorded; empty when it does not."""
    if not folder.is_dir():
        return [said("the folder is missing")]
    there = {path.name for path in folder.iterdir()}
    extra, missing = sorted(there - files.keys() - _LATER), sorted(files.keys() - there)
    problems: list[str] = [said("{name} is not one of its files", name=name) for name in extra]
    problems += [said("{name} is missing", name=name) for name in missing]
    for name in sorted(files.keys() & there):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != files[name]:
            problems.append(said("{name} holds other bytes than were released", name=name))
    return problems


def add_file(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a published folder, whole or not at all; one of that name is replaced.

    Call it as the only publisher. Raises ReleaseError when the disk refuses.
    """
    draft = folder.parent / _UNFINISHED / f"{folder.name}-{secrets.token_hex(4)}"
    try:
        draft.mkdir(parents=True)
        _write(draft / name, content)
        os.replace(draft / name, folder / name)
        draft.rmdir()
        _flush_folder(folder)
    except OSError as error:
        raise ReleaseError(
            said(
                "the release {folder} can't be written: {why}",
                folder=folder.name,
                why=error.strerror,
            ),
            hint=said("free space or mend the outbox's permissions, then run again"),
        ) from None


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
