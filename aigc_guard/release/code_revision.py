"""Which code made a release: version, commit where there is one, and a digest of the sources."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import aigc_guard


@cache
def code_revision() -> dict[str, str]:
    """``version``, ``git`` (the checkout's commit, or empty) and ``sha256`` of the package."""
    package = Path(aigc_guard.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix().encode()
        digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return {
        "version": aigc_guard.__version__,
        "git": _commit(package.parent),
        "sha256": digest.hexdigest(),
    }


def _commit(checkout: Path) -> str:
    """The commit that is checked out, read without git; empty in an installed package."""
    try:
        folder = checkout / ".git"
        if folder.is_file():  # a worktree
            folder = Path(folder.read_text("utf-8").removeprefix("gitdir:").strip())
        head = (folder / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        common = folder / "commondir"
        shared = folder / common.read_text("utf-8").strip() if common.exists() else folder
        return _resolved(shared, head.removeprefix("ref: "))
    except (OSError, UnicodeDecodeError):
        return ""


def _resolved(folder: Path, name: str) -> str:
    if (folder / name).is_file():
        return (folder / name).read_text("utf-8").strip()
    for line in (folder / "packed-refs").read_text("utf-8").splitlines():
        commit, _, found = line.partition(" ")
        if found == name:
            return commit
    return ""
