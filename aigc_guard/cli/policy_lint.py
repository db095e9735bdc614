"""``aigc-guard policy lint``: every mistake in policy files, with its place and its mend."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from aigc_guard.cli.console import (
    POLICY_INVALID,
    language,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.errors import PolicyError
from aigc_guard.i18n import spoken


class LintFormat(StrEnum):
    """How mistakes are written to stdout."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="files or folders; default: the project's policies")
    ] = None,
    format: Annotated[
        LintFormat,
        typer.Option("--format", help="text, json, or github and sarif for build servers"),
    ] = LintFormat.TEXT,
) -> None:
    """Read policy files and name every mistake with its place and its mend."""
    from aigc_guard.policy import lint as find_mistakes

    places = paths or [project_config().policies]
    errors = find_mistakes(places)
    _print(errors, format)
    if errors:
        remark(tell("Mistakes found: {count}.", count=len(errors)))
        raise typer.Exit(POLICY_INVALID)
    remark(tell("The policies are sound."))


def _print(errors: Sequence[PolicyError], format: LintFormat) -> None:
    if format is LintFormat.JSON:
        say_json({"errors": [_as_json(error) for error in errors]})
    elif format is LintFormat.TEXT:
        for error in errors:
            say(_told(error))
    else:
        from aigc_guard.cli.policy_formats import github, problem_of, sarif

        problems = [problem_of(error, language()) for error in errors]
        if format is LintFormat.SARIF:
            say_json(sarif(problems))
        elif problems:
            say(github(problems))


def _told(error: PolicyError) -> str:
    """The mistake as ``str(error)`` has it, in the configured language."""
    lines = [f"{error.location}: {spoken(error.message, language())}"]
    if error.quoted:
        lines.append(f"    {error.quoted}")
    if error.hint:
        lines.append(tell("  mend: {hint}", hint=spoken(error.hint, language())))
    return "\n".join(lines)


def _as_json(error: PolicyError) -> dict[str, object]:
    return {
        "path": error.path,
        "line": error.line,
        "column": error.column,
        "message": error.message,
        "quoted": error.quoted,
        "mend": error.hint,
    }
