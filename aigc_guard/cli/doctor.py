"""``aigc-guard doctor``: every setting, where it came from, and what is missing with its mend."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from aigc_guard.cli.console import (
    HELD,
    Format,
    FormatOption,
    language,
    project_config,
    say,
    say_json,
    say_table,
    tell,
)
from aigc_guard.cli.health import Finding, findings, versions
from aigc_guard.config import SETTINGS, Config
from aigc_guard.i18n import spoken

_PASSWORD = re.compile(r"(://[^:/@]*):[^@/]*@")


def doctor(
    format: FormatOption = Format.TEXT,
    quick: Annotated[bool, typer.Option("--quick", help="do not read the model files")] = False,
) -> None:
    """Show the configuration and its origins, and name what is missing with the exact mend."""
    config = project_config()
    found = findings(config, read_models=not quick)
    missing = [finding for finding in found if not finding.ok]
    if format is Format.JSON:
        say_json(
            {
                "project": str(config.root),
                "settings": [
                    {"name": name, "value": value, "from": origin}
                    for name, value, origin in settings(config)
                ],
                "findings": [
                    {"what": f.what, "ok": f.ok, "problem": f.problem, "mend": f.mend}
                    for f in found
                ],
                "versions": versions(),
            }
        )
    else:
        _say(config, found)
    if missing:
        raise typer.Exit(HELD)


def settings(config: Config) -> list[tuple[str, str, str]]:
    """Name, value and origin of every setting; passwords in URLs are left out."""
    rows: list[tuple[str, str, str]] = []
    for setting in SETTINGS:
        if setting.name == "writers":
            named = [
                (f"writers.{kind}.{language}", writer)
                for kind, by_language in sorted(config.writers.items())
                for language, writer in sorted(by_language.items())
            ]
        elif setting.name == "guards":
            named = [(f"guards.{key}", value) for key, value in sorted(config.guards.items())]
        elif setting.name == "people":
            named = [(f"people.{r}", ", ".join(who)) for r, who in sorted(config.people.items())]
        else:
            named = [(setting.name, _value(config, setting.name))]
        rows += [(name, value, config.origin(name)) for name, value in named]
    return rows


def _value(config: Config, name: str) -> str:
    held: object = config
    for part in ("store_url" if name == "store" else name).split("."):
        held = getattr(held, part)
    if isinstance(held, tuple):
        return ", ".join(str(item) for item in held) or "-"
    return _PASSWORD.sub(r"\1:***@", str(held)) if held not in (None, "") else "-"


def _say(config: Config, found: list[Finding]) -> None:
    say(tell("Project folder: {path}", path=config.root))
    say("")
    say_table((tell("Setting"), tell("Value"), tell("From")), settings(config))
    say("")
    installed = versions()
    say_table((tell("Package"), tell("Version")), list(installed.items()))
    say("")
    for finding in found:
        what, problem = spoken(finding.what, language()), spoken(finding.problem, language())
        say(f"{'✓' if finding.ok else '✕'} {what}{': ' if problem else ''}{problem}")
        if finding.mend and not finding.ok:
            say(tell("  mend: {hint}", hint=spoken(finding.mend, language())))
