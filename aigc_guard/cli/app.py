"""All commands in one tree; each group lies in its own file and imports what it needs when run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aigc_guard import __version__
from aigc_guard.cli import (
    accounts,
    api_keys,
    audit,
    checks,
    detect,
    doctor,
    folder,
    index,
    judge,
    keys,
    models,
    policy,
    produce,
    release,
    review,
    serve,
    store,
    verify,
)
from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import say, work_in

app = Commands(name="aigc-guard")


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


app.command("run")(produce.run)
app.command("check")(judge.check)
app.command("measure")(judge.measure)
app.add_typer(review.app, name="review")
app.add_typer(accounts.app, name="accounts")
app.add_typer(api_keys.app, name="api-keys")
app.command("login")(accounts.login)
app.command("logout")(accounts.logout)
app.command("serve")(serve.serve)
app.add_typer(release.app, name="release")
app.add_typer(audit.app, name="audit")
app.command("verify")(verify.verify)
app.command("detect")(detect.detect)
app.add_typer(store.app, name="store")
app.command("report")(produce.report)
app.add_typer(policy.app, name="policy")
app.add_typer(checks.app, name="checks")
app.add_typer(models.app, name="models")
app.add_typer(index.app, name="index")
app.add_typer(keys.app, name="keys")
app.command("init")(folder.init)
app.command("doctor")(doctor.doctor)
