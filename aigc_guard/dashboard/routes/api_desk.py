"""The queue and its drafts as JSON: the same functions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.draft_actions import ACTIONS, act
from aigc_guard.dashboard.draft_view import DraftView, view_draft
from aigc_guard.dashboard.fields import Text, Whole
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.queue_view import Asked, Row, asked_of, queue_page
from aigc_guard.dashboard.visit import Here
from aigc_guard.pipeline.alike import Judgement, decide_alike, held_alike
from aigc_guard.pipeline.desk import claim_next
from aigc_guard.records import Reason, dump

gate = Gate(api=True)


class QueueRow(BaseModel):
    """A waiting draft; ``late`` is the share of the time it may wait that has passed."""

    draft_id: str
    brief_id: str
    kind: str
    channel: str
    language: str
    outcome: str
    rules: list[str]
    severity: str
    unverified: bool
    since: str
    late: float
    held_by: str


class QueueAnswer(BaseModel):
    """A page of the queue; ``after`` asks for the next one. ``count`` ends at a thousand."""

    rows: list[QueueRow]
    count: int
    after: str


class Filters(BaseModel):
    """Which drafts are meant; ``age`` is in hours, ``order`` may be ``riskiest``."""

    model_config = ConfigDict(extra="forbid")

    kind: Text = ""
    channel: Text = ""
    language: Text = ""
    rule: Text = ""
    age: Text = ""
    order: Text = ""

    def asked(self) -> Asked:
        """The same for the store."""
        return asked_of(self.model_dump())


class PagedFilters(Filters):
    """Filters and the place of the last row seen."""

    after: Text = ""


class DraftAnswer(BaseModel):
    """One draft. ``text`` is masked, and null where nobody looked for personal values in it.

    What a decision has to send back as seen: ``text_sha256 policy_digest decision_digest``.
    """

    draft_id: str
    brief_id: str
    kind: str
    channel: str
    language: str
    state: str
    outcome: str
    text: str | None
    text_sha256: str
    policy: str
    policy_digest: str
    decision_digest: str
    reasons: list[dict[str, Any]]
    noted: list[dict[str, Any]]
    asked: str
    held_by: str
    undo_until: str
    facts: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    versions: list[dict[str, str]]
    history: list[dict[str, str]]


class Deed(BaseModel):
    """What a person does; which fields count depends on the deed."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = ""
    rule: Text = ""
    text: Annotated[Whole, Field(max_length=4_000_000)] = ""
    text_sha256: Text = ""
    policy_digest: Text = ""
    decision_digest: Text = ""


class Done(BaseModel):
    """Which draft to look at now; an edit makes a new one."""

    draft_id: str


class Claimed(BaseModel):
    """The draft on the desk, or null when nothing is free."""

    draft_id: str | None


class Seen(BaseModel):
    """One of several drafts, as it was shown."""

    draft_id: Text
    text_sha256: Text
    policy_digest: Text
    decision_digest: Text


