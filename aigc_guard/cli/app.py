"""All commands in one tree; each group lies in its own file and imports what it needs when run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aigc_guard import __version__
from aigc_guard.cli import doctor, folder, judge, models, policy, produce, review
from aigc_guard.cli.console import say, work_in

app = typer.Typer(
    name="aigc-guard",
    help="A governed pipeline for AI-written content: measure, decide by policy, release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        say(__version__)
        raise typer.Exit


@app.callback()
def start(
    project: Annotated[
        Path | None, typer.Option("--project", "-C", help="work in this project folder")
    ] = None,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    """A governed pipeline for AI-written content: measure, decide by policy, release."""
    work_in(project)


app.command("run")(produce.run)
app.command("check")(judge.check)
app.command("measure")(judge.measure)
app.add_typer(review.app, name="review")
app.command("release")(produce.release)
app.command("report")(produce.report)
app.add_typer(policy.app, name="policy")
app.add_typer(models.app, name="models")
app.command("init")(folder.init)
app.command("doctor")(doctor.doctor)
