"""Who is signed in at this command line: a token in the person's own configuration folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aigc_guard.errors import ConfigError, ReviewError, said

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project
    from aigc_guard.store import Account


def token_file() -> Path:
    """Where tokens lie, readable by their owner only."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "aigc_guard" / "signed-in.json"


def keep_token(project: Project, token: str) -> Path:
    """Keep the token of a sign-in to this project's store; "" forgets it."""
    path = token_file()
    tokens = _tokens(path)
    key = _key(project)
    if token:
        tokens[key] = token
    else:
        tokens.pop(key, None)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(tokens, file)
    Path(name).replace(path)
    return path


def kept_token(project: Project) -> str:
    """The token kept for this project's store, or ""."""
    return _tokens(token_file()).get(_key(project), "")


def present_account(project: Project) -> Account | None:
    """The account that is signed in here; None where the project has no accounts.

    Raises ReviewError when there are accounts and nobody is signed in.
    """
    if not project.store.has_accounts():
        return None
    from aigc_guard.accounts import find_session

    found = find_session(project.store, kept_token(project), clock=project.clock)
    if found is None:
        raise ReviewError(
            said("nobody is signed in, and here only people with an account decide"),
            hint=said("sign in first: aigc-guard login NAME"),
        )
    return found.account


def _key(project: Project) -> str:
    return hashlib.sha256(project.store.place.encode()).hexdigest()[:16]


def _tokens(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise ConfigError(
            said("{path} can be read by others", path=path),
            hint=said("chmod 600 {path}, or delete it and sign in again", path=path),
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ConfigError(
            said("{path} can't be read", path=path), hint=said("delete it and sign in again")
        ) from None
    return {str(key): str(value) for key, value in found.items()}
