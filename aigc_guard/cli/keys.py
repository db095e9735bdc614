"""``aigc-guard keys``: the installation's signing keys."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    Format,
    FormatOption,
    project_config,
    remark,
    say,
    say_json,
    say_table,
    tell,
)
from aigc_guard.errors import ConfigError, said
from aigc_guard.proof.public_keys import Purpose

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project
    from aigc_guard.signing import SecretKey

app = Commands()


@app.callback()
def keys() -> None:
    """Keys that sign releases and the log."""


@app.command()
def init() -> None:
    """Make the keys that are missing; a run does it on first use, too."""
    from aigc_guard.signing import Authority, Use

    project = _project()
    Authority.at(project.config.keys).ensure()
    for key in project.keyring.trust().keys:
        say(f"{key.purpose.value}  {key.id}")
    for use in Use:
        say(f"{use.value}  {project.secrets.ensure(use, at=project.clock()).id}")
    remark(tell("The private halves lie in {path}: keep a backup.", path=project.config.keys))


@app.command("list")
def list_keys(format: FormatOption = Format.TEXT) -> None:
    """Show every key, retired ones included."""
    from aigc_guard.signing import Keyring, SecretKeys

    folder = project_config().keys
    found, secrets = Keyring.at(folder).trust().keys, SecretKeys.at(folder).known()
    if format is Format.JSON:
        say_json([key.to_json() for key in found] + [_secret_json(key) for key in secrets])
        return
    headers = (tell("Purpose"), tell("Key"), tell("Since"), tell("Retired"))
    rows = [
        (key.purpose.value, key.id, key.created_at or "-", key.retired_at or "-") for key in found
    ]
    rows += [(key.use, key.id, key.created_at or "-", key.retired_at or "-") for key in secrets]
    say_table(headers, rows)


class Rotated(StrEnum):
    """The keys that can be replaced; fingerprints under another key would find nothing."""

    RELEASE = "release"
    LOG = "log"
    WATERMARK = "watermark"


@app.command()
def rotate(
    which: Annotated[Rotated, typer.Argument(help="which key: release, log or watermark")],
) -> None:
    """Put a new key in the place of the active one.

    The old private half of a signing key is destroyed, and what it signed stays verifiable. Give
    out the public keys anew afterwards. An old watermark key is kept to find its marks.
    """
    from aigc_guard.audit.log import record_keys
    from aigc_guard.signing import Use
    from aigc_guard.signing.service import FILES

    project = _project()
    if which is Rotated.WATERMARK:
        say(f"{which.value}  {project.secrets.rotate(Use.WATERMARK, at=project.clock()).id}")
        return
    purpose = Purpose(which.value)
    if project.config.signing != FILES:
        raise ConfigError(
            said("the keys are kept by {source}", source=project.config.signing),
            hint=said("rotate there: the next run notes the new key and retires the old one"),
        )
    at = project.clock()
    made = project.keyring.rotate(purpose, at=at)
    record_keys(project.store, [made], at=at)
    say(f"{made.purpose.value}  {made.id}")
    remark(tell("Give out the public keys anew: aigc-guard keys export-public"))


@app.command("export-public")
def export_public(
    out: Annotated[
        Path | None, typer.Option(help="the file to write; default: the terminal")
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="write the verify page with these keys instead")
    ] = False,
) -> None:
    """Write the public keys that ``verify --trust`` takes; they are no secret.

    With ``--page`` they stand in an HTML page that verifies releases in a browser, offline.
    """
    from aigc_guard.release.verify.page import verify_page

    trust = _project().keyring.trust()
    text = verify_page(trust) if page else trust.to_text()
    if out is None:
        say(text.rstrip("\n"))
        return
    out.write_text(text, encoding="utf-8")
    say(str(out))


def _secret_json(key: SecretKey) -> dict[str, str]:
    return {
        "id": key.id,
        "purpose": key.use,
        "created_at": key.created_at,
        "retired_at": key.retired_at,
    }


def _project() -> Project:
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config())
