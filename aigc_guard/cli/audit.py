"""``aigc-guard audit``: the log read again, signed, proved from, erased behind, and packed up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    HELD,
    Format,
    FormatOption,
    language,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.cli.release import ByOption, ReasonOption, actor_here, open_here
from aigc_guard.errors import ConfigError, said
from aigc_guard.i18n import spoken

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project

app = Commands()

OutOption = Annotated[Path | None, typer.Option(help="the file to write; default: the terminal")]


@app.callback()
def audit() -> None:
    """The log of everything that happened, and its proofs."""


@app.command()
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="a checkpoint kept elsewhere; may be repeated")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Read the whole log again and compare it with everything that was signed.

    Ends with 1 when something is wrong, and names the first bad entry.
    """
    from aigc_guard.pipeline.proofs import verify_log

    notes = tuple(read_text(path) for path in checkpoint or ())
    state = verify_log(open_here(), notes=notes)
    told = [spoken(one.message, language()) for one in state.problems]
    if format is Format.JSON:
        problems = [
            {"entry": one.entry, "problem": text}
            for one, text in zip(state.problems, told, strict=True)
        ]
        say_json(
            {
                "ok": state.ok,
                "entries": state.size,
                "checkpoints": state.checkpoints,
                "problems": problems,
            }
        )
    else:
        for text in told:
            say(f"✕ {text}")
        if state.ok:
            say(
                tell(
                    "✓ {size} entries, {count} signed checkpoints: nothing was changed.",
                    size=state.size,
                    count=state.checkpoints,
                )
            )
    if not state.ok:
        raise typer.Exit(HELD)


@app.command()
def checkpoint(out: OutOption = None) -> None:
    """Sign the log as it stands and copy the checkpoint; a run does it when it ends."""
    from aigc_guard.pipeline.proofs import seal

    made = seal(open_here())
    _write(made.sealed.note, out)
    for folder in made.sealed.unreached:
        remark(tell("No copy could be written to {path}.", path=folder))
    if made.sealed.unreached:
        raise typer.Exit(HELD)


@app.command()
def prove(
    release_id: Annotated[
        str | None, typer.Argument(metavar="[RELEASE]", help="the release's id")
    ] = None,
    old: Annotated[
        Path | None, typer.Option("--from", help="a checkpoint from which the log must have grown")
    ] = None,
    out: OutOption = None,
) -> None:
    """Prove a release's place in the log, or that the log only grew since a checkpoint."""
    from aigc_guard.pipeline.proofs import consistency_from, proof_of

    if (release_id is None) == (old is None):
        raise ConfigError(
            said("name either a release or a checkpoint"),
            hint=said("aigc-guard audit prove RELEASE, or aigc-guard audit prove --from FILE"),
        )
    project = open_here()
    if release_id is not None:
        data = proof_of(project, release_id).to_bytes()
    else:
        assert old is not None
        data = consistency_from(project, read_text(old)).to_bytes()
    _write(data.decode(), out)


@app.command()
def export(
    out: OutOption = None,
    after: Annotated[int, typer.Option(help="only entries after this number", min=0)] = 0,
) -> None:
    """Write the log's entries, one a line, each exactly the bytes that its leaf hashes."""
    from aigc_guard.proof.entries import entry_bytes

    rows = open_here().store.log_rows(after=after)
    lines = (entry_bytes(**row).decode() for row in rows)
    if out is None:
        for line in lines:
            say(line)
        return
    with out.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    say(str(out))


@app.command()
def erase(
    draft: Annotated[str, typer.Argument(help="a draft's id, or the beginning of one")],
    reason: ReasonOption,
    by: ByOption = "",
) -> None:
    """Erase all that is kept of a draft's order: texts, ledger, comments, brief, released files.

    The log holds digests only and stays valid. Reports and backups are yours to clear.
    """
    from aigc_guard.pipeline.taking_back import erase as erase_payload

    project = open_here()
    draft_id = project.store.find_draft(draft)
    done = erase_payload(project, draft_id, reason=reason, actor=actor_here(project, by))
    for one in done.payload.drafts:
        say(one)
    remark(tell("Erased: {count} versions of one order.", count=len(done.payload.drafts)))


@app.command()
def pack(
    since: Annotated[str, typer.Option("--from", help="first day, as 2026-01-31")],
    until: Annotated[str, typer.Option("--to", help="last day, included")],
    out: Annotated[Path, typer.Option(help="the zip file to write")],
) -> None:
    """Pack the evidence of a time for an auditor, with a guide that does without us."""
    from aigc_guard.pipeline.packing import Period, write_pack

    project: Project = open_here()
    made = write_pack(project, Period.of(since, until), out)
    say(str(out))
    remark(tell("Packed: {count} statements.", count=made.statements))


def read_text(path: Path) -> str:
    """A small text file the person named. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            said("{path}: can't be read", path=path),
            hint=said("check the path and its permissions"),
        ) from None


def _write(text: str, out: Path | None) -> None:
    if out is None:
        say(text.rstrip("\n"))
        return
    out.write_text(text, encoding="utf-8")
    say(str(out))
