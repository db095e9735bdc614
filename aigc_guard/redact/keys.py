"""Secrets of the installation, kept in files that only their owner can read."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from aigc_guard.errors import ConfigError, said

KEY_BYTES = 64


def load_or_make_key(path: Path) -> bytes:
    """The installation's secret in ``path``: made on first use, readable by its owner only.

    Raises ConfigError for a damaged key or one that others may read.
    """
    try:
        if not path.exists():
            _make_key(path)
        if path.stat().st_mode & 0o077:
            raise ConfigError(
                said("the key {path} can be read by others", path=path),
                hint=said("chmod 600 {path}", path=path),
            )
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise ConfigError(
            said("the key {path} can't be read: {why}", path=path, why=error.strerror),
            hint=said("mend the folder's permissions"),
        ) from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(
            said("the key {path} is damaged", path=path),
            hint=said(
                "restore it from a backup; what was redacted under it can't be undone without it"
            ),
        )
    return key


def _make_key(path: Path) -> None:
    """Write a new key whole, or leave the one that another process wrote meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
