"""``aigc-guard api-keys``: keys with which other systems use the console's API."""

from __future__ import annotations

from typing import Annotated

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    Format,
    FormatOption,
    project_config,
    remark,
    say,
    say_json,
    say_table,
    tell,
)
from aigc_guard.errors import ReviewError, said

app = Commands()


@app.callback()
def api_keys() -> None:
    """Keys with which other systems use the console's API."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the system that will use it")],
    account: Annotated[str, typer.Option("--for", help="the account whose rights it has")],
    scope: Annotated[
        list[str] | None, typer.Option(help="check, read or export; repeatable")
    ] = None,
    per_minute: Annotated[int, typer.Option(help="calls a minute", min=1)] = 60,
) -> None:
    """Make a key; it is shown once, on standard output."""
    from aigc_guard.accounts.keys import add_key
    from aigc_guard.accounts.people import fold_login
    from aigc_guard.pipeline.project import open_project

    project = open_project(project_config())
    owner = project.store.account_by_login(fold_login(account))
    if owner is None:
        raise ReviewError(
            said("there is no account {name}", name=account),
            hint=said("aigc-guard accounts list shows them"),
        )
    made = add_key(
        project.store,
        owner,
        name,
        scopes=scope or ("check",),
        per_minute=per_minute,
        clock=project.clock,
    )
    remark(tell("Keep it now: it is not shown again."))
    say(made.token)


@app.command("list")
def list_keys(format: FormatOption = Format.TEXT) -> None:
    """List the keys, revoked ones too."""
    from aigc_guard.pipeline.project import open_project

    found = open_project(project_config()).store.keys()
    if format is Format.JSON:
        rows = [
            {
                "key": one.key_id,
                "name": one.name,
                "scopes": list(one.scopes),
                "per_minute": one.per_minute,
                "account": one.account_id,
                "created_at": one.created_at,
                "revoked_at": one.revoked_at,
            }
            for one in found
        ]
        say_json({"keys": rows})
        return
    headers = (tell("Key"), tell("Name"), tell("Scopes"), tell("Calls a minute"), "")
    say_table(
        headers,
        [
            (
                one.key_id,
                one.name,
                " ".join(one.scopes),
                one.per_minute,
                tell("revoked") if one.revoked_at else "",
            )
            for one in found
        ],
    )


@app.command()
def revoke(key: Annotated[str, typer.Argument(metavar="KEY", help="its id")]) -> None:
    """Make a key worthless for good."""
    from aigc_guard.accounts.keys import revoke_key
    from aigc_guard.pipeline.project import open_project

    project = open_project(project_config())
    found = project.store.key(key)
    if found is None:
        raise ReviewError(
            said("there is no key {name}", name=key),
            hint=said("aigc-guard api-keys list shows them"),
        )
    revoke_key(project.store, found, clock=project.clock)
    remark(tell("The key opens nothing any more."))
