"""Files that hold keys: whole or not at all, readable by their owner only, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aigc_guard.errors import ConfigError, said

PASSPHRASE = "AIGC_GUARD_KEY_PASSPHRASE"  # noqa: S105 - the variable's name
_LOCK = ".keyring.lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold ``folder`` (made where it is missing) alone. Raises ConfigError if it can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise ConfigError(
            said(
                "the keys' folder {folder} can't be written: {why}",
                folder=folder,
                why=error.strerror,
            ),
            hint=said("mend the folder's permissions"),
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_private(path: Path, content: bytes) -> None:
    """Whole or not at all, flushed, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def refuse_readable(path: Path) -> None:
    """Raises ConfigError for a key that others than its owner can read."""
    if path.stat().st_mode & 0o077:
        raise ConfigError(
            said("the key {path} can be read by others", path=path),
            hint=said("chmod 600 {path}", path=path),
        )
