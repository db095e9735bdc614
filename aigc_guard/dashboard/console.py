"""The opened project behind the pages, and what all requests share."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigc_guard.dashboard.orders import Orders
from aigc_guard.errors import ConfigError, said
from aigc_guard.pipeline.project import Project

Signature = tuple[tuple[str, int, int], ...]
_KEY_BYTES = 32


@dataclass
class Console:
    """A project that stays open. Policies are read again when a file of theirs changed."""

    opened: Project
    key: bytes = b""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _judging: threading.Lock = field(default_factory=threading.Lock)
    _seen: Signature = ()
    policies_read: dict[str, Any] = field(default_factory=dict)
    orders: Orders = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.key or _load_or_make_key(self.opened.config.keys / "console.key")
        _ = self.opened.store
        self.orders = Orders(self.opened)

    @property
    def project(self) -> Project:
        """The project with its present policies; the same store, models and writers."""
        signature = _signature(self.opened.config.policies)
        with self._lock:
            if signature != self._seen:
                self.opened.forget_policies()
                self.policies_read = {}  # a new one: who still reads writes into the old
                self._seen = signature
        return self.opened

    @contextmanager
    def judging(self, seconds: float) -> Iterator[bool]:
        """Models judge one batch after the other; False when none was free in time."""
        free = self._judging.acquire(timeout=seconds)
        try:
            yield free
        finally:
            if free:
                self._judging.release()

    def csrf_token(self, cookie: str) -> str:
        """What a form must send back: only this console can make it for this cookie."""
        return hmac.new(self.key, b"csrf" + cookie.encode(), hashlib.sha256).hexdigest()

    def is_csrf_token(self, cookie: str, token: str) -> bool:
        """Whether the form was made for this cookie."""
        return bool(cookie) and hmac.compare_digest(
            self.csrf_token(cookie).encode(), token.encode("utf-8", "replace")
        )


def _signature(folder: Path) -> Signature:
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            stat = path.stat()
        except OSError:  # it was removed while we looked
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _load_or_make_key(path: Path) -> bytes:
    """A key of the installation's own, readable by its owner; several processes share it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        # A link appears whole or not at all, and never over one that is there.
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise ConfigError(
            said("{path} is no key of {count} bytes", path=path, count=_KEY_BYTES),
            hint=said("delete it: a new one is made, and open forms must be loaded again"),
        )
    return key
