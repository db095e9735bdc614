"""``aigc-guard accounts``, ``login`` and ``logout``: who may work here, and who does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project
    from aigc_guard.store import Account

app = Commands()

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="the name to sign in with")]
RoleOption = Annotated[
    list[str] | None,
    typer.Option("--role", help="reader, editor, reviewer, lead, auditor or admin; repeatable"),
]
PolicyRoleOption = Annotated[
    list[str] | None,
    typer.Option("--policy-role", help="a role that policies name under approvals; repeatable"),
]


@app.callback()
def accounts() -> None:
    """Accounts of the people who review, edit, audit and administer."""


def _project() -> Project:
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config())


@app.command()
def add(
    name: NameArgument,
    role: RoleOption = None,
    policy_role: PolicyRoleOption = None,
    shown: Annotated[str, typer.Option("--name", help="the name colleagues see")] = "",
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from aigc_guard.accounts import add_account

    project = _project()
    made = add_account(
        project.store,
        name,
        roles=role or (),
        policy_roles=policy_role or (),
        password=_new_password(),
        name=shown,
        clock=project.clock,
    )
    say(f"{made.account_id}  {made.login}  {' '.join(made.roles)}")


@app.command("list")
def list_accounts(format: FormatOption = Format.TEXT) -> None:
    """List the accounts."""
    found = _project().store.accounts()
    if format is Format.JSON:
        say_json({"accounts": [_as_json(one) for one in found]})
        return
    headers = (tell("Account"), tell("Name"), tell("Roles"), tell("Roles of policies"), "")
    say_table(
        headers,
        [
            (
                one.account_id,
                one.login,
                " ".join(one.roles),
                " ".join(one.policy_roles) or "-",
                "" if one.active else tell("closed"),
            )
            for one in found
        ],
    )


@app.command()
def roles(
    name: NameArgument, role: RoleOption = None, policy_role: PolicyRoleOption = None
) -> None:
    """Give an account other roles, in place of those it has."""
    from aigc_guard.accounts import change_roles

    project = _project()
    made = change_roles(
        project.store,
        _account(project, name),
        roles=role or (),
        policy_roles=policy_role or (),
        clock=project.clock,
    )
    say(f"{made.account_id}  {made.login}  {' '.join(made.roles)}")


@app.command()
def password(name: NameArgument) -> None:
    """Give an account a new password and end its sessions."""
    from aigc_guard.accounts import set_password

    project = _project()
    set_password(project.store, _account(project, name), _new_password(), clock=project.clock)
    remark(tell("Its sessions are ended."))


@app.command()
def close(name: NameArgument) -> None:
    """Close an account and end its sessions; what it did stays as it is."""
    _set_active(name, active=False)


@app.command("open")
def reopen(name: NameArgument) -> None:
    """Open a closed account again."""
    _set_active(name, active=True)


def login(name: NameArgument) -> None:
    """Sign in at this command line: reviews are yours then, and count for four eyes."""
    from aigc_guard.accounts import sign_in
    from aigc_guard.cli.signed_in import keep_token

    project = _project()
    secret = _ask(tell("Password"))
    found = sign_in(project.store, name, secret, clock=project.clock, kind="cli")
    keep_token(project, found.token)
    remark(
        tell(
            "Signed in as {name} until {until}.",
            name=found.account.login,
            until=found.session.expires_at,
        )
    )


def logout() -> None:
    """Sign out at this command line."""
    from aigc_guard.accounts import find_session, sign_out
    from aigc_guard.cli.signed_in import keep_token, kept_token

    project = _project()
    found = find_session(project.store, kept_token(project), clock=project.clock)
    if found is not None:
        sign_out(project.store, found, clock=project.clock)
    keep_token(project, "")
    remark(tell("Signed out."))


def _set_active(name: str, *, active: bool) -> None:
    from aigc_guard.accounts import close_account

    project = _project()
    account = _account(project, name)
    made = close_account(project.store, account, active=active, clock=project.clock)
    say(f"{made.account_id}  {made.login}  {tell('open') if made.active else tell('closed')}")


def _account(project: Project, name: str) -> Account:
    from aigc_guard.accounts.people import fold_login

    found = project.store.account_by_login(fold_login(name))
    if found is None:
        raise ReviewError(
            said("there is no account {name}", name=name),
            hint=said("aigc-guard accounts list shows them"),
        )
    return found


def _new_password() -> str:
    first = _ask(tell("New password"))
    if sys.stdin.isatty() and _ask(tell("Once more")) != first:
        raise ReviewError(said("the passwords differ"), hint=said("try again"))
    return first


def _ask(question: str) -> str:
    """A secret from the person, unseen; a line of standard input where nobody sits there."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    return getpass.getpass(f"{question}: ")


def _as_json(account: Account) -> dict[str, object]:
    return {
        "account": account.account_id,
        "login": account.login,
        "name": account.name,
        "roles": list(account.roles),
        "policy_roles": list(account.policy_roles),
        "active": account.active,
    }
