"""``aigc-guard release``: publish what was approved; take back what should not have gone out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    HELD,
    Format,
    FormatOption,
    print_error,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.errors import ReviewError, said

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project

app = Commands(invoke_without_command=True, no_args_is_help=False)

ReleaseArgument = Annotated[str, typer.Argument(metavar="ID", help="the release's id")]
ReasonOption = Annotated[str, typer.Option(help="why; it is kept here and never published")]
ByOption = Annotated[str, typer.Option("--by", help="who decides, where there are no accounts")]


@app.callback()
def release(context: typer.Context, format: FormatOption = Format.TEXT) -> None:
    """Publish every draft whose present bytes and policy are approved."""
    if context.invoked_subcommand is not None:
        return
    from aigc_guard.pipeline.approved import release_approved

    done = release_approved(open_here())
    if format is Format.JSON:
        released = [{"release": one.release_id, "draft": one.draft_id} for one in done.released]
        refused = [
            {"draft": one.draft_id, "problem": one.error.message, "mend": one.error.hint}
            for one in done.refused
        ]
        say_json({"released": released, "refused": refused})
    else:
        for item in done.released:
            say(f"{item.release_id}  {item.draft_id}")
    for one in done.refused:
        print_error(one.error)
    remark(tell("Released: {count}.", count=len(done.released)))
    if done.refused:
        raise typer.Exit(HELD)


@app.command()
def revoke(release_id: ReleaseArgument, reason: ReasonOption, by: ByOption = "") -> None:
    """Take a release back: from now on it verifies as revoked."""
    _take_back(release_id, reason, by)


@app.command()
def supersede(
    release_id: ReleaseArgument,
    successor: Annotated[str, typer.Option("--with", help="the release that takes its place")],
    reason: ReasonOption,
    by: ByOption = "",
) -> None:
    """Take a release back in favour of another one."""
    _take_back(release_id, reason, by, successor)


def open_here() -> Project:
    """The project of the folder the command works in."""
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config())


def actor_here(project: Project, by: str) -> str:
    """The opaque id of whoever takes something back; refuses those who may not."""
    from aigc_guard.accounts import Permission, refuse_without
    from aigc_guard.cli.signed_in import present_account

    who = present_account(project)
    if who is None:
        if not by.strip():
            raise ReviewError(said("nobody is named who decides this"), hint=said("add --by NAME"))
        return project.store.actor_id(by)
    if by:
        raise ReviewError(
            said("--by is for projects without accounts; you are signed in"),
            hint=said("leave it out"),
        )
    refuse_without(who, Permission.TAKE_BACK)
    return who.account_id


def _take_back(release_id: str, reason: str, by: str, successor: str = "") -> None:
    from aigc_guard.pipeline.taking_back import revoke as take_back

    project = open_here()
    made = take_back(
        project, release_id, reason=reason, actor=actor_here(project, by), successor=successor
    )
    say(f"{made.action}  {made.release_id}  {made.successor or '-'}  {made.at}")
    remark(
        tell(
            "Publish the list of revocations beside the releases: {path}",
            path=project.config.home_outbox / "revocations.jsonl",
        )
    )
