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
    height,
    language,
    progress,
    project_config,
    remark,
    say,
    say_json,
    tell,
)
from aigc_guard.cli.policy_words import find
from aigc_guard.errors import ConfigError, said
from aigc_guard.i18n import spoken
from aigc_guard.records import dump

if TYPE_CHECKING:
    from aigc_guard.pipeline.project import Project
    from aigc_guard.pipeline.redecide import Redecided
    from aigc_guard.pipeline.replay import Move, Replay
    from aigc_guard.policy import Policy

_EXAMPLES = 5
OptionalPolicy = Annotated[
    str, typer.Argument(help="a policy file, or a project policy's name", show_default=False)
]


def replay(
    old: OptionalPolicy = "",
    new: OptionalPolicy = "",
    decision: Annotated[
        str,
        typer.Option(help="make the decisions about this draft again (its id, or its beginning)"),
    ] = "",
    since: Annotated[
        str, typer.Option(help="only drafts decided since then, e.g. 2026-10-01")
    ] = "",
    kind: Annotated[str, typer.Option(help="only drafts of this kind")] = "",
    measure: Annotated[
        bool,
        typer.Option("--measure", help="ask the models for what a rule needs and was never taken"),
    ] = False,
    fail_if_more_than: Annotated[
        int | None, typer.Option(min=0, help="exit with 1 when more drafts move")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Decide every stored draft under both policies, from what was measured; models stay idle."""
    if decision:
        _refuse(bool(old or new or since or kind or measure or fail_if_more_than is not None))
        _again(decision, format)
        return
    _refuse(not (old and new))
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.pipeline.replay import replay as run

    project, before, after = open_project(project_config()), find(old), find(new)
    if measure:
        _take(project, (before, after), since, kind)
    found = run(project, before, after, since=since, kind=kind)
    held = [move for move in found.moves if move.newly_held]
    out = [move for move in found.moves if move.newly_out]
    if format is Format.JSON:
        say_json(_as_json(found, held, out))
    else:
        _say(found, held, out)
    _remark_way(found)
    if fail_if_more_than is None:
        return
    if len(found.moves) > fail_if_more_than:
        remark(tell("More than {limit} drafts move.", limit=fail_if_more_than))
        raise typer.Exit(HELD)
    if found.left_out:
        remark(tell("Drafts without a measurement can't be vouched for."))
        raise typer.Exit(CHECK_FAILED)


def _take(project: Project, policies: Sequence[Policy], since: str, kind: str) -> None:
    """Measure what was never measured; how much that was is said beside the result."""
    from aigc_guard.pipeline.taking import take_missing

    with progress() as observe:
        taken = take_missing(
            project,
            policies,
            since=since,
            kind=kind,
            progress=lambda done, total: observe("measure", done, total),
        )
    remark(tell("Measurements taken: {count}.", count=taken))


def _remark_way(found: Replay) -> None:
    """Why it took long, where it did; what was found is the same either way."""
    if found.slow is not None:
        remark(spoken(found.slow, language()))
        remark(tell("pip install 'aigc-guard[intake]' makes this fast."))
    elif found.one_by_one:
        remark(tell("Drafts decided one by one: {count}.", count=found.one_by_one))


def _refuse(wrong: bool) -> None:
    if wrong:
        raise ConfigError(
            said("either two policies are compared, or one draft's decisions made again"),
            hint=said("policy replay OLD NEW, or policy replay --decision DRAFT"),
        )


def _again(draft: str, format: Format) -> None:
    """Exit code 0 when all come out as they were, 1 when one differs, 4 when one can't be made."""
    from aigc_guard.pipeline.project import open_project
    from aigc_guard.pipeline.redecide import redecide

    found = redecide(open_project(project_config()), draft)
    if format is Format.JSON:
        say_json({"decisions": [_redecided_json(one) for one in found]})
    else:
        for one in found:
            _say_redecided(one)
    if any(one.again is None for one in found):
        raise typer.Exit(CHECK_FAILED)
    if not all(one.is_same for one in found):
        raise typer.Exit(HELD)


def _redecided_json(one: Redecided) -> dict[str, Any]:
    return {
        "draft": one.stored.draft_id,
        "at": one.at,
        "policy": one.stored.policy,
        "policy_digest": one.stored.policy_digest,
        "outcome": one.stored.outcome.value,
        "same": one.is_same,
        "again": one.again.outcome.value if one.again else "",
        "missing": [dump(reason) for reason in one.missing],
        "added": [dump(reason) for reason in one.added],
        "causes": [str(cause) for cause in one.causes],
    }


def _say_redecided(one: Redecided) -> None:
    stored = one.stored
    if one.again is None:
        verdict = tell("can't be made again")
    else:
        verdict = tell("the same again") if one.is_same else tell("comes out otherwise")
    say(
        f"{one.at}  {stored.policy}  {stored.policy_digest[:12]}  {stored.outcome.value}: {verdict}"
    )
    for sign, reasons in (("-", one.missing), ("+", one.added)):
        for reason in reasons:
            place = f"{reason.start}-{reason.end}" if reason.end > reason.start else "-"
            about = f"{reason.check}/{reason.label} {height(reason, 4)}" if reason.check else ""
            say(f"  {sign} {reason.outcome.value}  {reason.rule}  {place}  {about}".rstrip())
    for cause in one.causes:
        say(f"  {spoken(cause, language())}")


def _as_json(found: Replay, held: Sequence[Move], out: Sequence[Move]) -> dict[str, Any]:
    from aigc_guard.pipeline.replay import shares

    return {
        "compared": found.compared,
        "left_out": found.left_out,
        "one_by_one": found.one_by_one,
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
    if found.unmeasured:
        say(tell("--measure asks the models for just that."))


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
