"""``aigc-guard policy``: what editors need while they write rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aigc_guard.cli import policy_replay, policy_tests, policy_words
from aigc_guard.cli.console import (
    POLICY_INVALID,
    Format,
    FormatOption,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.errors import PolicyError

app = typer.Typer(no_args_is_help=True, help="Policy files.")


@app.callback()
def policy() -> None:
    """Policy files."""


@app.command()
def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files or folders; default: the project's policies")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Read policy files and name every mistake with its place and its mend."""
    from aigc_guard.policy import lint as find_mistakes

    places = paths or [project_config().policies]
    errors = find_mistakes(places)
    if format is Format.JSON:
        say_json({"errors": [_as_json(error) for error in errors]})
    for error in errors if format is Format.TEXT else ():
        say(str(error))
    if errors:
        remark(tell("Mistakes found: {count}.", count=len(errors)))
        raise typer.Exit(POLICY_INVALID)
    remark(tell("The policies are sound."))


app.command("test")(policy_tests.run_tests)
app.command("explain")(policy_words.explain)
app.command("show")(policy_words.show)
app.command("diff")(policy_words.diff)
app.command("replay")(policy_replay.replay)


def _as_json(error: PolicyError) -> dict[str, object]:
    return {
        "path": error.path,
        "line": error.line,
        "column": error.column,
        "message": error.message,
        "quoted": error.quoted,
        "mend": error.hint,
    }
