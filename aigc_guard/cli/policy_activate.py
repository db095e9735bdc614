"""``aigc-guard policy activate`` and ``history``: which content two people answered for."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

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

if TYPE_CHECKING:
    from aigc_guard.pipeline.activation import Activation
    from aigc_guard.pipeline.project import Project


def activate(
    policy: Annotated[
        str, typer.Argument(help="a file in the project's policies, or a policy's name")
    ],
    by: Annotated[str, typer.Option("--by", help="who wrote it and answers for it")],
    approver: Annotated[str, typer.Option("--approver", help="who allows it; somebody else")],
) -> None:
    """Record that a policy is switched on; refused while it has mistakes or its tests fail."""
    from aigc_guard.pipeline.activation import activate as switch_on
    from aigc_guard.pipeline.project import open_project

    project = open_project(project_config())
    made = switch_on(project, policy, by=by, approver=approver)
    say(f"{made.policy}  {made.version}  {made.digest}  {made.at}")
    remark(tell("Rules that need a model were not tried: aigc-guard policy test"))


def history(
    policy: Annotated[str, typer.Argument(help="a policy's name; left out: all")] = "",
    format: FormatOption = Format.TEXT,
) -> None:
    """List the activations, oldest first, and name the policies that lack one."""
    from aigc_guard.pipeline.activation import history as activations
    from aigc_guard.pipeline.project import open_project

    project = open_project(project_config())
    found = activations(project, policy)
    active = {one.digest for one in found}
    missing = [
        one.name
        for one in project.policies
        if one.digest not in active and policy in ("", one.name)
    ]
    if format is Format.JSON:
        say_json({"activations": [asdict(one) for one in found], "not_activated": missing})
        return
    if found:
        names = _names(project)
        headers = (
            tell("Policy"),
            tell("Version"),
            tell("Digest"),
            tell("At"),
            tell("Author"),
            tell("Approver"),
            "",
        )
        say_table(headers, [_row(one, names) for one in found])
    for name in missing:
        remark(tell("The policy {policy} was never activated as it is now.", policy=name))


def _row(one: Activation, names: dict[str, str]) -> tuple[str, ...]:
    return (
        one.policy,
        one.version,
        one.digest[:12],
        one.at,
        names.get(one.author, one.author),
        names.get(one.approver, one.approver),
        tell("in force") if one.in_force else "",
    )


def _names(project: Project) -> dict[str, str]:
    """Who is behind an id, for the people that the project's own settings name."""
    people = {name for names in project.config.people.values() for name in names}
    return {project.store.actor_id(name): name for name in people}
