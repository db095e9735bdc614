"""``aigc-guard review``: what waits for a person, and their decisions about exact bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aigc_guard.cli.commands import Commands
from aigc_guard.cli.console import (
    Format,
    FormatOption,
    height,
    language,
    project_config,
    remark,
    say,
    say_json,
    say_table,
    say_wording,
    tell,
)
from aigc_guard.errors import ReviewError, said
from aigc_guard.generators.notes import in_words
from aigc_guard.i18n import pick, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aigc_guard.audit.wordings import TrueWording
    from aigc_guard.pipeline.project import Project
    from aigc_guard.records import Review
    from aigc_guard.review import Case
    from aigc_guard.store import Item

app = Commands()

DraftArgument = Annotated[
    str, typer.Argument(metavar="DRAFT", help="a draft's id or its beginning")
]
ByOption = Annotated[str, typer.Option("--by", help="who decides, where there are no accounts")]
ReasonOption = Annotated[str, typer.Option("--reason", help="why")]
ShaOption = Annotated[
    str, typer.Option("--sha256", help="sha256 of the text you read (its beginning is enough)")
]


@app.callback()
def review() -> None:
    """Held drafts and decisions about them."""


def _project() -> Project:
    from aigc_guard.pipeline.project import open_project

    return open_project(project_config())


@app.command("list")
def list_waiting(
    kind: Annotated[str, typer.Option(help="only this content kind")] = "",
    format: FormatOption = Format.TEXT,
) -> None:
    """List the drafts that wait for a person, the oldest first."""
    from aigc_guard.review import queue

    items = queue(_project().store, kind=kind)
    if format is Format.JSON:
        say_json({"waiting": [_item_json(item) for item in items]})
        return
    headers = (tell("Draft"), tell("Brief"), tell("Kind"), tell("Since"), tell("Policy"), "")
    say_table(headers, [_item_row(item) for item in items])
    remark(tell("Waiting: {count}.", count=len(items)))


@app.command()
def show(
    draft: DraftArgument,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="show personal values, too; nothing is logged")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Show one draft: text with personal values masked, reasons, versions, reviews."""
    from aigc_guard.pipeline.wordings import wordings_in
    from aigc_guard.review import show as look

    project = _project()
    case = look(project.store, _full_id(project, draft))
    wordings = wordings_in(project, case.brief, case.reports, case.decision, masked=not reveal)
    if format is Format.JSON:
        needed = _still_needed(project, case.draft.draft_id)
        say_json({**_case_json(case, reveal, wordings), "needed": needed})
        return
    _say_case(case, reveal, wordings)
    if needs := _still_needed(project, case.draft.draft_id):
        say(tell("Approval: {needs}.", needs=needs))


@app.command()
def approve(
    draft: DraftArgument, reason: ReasonOption, by: ByOption = "", sha256: ShaOption = ""
) -> None:
    """Approve the bytes that wait under the policy that holds them; any change voids it."""
    from aigc_guard.cli.signed_in import present_account
    from aigc_guard.notify import announce_approval
    from aigc_guard.pipeline.approved import authority_in
    from aigc_guard.pipeline.desk import approve_as
    from aigc_guard.review import approve as decide

    project = _project()
    draft_id = _full_id(project, draft, sha256)
    who = present_account(project)
    if who is not None:
        _refuse_name(by)
        made = approve_as(project, who, draft_id, reason)
    else:
        authority = authority_in(project)
        made = decide(
            project.store, draft_id, by=by, reason=reason, clock=project.clock, authority=authority
        )
    _say_review(made)
    if needs := _still_needed(project, draft_id):
        remark(tell("It waits on: {needs}.", needs=needs))
        return
    if until := project.store.grace_of(draft_id):
        remark(tell("It can be undone until {until}: aigc-guard review undo", until=until))
    remark(tell("It is published by: aigc-guard release"))
    if api := os.environ.get("PREFECT_API_URL", ""):
        told = announce_approval(draft_id, made.at, project.config, api)
        if not told.ok:  # the scheduled release will find it all the same
            remark(f"{told.target}: {told.problem}")


@app.command()
def reject(
    draft: DraftArgument,
    reason: ReasonOption,
    by: ByOption = "",
    rule: Annotated[str, typer.Option(help="the rule it breaks")] = "",
    sha256: ShaOption = "",
) -> None:
    """Reject a held draft for good."""
    from aigc_guard.cli.signed_in import present_account
    from aigc_guard.pipeline.desk import reject_as
    from aigc_guard.review import reject as decide

    project = _project()
    draft_id = _full_id(project, draft, sha256)
    who = present_account(project)
    if who is not None:
        _refuse_name(by)
        made = reject_as(project, who, draft_id, reason, rule=rule)
    else:
        made = decide(project.store, draft_id, by=by, reason=reason, clock=project.clock, rule=rule)
    _say_review(made)


@app.command()
def undo(draft: DraftArgument) -> None:
    """Take your own approval back while it is not published; needs an account."""
    from aigc_guard.cli.signed_in import present_account
    from aigc_guard.pipeline.desk import undo_approval

    project = _project()
    who = present_account(project)
    if who is None:
        raise ReviewError(
            said("an approval under a mere name can't be undone"),
            hint=said("reject the draft instead"),
        )
    _say_review(undo_approval(project, who, _full_id(project, draft)))
    remark(tell("It waits for a person again."))


