"""``aigc-guard run``, ``release`` and ``report``: briefs in, releases and a report out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from aigc_guard.cli.console import (
    CHECK_FAILED,
    HELD,
    RELEASABLE,
    Format,
    FormatOption,
    language,
    progress,
    project_config,
    remark,
    say,
    say_json,
    say_table,
    tell,
)
from aigc_guard.errors import ConfigError, said
from aigc_guard.i18n import pick
from aigc_guard.records import Outcome

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project


def run(
    briefs: Annotated[
        list[Path] | None, typer.Argument(help="brief files or folders; default: the project's")
    ] = None,
    policies: Annotated[Path | None, typer.Option(help="folder of the policy files")] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder for outbox/, reports/ and quarantine/")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the writers", min=0)] = None,
    look: Annotated[
        bool, typer.Option("--look", help="only say what is wrong with the briefs")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Write, measure, decide and release a batch; ends in a report."""
    from aigc_guard.pipeline.produce import produce

    project = _project(policies, out)
    config = project.config
    if look:
        _look(project, tuple(briefs) if briefs else config.briefs, seed, format)
    with progress() as observe:
        produced = produce(
            project,
            tuple(briefs) if briefs else config.briefs,
            seed=config.seed if seed is None else seed,
            progress=observe,
        )
    data = json.loads(produced.json.read_text(encoding="utf-8"))
    if format is Format.JSON:
        say_json({**data, "report": str(produced.html)})
    else:
        say_outcomes(data)
        say(tell("Report: {path}", path=produced.html))
        remark_waiting(data, produced.html.parent)
    raise typer.Exit(_code(data, unverified=produced.report.unverified))


def _look(project: Project, briefs: tuple[Path, ...], seed: int | None, format: Format) -> NoReturn:
    """Say what a run would take and what not; ends with 1 when rows would be turned away."""
    from aigc_guard.pipeline.looking import look
    from aigc_guard.records import dump

    found = look(project, briefs, seed=project.config.seed if seed is None else seed)
    if format is Format.JSON:
        say_json(dump(found))
    else:
        for one in found.quarantined:
            place = f"{one.file}:{one.row}" + (f" {one.column}" if one.column else "")
            say(f"{place}: {pick(one.problem, language())} {pick(one.mend, language())}")
        say(
            tell(
                "Briefs that can be used: {count}; problems found: {problems}.",
                count=found.briefs,
                problems=len(found.quarantined),
            )
        )
    raise typer.Exit(HELD if found.quarantined else RELEASABLE)


def report(
    run_id: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="a run's id; default: the latest")
    ] = None,
    copy: Annotated[
        Path | None, typer.Option(metavar="DIR", help="copy the report there, to mail or host it")
    ] = None,
    docs: Annotated[
        bool, typer.Option("--docs", help="with --copy: take the Data Docs along")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show a run's outcomes again, and where its report lies."""
    path = _find_report(project_config().reports, run_id)
    if copy is not None:
        from aigc_guard.audit.copying import copy_report

        path = copy_report(path.parent, copy, docs=docs).with_name("report.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    if format is Format.JSON:
        say_json(data)
        return
    say(tell("Run {run}, {at}", run=data["run"], at=data["finished_at"]))
    say_outcomes(data)
    say(tell("Report: {path}", path=path.with_name("report.html")))


def _project(policies: Path | None, out: Path | None) -> Project:
    from aigc_guard.pipeline.project import open_project

    config = project_config()
    if policies is not None:
        config = config.with_policies(policies)
    if out is not None:
        config = config.with_output(out)
    return open_project(config)


def _find_report(folder: Path, run_id: str | None) -> Path:
    found = [path for path in folder.glob("*/report.json") if path.parent.name != "sample"]
    if run_id is not None:
        found = [path for path in found if path.parent.name == run_id]
    if not found:
        raise ConfigError(
            said("there is no report of run {run_id} in {folder}", run_id=run_id, folder=folder)
            if run_id
            else said("there is no report in {folder}", folder=folder),
            hint=said("make one: aigc-guard run"),
        )
    return max(found, key=lambda path: path.stat().st_mtime)


def say_outcomes(data: dict[str, Any]) -> None:
    """The outcome table: kinds down, outcomes across."""
    names = [outcome.value for outcome in Outcome]
    kinds: dict[str, dict[str, int]] = {}
    for draft in data["drafts"]:
        row = kinds.setdefault(draft["kind"], dict.fromkeys(names, 0))
        row[draft["outcome"]] += 1
    headers = (tell("Kind"), tell("Release"), tell("Redact"), tell("Review"), tell("Block"))
    rows = [(kind, *(row[name] for name in names)) for kind, row in sorted(kinds.items())]
    total = (tell("Together"), *(data["outcomes"][name] for name in names))
    say_table(headers, [*rows, total])


def remark_waiting(data: dict[str, Any], folder: Path | None = None) -> None:
    """What a person has to do next, on stderr; ``folder`` is where the report lies."""
    again = sum(draft["state"] == "already released" for draft in data["drafts"])
    if again:
        remark(tell("Already released before: {count}.", count=again))
    if data["outcomes"]["review"]:
        remark(tell("Drafts wait for a person: aigc-guard review list"))
    held = [pick(draft["held"], language()) for draft in data["drafts"] if draft.get("held")]
    for why in dict.fromkeys(held):
        remark(tell("Could not be released: {why}", why=why))
    if data["quarantined"]:
        remark(
            tell(
                "Problems found in brief rows: {count}; mend them in {path} and send it again.",
                count=len(data["quarantined"]),
                path=os.path.relpath((folder or Path()) / data["quarantine_file"]),
            )
        )


def _code(data: dict[str, Any], *, unverified: bool) -> int:
    """A redacted release is a release; rows in quarantine are held back."""
    if unverified:
        return CHECK_FAILED
    held = data["outcomes"]["review"] + data["outcomes"]["block"]
    held += sum(bool(draft.get("held")) for draft in data["drafts"])
    return HELD if held or data["quarantined"] else RELEASABLE
