"""``aigc-guard policy replay``: what another policy would have made of the stored drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aigc_guard.cli.console import (
    CHECK_FAILED,
    HELD,
    Format,
    FormatOption,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.cli.policy_words import PolicyArgument, find

if TYPE_CHECKING:
    from aigc_guard.pipeline.replay import Move, Replay

_EXAMPLES = 5


def replay(
    old: PolicyArgument,
    new: PolicyArgument,
    since: Annotated[
        str, typer.Option(help="only drafts decided since then, e.g. 2026-10-01")
    ] = "",
    kind: Annotated[str, typer.Option(help="only drafts of this kind")] = "",
    fail_if_more_than: Annotated[
        int | None, typer.Option(min=0, help="exit with 1 when more drafts move")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Decide every stored draft under both policies, from what was measured; models stay idle."""
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.pipeline.replay import replay as run

    found = run(open_project(project_config()), find(old), find(new), since=since, kind=kind)
    held = [move for move in found.moves if move.newly_held]
    out = [move for move in found.moves if move.newly_out]
    if format is Format.JSON:
        say_json(_as_json(found, held, out))
    else:
        _say(found, held, out)
    if fail_if_more_than is None:
        return
    if len(found.moves) > fail_if_more_than:
        remark(tell("More than {limit} drafts move.", limit=fail_if_more_than))
        raise typer.Exit(HELD)
    if found.left_out:
        remark(tell("Drafts without a measurement can't be vouched for."))
        raise typer.Exit(CHECK_FAILED)


def _as_json(found: Replay, held: Sequence[Move], out: Sequence[Move]) -> dict[str, Any]:
    from aigc_guard.pipeline.replay import shares

    return {
        "compared": found.compared,
        "left_out": found.left_out,
        "unmeasured": dict(found.unmeasured),
        "newly_held": {"count": len(held), **shares(held)},
        "newly_out": {"count": len(out), **shares(out)},
        "moves": [
            {
                "draft_id": move.draft_id,
                "kind": move.kind,
                "channel": move.channel,
                "old": move.old.value,
                "new": move.new.value,
                "rules": list(move.rules),
            }
            for move in found.moves
        ],
    }


def _say(found: Replay, held: Sequence[Move], out: Sequence[Move]) -> None:
    say(
        tell(
            "Drafts compared: {compared}; with another outcome: {moved}.",
            compared=found.compared,
            moved=len(found.moves),
        )
    )
    for (old, new), count in sorted(Counter((m.old, m.new) for m in found.moves).items()):
        say(f"  {old.value} -> {new.value}: {count}")
    _say_moves(tell("Went out, would be held: {count}", count=len(held)), held)
    _say_moves(tell("Was held, would go out: {count}", count=len(out)), out)
    for rule, count in found.unmeasured.most_common():
        say(
            tell(
                "The rule {rule} was never measured for {count} drafts; they are not compared.",
                rule=rule,
                count=count,
            )
        )


def _say_moves(heading: str, moves: Sequence[Move]) -> None:
    from aigc_guard.pipeline.replay import shares

    if not moves:
        return
    say(heading)
    names = {"rules": tell("rules"), "kinds": tell("kinds"), "channels": tell("channels")}
    for key, counts in shares(moves).items():
        say(f"  {names[key]}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    examples = ", ".join(move.draft_id for move in moves[:_EXAMPLES])
    say("  " + tell("for example: {drafts}", drafts=examples))
