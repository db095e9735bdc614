"""``aigc-guard index``: what drafts must not copy, as hashes that answer in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import Format, FormatOption, say, say_json, tell

app = Commands()


@app.callback()
def index() -> None:
    """Indices of texts that drafts are compared with (the check originality)."""


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="a folder of .txt, .md, .html and .jsonl files")],
    out: Annotated[Path, typer.Option(help="the index file to write")],
    title: Annotated[str, typer.Option(help="what the texts are; default: the folder's name")] = "",
    licence: Annotated[str, typer.Option(help="licence of texts that name none")] = "",
) -> None:
    """Build an index of a folder's texts: hashes and positions, none of their words.

    A line of a .jsonl file is an object with text, and perhaps id and licence.
    """
    from aigc_guard.checks.originality.build import write_index
    from aigc_guard.checks.originality.folder import texts_in
    from aigc_guard.checks.originality.index import read_header

    about = {"title": title or folder.resolve().name, "licence": licence}
    write_index(texts_in(folder, licence=licence), out, about=about)
    header = read_header(out)
    say(
        tell(
            "{path}: {documents} texts, {tokens} tokens, {size} MB",
            path=out,
            documents=header["documents"],
            tokens=header["tokens"],
            size=f"{out.stat().st_size / 1e6:.1f}",
        )
    )
    say(tell("Name it in a rule, under with: index: {name}", name=out.name))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="an index file")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Show what an index was made of, and whether it is as it was made."""
    from aigc_guard.checks.originality.index import open_index

    opened = open_index(file)
    about, sound = dict(opened.header["about"]), opened.is_sound
    facts = {
        "texts": opened.header["documents"],
        "tokens": opened.header["tokens"],
        "digest": opened.digest,
        "sound": sound,
    }
    if format is Format.JSON:
        say_json({**facts, "about": about})
    else:
        for line in _lines(facts, about):
            say(line)
    if not sound:
        raise typer.Exit(1)


def _lines(facts: dict[str, Any], about: dict[str, Any]) -> Iterator[str]:
    if about.get("title"):
        yield tell("Title: {title}", title=about["title"])
    if about.get("licence"):
        yield tell("Licence: {licence}", licence=about["licence"])
    yield tell("Texts: {texts}, tokens: {tokens}", texts=facts["texts"], tokens=facts["tokens"])
    yield tell("Digest: {digest}", digest=facts["digest"])
    if facts["sound"]:
        yield tell("It is as it was made.")
    else:
        yield tell("It is spoilt: build it again.")