def _refuse_name(by: str) -> None:
    if by:
        raise ReviewError(
            said("--by is for projects without accounts; you are signed in"),
            hint=said("leave it out"),
        )


def _still_needed(project: Project, draft_id: str) -> str:
    """Whose approval is missing, in words; "" when nobody's, or when it can't be approved."""
    from aigc_guard.pipeline.approved import authority_in
    from aigc_guard.review import told
    from aigc_guard.store import State

    item = project.store.item_of(draft_id)
    decision = project.store.latest_decision(draft_id)
    if item is None or item.state is not State.WAITING or decision is None:
        return ""
    try:
        asked = authority_in(project)(decision)
    except ReviewError as error:  # the policy was changed since
        return spoken(error.message, language())
    unmet = asked.unmet(project.store.standing_approvals(draft_id))
    return spoken(told(unmet), language()) if unmet else ""


def _full_id(project: Project, beginning: str, sha256: str = "") -> str:
    """The waiting draft whose id begins so, else any draft of the store."""
    from aigc_guard.review import queue

    waiting = [item for item in queue(project.store) if item.draft_id.startswith(beginning)]
    one = len(waiting) == 1
    draft_id = waiting[0].draft_id if one else project.store.find_draft(beginning)
    if sha256:
        known = project.store.draft(draft_id)
        if known is None or not known.text_sha256.startswith(sha256):
            raise ReviewError(
                said("draft {draft_id} is not the text you read", draft_id=draft_id),
                hint=said("look at it again: aigc-guard review show {draft_id}", draft_id=draft_id),
            )
    return draft_id


def _say_review(made: Review) -> None:
    say(f"{made.action}  {made.draft_id}  sha256 {made.text_sha256}  {made.actor}  {made.at}")


def _item_row(item: Item) -> tuple[str, ...]:
    note = tell("unverified") if item.unverified else ""
    return (item.draft_id[:16], item.brief_id, item.kind, item.since, item.policy or "-", note)


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "draft": item.draft_id,
        "brief": item.brief_id,
        "kind": item.kind,
        "language": item.language,
        "channel": item.channel,
        "since": item.since,
        "policy": item.policy,
        "policy_digest": item.policy_digest,
        "text_sha256": item.text_sha256,
        "unverified": item.unverified,
    }


def _shown_text(case: Case, reveal: bool) -> str:
    """The text with personal values masked; nothing where nobody looked for them."""
    from aigc_guard.audit.passages import passages, visible

    if reveal:
        return visible(case.draft.text)
    pieces = passages(case.draft.text, case.reports, ())
    if pieces is None:
        return tell("The text is not shown: nobody could look for personal values in all of it.")
    return "".join(
        f"[{piece.label} · {piece.length}]" if piece.label else visible(piece.text)
        for piece in pieces
    )


def _case_json(case: Case, reveal: bool, wordings: Sequence[TrueWording]) -> dict[str, Any]:
    from aigc_guard.records import dump

    decision = case.decision
    return {
        "draft": case.draft.draft_id,
        "brief": case.brief.id,
        "kind": case.draft.kind,
        "text_sha256": case.draft.text_sha256,
        "text": _shown_text(case, reveal),
        "state": case.item.state.value if case.item else "",
        "faithful": case.draft.faithful,
        "notes": list(case.draft.notes),
        "outcome": decision.outcome.value if decision else "",
        "policy": decision.policy if decision else "",
        "policy_digest": decision.policy_digest if decision else "",
        "reasons": [dump(reason) for reason in decision.reasons] if decision else [],
        "true_wordings": [
            {"start": one.start, "end": one.end, **one.as_json()} for one in wordings
        ],
        "reviews": [dump(one) for one in case.reviews],
        "release": case.release.release_id if case.release else "",
    }


def _say_case(case: Case, reveal: bool, wordings: Sequence[TrueWording]) -> None:
    draft, decision = case.draft, case.decision
    state = case.item.state.value if case.item else "-"
    say(f"{draft.draft_id}  {case.brief.id}  {draft.kind}  {draft.language}  {state}")
    say(f"sha256 {draft.text_sha256}")
    say(f"\n{_shown_text(case, reveal)}\n")
    if not draft.faithful:
        faults = ", ".join(spoken(fault, language()) for fault in in_words(draft.notes))
        say(tell("Not faithful to its brief: {faults}.", faults=faults or "?"))
    for reason in decision.reasons if decision else ():
        place = f"{reason.start}-{reason.end}" if reason.end > reason.start else "-"
        about = f"{reason.check}/{reason.label} {height(reason)}" if reason.check else ""
        say(f"{reason.outcome.value}  {reason.rule}  {place}  {about}")
        say(f"    {pick(reason.message, language())}")
        say_wording(wordings, reason)
    for one in case.reviews:
        say(f"{one.at}  {one.action}  {one.actor}: {one.reason}")
