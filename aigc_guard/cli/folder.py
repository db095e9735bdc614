"""``aigc-guard init``: a working folder for somebody who installed the package."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from aigc_guard.cli.console import remark, say, tell
from aigc_guard.config import CONFIG_NAME
from aigc_guard.errors import ConfigError, said

PARTS = ("policies", "kinds", "briefs")
IGNORED = ("__pycache__", ".*")
GIT_IGNORE = "/state/\n/outbox/\n/quarantine/\n/reports/\n"


def shipped_project() -> Path:
    """Where the policies, kinds and briefs that come with the package lie.

    Inside an installed package, or at the root of a source checkout.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "_project", package.parent):
        if (folder / CONFIG_NAME).is_file() and (folder / "policies").is_dir():
            return folder
    raise ConfigError(
        said("this installation has no sample project"),
        hint=said("pip install --force-reinstall aigc-guard"),
    )


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="the folder to make")],
) -> None:
    """Make a working folder: settings, policies, content kinds, sample briefs and keys."""
    source = shipped_project()
    folder = folder.resolve()
    if (folder / CONFIG_NAME).exists():
        raise ConfigError(
            said("{folder} is a project folder already", folder=folder),
            hint=said("name another folder, or work inside it"),
        )
    if folder.exists() and not folder.is_dir():
        raise ConfigError(said("{folder} is a file", folder=folder), hint=said("name a folder"))
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        if (folder / part).exists():
            remark(tell("Kept as it is: {path}", path=folder / part))
            continue
        shutil.copytree(source / part, folder / part, ignore=shutil.ignore_patterns(*IGNORED))
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(GIT_IGNORE, encoding="utf-8")
    _make_keys(folder / "state" / "keys")
    # Last, so that an interrupted start can simply be repeated.
    (folder / CONFIG_NAME).write_text(_settings(source), encoding="utf-8")
    say(str(folder))
    remark(tell("Next: cd {path} && aigc-guard doctor", path=folder))


def _settings(source: Path) -> str:
    """The shipped settings; models stay where the package has them, they are large."""
    text = (source / CONFIG_NAME).read_text(encoding="utf-8")
    models = source / "models"
    if models.is_dir():
        text = text.replace('models = "models"', f'models = "{models.as_posix()}"')
    return text


def _make_keys(folder: Path) -> None:
    from aigc_guard.pipeline.project import utc_now
    from aigc_guard.redact import load_or_make_key
    from aigc_guard.signing import Authority, Keyring

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chmod(folder, 0o700)
    load_or_make_key(folder / "redaction.key")
    Keyring.at(folder).ensure(at=utc_now())
    Authority.at(folder).ensure()
