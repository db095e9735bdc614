"""All commands in one tree; each group lies in its own file, which is read when it is asked for.

A command needs none of the others: building them all takes longer than many a command itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from aigc_guard import __version__
from aigc_guard.cli.commands import Commands, LaterGroup
from aigc_guard.cli.console import say, work_in

PLACES: Mapping[str, str] = {
    "run": "produce:run",
    "check": "judge:check",
    "measure": "judge:measure",
    "review": "review:app",
    "accounts": "accounts:app",
    "api-keys": "api_keys:app",
    "login": "accounts:login",
    "logout": "accounts:logout",
    "serve": "serve:serve",
    "release": "release:app",
    "audit": "audit:app",
    "verify": "verify:verify",
    "detect": "detect:detect",
    "store": "store:app",
    "report": "produce:report",
    "policy": "policy:app",
    "checks": "checks:app",
    "models": "models:app",
    "index": "index:app",
    "keys": "keys:app",
    "init": "folder:init",
    "doctor": "doctor:doctor",
}
"""Where each command is written, in the order of the help."""


class Root(LaterGroup):
    """The tree's root."""

    places = PLACES


app = Commands(name="aigc-guard", cls=Root)


def _version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit


def _work_in(project: Path | None) -> None:
    work_in(project)


@app.callback()
def start(
    # Eager, so that help and mistakes after it are told in that project's language.
    _project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            "-C",
            callback=_work_in,
            is_eager=True,
            help="work in this project folder",
        ),
    ] = None,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """A governed pipeline for AI-written content: measure, decide by policy, release."""
