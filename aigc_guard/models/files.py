"""The files of a model folder: what is pinned, what is only documentation, what is a pickle."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

# Describe the model and are never loaded, so they may change without a new lock entry.
DOCUMENTATION = frozenset({"model_card.json", "README.md", "README.zh-CN.md", ".gitattributes"})
PICKLES = frozenset({".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"})


def model_files(folder: Path) -> Iterator[str]:
    """Relative paths of everything in ``folder`` that could be loaded, sorted.

    A linked folder is named as if it were a file: nothing behind it can be pinned.
    """
    found = []
    for where, folders, names in os.walk(folder):
        here = Path(where)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in [*names, *links]:
            relative = (here / name).relative_to(folder).as_posix()
            if relative not in DOCUMENTATION:
                found.append(relative)
    yield from sorted(found)


def is_pickle(name: str) -> bool:
    """Whether loading the file could run code (judged by its suffix)."""
    return Path(name).suffix.lower() in PICKLES


def sha256_file(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