class Together(BaseModel):
    """One decision about several drafts that are held for equal reasons."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[str, Field(pattern="^(approve|reject)$")]
    reason: Text
    rule: Text = ""
    drafts: Annotated[list[Seen], Field(max_length=100)]


@gate.get("/api/v1/queue", Permission.SEE)
def queue(visit: Here, which: Annotated[PagedFilters, Query()]) -> QueueAnswer:
    """A page of what waits, oldest or riskiest first."""
    page = queue_page(visit, which.asked())
    return QueueAnswer(rows=[_row(one) for one in page.rows], count=page.count, after=page.after)


@gate.post("/api/v1/queue/claim", Permission.REVIEW)
def take_next(visit: Here, which: Filters) -> Claimed:
    """Put the next free draft on the own desk."""
    found = claim_next(visit.project, visit.account, which.asked().which(visit.now))
    return Claimed(draft_id=found.draft_id if found else None)


@gate.get("/api/v1/drafts/{draft_id}", Permission.SEE)
def draft(visit: Here, draft_id: str) -> DraftAnswer:
    """One draft with all that is known of it, personal values masked."""
    return _draft(view_draft(visit, draft_id))


@gate.get("/api/v1/drafts/{draft_id}/alike", Permission.REVIEW)
def alike(visit: Here, draft_id: str) -> list[Seen]:
    """The drafts that wait for equal reasons, as a decision about several has to name them."""
    view_draft(visit, draft_id)
    return [
        Seen(
            draft_id=one.draft_id,
            text_sha256=one.text_sha256,
            policy_digest=one.policy_digest,
            decision_digest=one.decision_digest,
        )
        for one in held_alike(visit.project, visit.account, draft_id)
    ]


@gate.post("/api/v1/drafts/{draft_id}/alike", Permission.REVIEW)
def decide_together(visit: Here, draft_id: str, deed: Together) -> list[Done]:
    """Decide about several drafts, all or none."""
    from aigc_guard.dashboard.draft_actions import seen_item

    view_draft(visit, draft_id)
    seen = [seen_item(visit, one.draft_id, one.model_dump()) for one in deed.drafts]
    made = decide_alike(
        visit.project,
        visit.account,
        draft_id,
        Judgement("approve" if deed.action == "approve" else "reject", deed.reason, deed.rule),
        seen=seen,
    )
    return [Done(draft_id=one.draft_id) for one in made]


def _done(name: str) -> Callable[..., Any]:
    def do(visit: Here, draft_id: str, deed: Deed) -> Done:
        fields = deed.model_dump()
        return Done(draft_id=act(visit, name, draft_id, fields))

    do.__name__ = f"{name}_draft"
    do.__doc__ = str(ACTIONS[name].done)
    return do


for _name, _action in ACTIONS.items():
    gate.post(f"/api/v1/drafts/{{draft_id}}/{_name}", _action.needs)(_done(_name))


def _row(row: Row) -> QueueRow:
    item = row.item
    return QueueRow(
        draft_id=item.draft_id,
        brief_id=item.brief_id,
        kind=item.kind,
        channel=item.channel,
        language=item.language,
        outcome=item.outcome.value,
        rules=list(row.rules),
        severity=row.severity,
        unverified=item.unverified,
        since=item.since,
        late=round(row.late, 4),
        held_by=row.held_by,
    )


def _reason(view: DraftView, reason: Reason) -> dict[str, Any]:
    true = view.wording(reason)
    return {**dump(reason), "true_wording": true.as_json() if true else None}


def _draft(view: DraftView) -> DraftAnswer:
    case, item = view.case, view.case.item
    decision = case.decision
    return DraftAnswer(
        draft_id=case.draft.draft_id,
        brief_id=case.draft.brief_id,
        kind=case.draft.kind,
        channel=case.draft.channel,
        language=case.draft.language,
        state=view.state,
        outcome=decision.outcome.value if decision else "",
        text=view.masked_text,
        text_sha256=case.draft.text_sha256,
        policy=decision.policy if decision else "",
        policy_digest=item.policy_digest if item else "",
        decision_digest=item.decision_digest if item else "",
        reasons=[_reason(view, one) for one in view.reasons],
        noted=[dump(one) for one in decision.noted] if decision else [],
        asked=view.visit.spoken(view.asked),
        held_by=view.names(view.lease.account_id) if view.lease else "",
        undo_until=view.undo_until,
        facts=[
            {"letter": one.letter, "name": one.name, "value": one.value, "said": one.said}
            for one in view.material
        ],
        scores=[dump(one) for one in view.scores],
        versions=[
            {"draft_id": one.draft.draft_id, "made_by": one.draft.made_by, "before": one.before}
            for one in view.versions
        ],
        history=[
            {"at": one.at, "kind": one.kind, "who": one.who, "note": one.note, "detail": one.detail}
            for one in view.history
        ],
    )
