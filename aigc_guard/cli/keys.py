"""``aigc-guard keys``: the installation's signing keys."""

from __future__ import annotations

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

app = Commands()


@app.callback()
def keys() -> None:
    """Keys that sign releases and the log."""


@app.command()
def init() -> None:
    """Make the keys that are missing; a run does it on first use, too."""
    from aigc_guard.signing import Authority

    project = _project()
    Authority.at(project.config.keys).ensure()
    for key in project.keyring.trust().keys:
        say(f"{key.purpose.value}  {key.id}")
    remark(tell("The private halves lie in {path}: keep a backup.", path=project.config.keys))


@app.command("list")
def list_keys(format: FormatOption = Format.TEXT) -> None:
    """Show every key, retired ones included."""
    from aigc_guard.signing import Keyring

    found = Keyring.at(project_config().keys).trust().keys
    if format is Format.JSON:
        say_json([key.to_json() for key in found])
        return
    headers = (tell("Purpose"), tell("Key"), tell("Since"), tell("Retired"))
    rows = [
        (key.purpose.value, key.id, key.created_at or "-", key.retired_at or "-") for key in found
    ]
    say_table(headers, rows)


@app.command()
def rotate(
    purpose: Annotated[Purpose, typer.Argument(help="which key: release or log")],
) -> None:
    """Put a new key in the place of the active one, whose private half is destroyed.

    What the old key signed stays verifiable. Give out the public keys anew afterwards.
    """
    from aigc_guard.audit.log import record_keys
    from aigc_guard.signing.service import FILES

    project = _project()
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


def _project() -> Project:
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config())
