"""What a model was trained on, as its card says it: set, licence and sha256 of the data files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from aigc_guard.models.files import sha256_file


def digest_of_folder(folder: Path) -> str:
    """One sha256 over the data files of a set, by name."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name != "SOURCE.md" and path.is_file():
            whole.update(path.name.encode() + b"\0" + bytes.fromhex(sha256_file(path)))
    return whole.hexdigest()


def sets_of(data: Path, sets: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The entries of sets by name and licence; each is a folder of ``data``."""
    return [
        {"name": name, "licence": licence, "sha256": digest_of_folder(data / name)}
        for name, licence in sets
    ]


def own_sentences(file: Path) -> dict[str, str]:
    """The entry of a file of sentences that this project wrote."""
    return {
        "name": f"{file.name} of this project",
        "licence": "Apache-2.0",
        "sha256": sha256_file(file),
    }
