"""That every test in a folder of policies passed, kept until a byte changes or the day ends.

It spares an editor's second ``policy test`` the reading of the policies. Whatever did not pass is
asked again; so is a folder that is large, or whose policies name files elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aigc_guard.pipeline.fingerprint import bytes_of, fingerprint

MOST = 64
"""Results that a file keeps."""
_MOST_FILES, _MOST_BYTES = 300, 20_000_000


class KeptPasses:
    """How many tests passed, by the digest of all that they depend on, in one JSON file."""

    def __init__(self, path: Path, lock: Path, places: Sequence[Path], wanted: str) -> None:
        """``lock`` is the models.lock, ``places`` all that is read, ``wanted`` what else counts."""
        self.path = path
        self._asked = (lock, places, wanted)
        self._key = _key(*self._asked)

    def get(self) -> int | None:
        """How many tests passed when all of them did; None if they have to be looked at."""
        found = read_kept(self.path).get(self._key)
        return found if isinstance(found, int) and found >= 0 and self._key else None

    def put(self, passed: int) -> None:
        """Keep that all tests passed, unless a file has changed while they ran."""
        if self._key and self._key == _key(*self._asked):
            kept = read_kept(self.path)
            kept.pop(self._key, None)
            write_kept(self.path, {**kept, self._key: passed})


def read_kept(path: Path) -> dict[str, object]:
    """What a file of kept results holds; a file that can't be read is as good as none."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write_kept(path: Path, kept: Mapping[str, object]) -> None:
    """Write the newest of ``kept``, whole or not at all: attempts would fill the file for ever."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    newest = dict(list(kept.items())[-MOST:])
    partial.write_text(json.dumps(newest, ensure_ascii=False), encoding="utf-8")
    os.replace(partial, path)


def _key(lock: Path, places: Sequence[Path], wanted: str) -> str:
    """Hex sha256, or nothing where too much could change unseen."""
    today = datetime.now(UTC).date().isoformat()
    whole = hashlib.sha256(f"{fingerprint()}\n{today}\n{wanted}\n".encode())
    whole.update(hashlib.sha256(bytes_of(lock)).digest())
    try:
        for place in places:
            whole.update(f"{place}\n".encode())
            whole.update(_digest_of(place if place.is_dir() else place.parent))
    except (OSError, _TooMuch):
        return ""
    return whole.hexdigest()


class _TooMuch(Exception):
    """A folder that is not looked through byte by byte."""


def _digest_of(folder: Path) -> bytes:
    """Over the names and bytes of all files in the folder and below."""
    whole = hashlib.sha256()
    size = 0
    for number, path in enumerate(_files(folder)):
        held = path.read_bytes()
        size += len(held)
        elsewhere = path.is_symlink() or (path.suffix in (".yaml", ".yml") and b"../" in held)
        if number >= _MOST_FILES or size > _MOST_BYTES or elsewhere:
            raise _TooMuch
        whole.update(f"{path.relative_to(folder)}\n".encode())
        whole.update(hashlib.sha256(held).digest())
    return whole.digest()


def _files(folder: Path) -> Iterator[Path]:
    """Every file in the folder and below, in order; a link to a folder counts as a file."""
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        else:
            yield Path(entry.path)
