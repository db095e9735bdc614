"""``aigc-guard store``: copies of the whole record, and a record made of a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import HELD, project_config, remark, say, tell

app = Commands()


@app.callback()
def store() -> None:
    """Copies of the whole record, and a record made of a copy."""


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="the copy's file; it must not exist")],
) -> None:
    """Copy the store while it is used; the keys are not in the copy."""
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.store.backup import back_up

    project = open_project(project_config())
    size = back_up(project.store, file)
    say(f"{file}  {size}")
    remark(tell("Keep the folder {folder} with it, apart from it.", folder=project.config.keys))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="the copy")]) -> None:
    """Make the store of a copy and check it; refuses where a store is already."""
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.store.backup import restore as make

    config = project_config()
    make(config.store_url, file).close()
    found = open_project(config).store.problems()
    for problem in found:
        say(problem)
    remark(tell("The store is back; problems found: {count}.", count=len(found)))
    if found:
        raise typer.Exit(HELD)
