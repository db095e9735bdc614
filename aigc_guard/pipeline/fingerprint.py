"""What this program is made of, as one digest: what it showed before holds until that changes."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import aigc_guard


@cache
def fingerprint() -> str:
    """Hex sha256 over this package's files, and the versions of everything installed with it."""
    whole = hashlib.sha256(sys.version.encode())
    root = Path(aigc_guard.__file__).parent
    for path in sorted(_files(root)):
        whole.update(f"{path.relative_to(root)}\n".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    for place in sys.path:
        found = os.listdir(place) if os.path.isdir(place) else []
        names = sorted(name for name in found if name.endswith((".dist-info", ".egg-info")))
        whole.update("\n".join(names).encode())
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(Path(entry.path))
        else:
            yield Path(entry.path)


def bytes_of(path: Path) -> bytes:
    """What the file holds; nothing if it can't be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
