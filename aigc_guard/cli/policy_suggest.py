"""``aigc-guard policy suggest``: a limit from reviewers' decisions, and what every other costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from aigc_guard.cli.console import (
    Format,
    FormatOption,
    project_config,
    say,
    say_json,
    say_table,
    tell,
)

if TYPE_CHECKING:
    from aigc_guard.policy.suggest import Curve, Point


def suggest(
    rule: Annotated[str, typer.Argument(help="a rule's id")],
    policy: Annotated[str, typer.Option(help="the policy, where several have the rule")] = "",
    format: FormatOption = Format.TEXT,
) -> None:
    """Propose a rule's limit from what reviewers approved and rejected; nothing is changed."""
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.pipeline.suggest import suggest as propose

    found = propose(open_project(project_config()), rule, policy)
    if format is Format.JSON:
        say_json(asdict(found))
        return
    for curve in found.curves:
        _say(f"{found.policy}/{found.rule}", curve)


def _say(name: str, curve: Curve) -> None:
    say(
        tell(
            "{rule}: limit {limit}; of the drafts it held, people approved {approved} and "
            "rejected {rejected}.",
            rule=f"{name} ({curve.label})" if curve.label else name,
            limit=f"{curve.current:g}",
            approved=curve.approved,
            rejected=curve.rejected,
        )
    )
    if curve.approved or curve.rejected:
        headers = (tell("Limit"), tell("Approved, yet held"), tell("Rejected, yet passed"), "")
        say_table(headers, [_row(point, curve) for point in curve.points])
    say(_proposal(curve))


def _row(point: Point, curve: Curve) -> tuple[object, ...]:
    note = tell("now") if point.limit == curve.current else ""
    return (f"{point.limit:g}", point.approved_held, point.rejected_passed, note)


def _proposal(curve: Curve) -> str:
    from aigc_guard.policy.suggest import LEAST_APPROVED, LEAST_REJECTED

    proposed = curve.proposed
    if proposed is None:
        return tell(
            "Too few decisions for a proposal: it takes {approved} approved and {rejected} "
            "rejected drafts.",
            approved=LEAST_APPROVED,
            rejected=LEAST_REJECTED,
        )
    if (proposed.approved_held, proposed.rejected_passed) == (
        curve.now.approved_held,
        curve.now.rejected_passed,
    ):
        return tell("Proposal: leave it as it is.")
    if proposed.limit < curve.current:
        return tell(
            "Proposal: {limit}. It holds {caught} rejected drafts that pass now, and {more} more "
            "of those that people approved.",
            limit=f"{proposed.limit:g}",
            caught=curve.now.rejected_passed,
            more=proposed.approved_held - curve.now.approved_held,
        )
    return tell(
        "Proposal: {limit}. It spares people {spared} approved drafts and lets none of the "
        "rejected pass; of such drafts at most {share} may pass it, with 95 % confidence.",
        limit=f"{proposed.limit:g}",
        spared=curve.now.approved_held - proposed.approved_held,
        share=f"{curve.miss_rate:.0%}",
    )
