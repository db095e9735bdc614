"""``aigc-guard models``: what may write and measure, and whether it is what the lock says."""

from __future__ import annotations

from typing import Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    HELD,
    Format,
    FormatOption,
    language,
    project_config,
    remark,
    say,
    say_json,
    say_table,
    tell,
)
from aigc_guard.models import ModelEntry, ModelStore, add_entry, render_card

app = Commands()


def _store() -> ModelStore:
    return ModelStore(project_config().models)


@app.command("list")
def list_models(format: FormatOption = Format.TEXT) -> None:
    """List the models of models.lock."""
    store = _store()
    if format is Format.JSON:
        say_json({"models": list(store.facts().values())})
        return
    headers = (tell("Name"), tell("Role"), tell("Languages"), tell("Licence"), tell("Digest"))
    say_table(headers, [_row(entry) for entry in store.entries.values()])
    if not store.entries:
        remark(tell("No model is listed yet: aigc-guard models add DIR"))


def _row(entry: ModelEntry) -> tuple[str, ...]:
    digest = entry.digest[:16] or tell("remote, not verifiable")
    return (entry.name, entry.role, ",".join(entry.languages) or "-", entry.licence, digest)


@app.command()
def verify(format: FormatOption = Format.TEXT) -> None:
    """Compare every file with the digest the lock names; exit 1 when one differs."""
    verdicts = _store().verify()
    if format is Format.JSON:
        rows = [
            {
                "name": verdict.entry.name,
                "ok": verdict.ok,
                "remote": verdict.entry.remote,
                "problem": verdict.problem,
                "mend": verdict.mend,
            }
            for verdict in verdicts
        ]
        say_json({"models": rows})
    for verdict in verdicts if format is Format.TEXT else ():
        if verdict.entry.remote:
            state = tell("remote, not verifiable")
            say(f"{verdict.entry.name}: {state}")
        elif verdict.ok:
            state = tell("as locked")
            say(f"{verdict.entry.name}: {state}")
        else:
            say(f"{verdict.entry.name}: {verdict.problem}")
            say(tell("  mend: {hint}", hint=verdict.mend))
    if not all(verdict.ok for verdict in verdicts):
        raise typer.Exit(HELD)


@app.command()
def card(name: Annotated[str, typer.Argument(help="a name from `models list`")]) -> None:
    """Print a model's card in Markdown."""
    say(render_card(_store().entry(name), language()))


@app.command()
def add(
    place: Annotated[str, typer.Argument(metavar="DIR|URL", help="a model folder or a server")],
    name: Annotated[str, typer.Option(help="default: the folder's name")] = "",
    role: Annotated[str, typer.Option(help="writer, guard or index; default: by its name")] = "",
    licence: Annotated[str, typer.Option(help="SPDX identifier, or 'unknown'")] = "",
    trained_on: Annotated[
        list[str] | None, typer.Option(help="'name | licence | sha256', repeatable")
    ] = None,
    approved_for: Annotated[
        list[str] | None, typer.Option(help="content kind it may write, repeatable")
    ] = None,
    languages: Annotated[list[str] | None, typer.Option("--language", help="en, zh")] = None,
    source: Annotated[str, typer.Option(help="where it came from")] = "",
    revision: Annotated[str, typer.Option(help="its revision there")] = "",
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="pin pickled weights as they are")
    ] = False,
) -> None:
    """Write the lock entry of a model; the folder's model_card.json answers what options don't."""
    entry = add_entry(
        project_config().models,
        place,
        options={
            "name": name,
            "role": role,
            "licence": licence,
            "trained_on": trained_on,
            "approved_for": approved_for,
            "languages": languages,
            "source": source,
            "revision": revision,
        },
        allow_pickle=allow_pickle,
    )
    say(f"{entry.name} {entry.digest or tell('remote, not verifiable')}")
    if entry.remote:
        remark(tell("Name the server's host under allowed_hosts in aigc_guard.toml to use it."))
    for path in _unusual(entry):
        remark(tell("Pinned as it is: {file} is a pickle, loading it can run code.", file=path))


def _unusual(entry: ModelEntry) -> list[str]:
    from aigc_guard.models.files import is_pickle

    return [name for name in entry.files if is_pickle(name)]


@app.callback()
def models() -> None:
    """Models named by digest."""
