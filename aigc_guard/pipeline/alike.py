"""One decision for several drafts: only for those that wait for the very same reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.errors import ReviewError, said
from aigc_guard.pipeline.desk import approve_as, reject_as
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Decision, Review
from aigc_guard.store import Account, Item, QueueFilter

MOST_TOGETHER = 25
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody decides about several drafts at once."""

    action: Literal["approve", "reject"]
    reason: str
    rule: str = ""


def held_alike(project: Project, who: Account, draft_id: str) -> list[Item]:
    """The draft's item and others that wait for equal reasons under the same policy, oldest first.

    Equal means the same rules and labels, and everything read to its end. What is on somebody
    else's desk is left out. At most ``MOST_TOGETHER``.
    """
    refuse_without(who, Permission.REVIEW)
    store = project.store
    decision, own = store.latest_decision(draft_id), store.item_of(draft_id)
    if decision is None or own is None or own.draft_id != draft_id or not decision.reasons:
        raise ReviewError(
            said("draft {draft_id} is not waiting for anybody", draft_id=draft_id),
            hint=said("look at it again"),
        )
    which = QueueFilter(kind=own.kind, language=own.language, rule=decision.reasons[0].rule)
    near = store.waiting(which, limit=_LOOKED_AT)
    decisions = store.latest_decisions([one.draft_id for one in near])
    leases = store.leases_of([one.work_id for one in near], now=project.clock())
    alike = [
        one
        for one in near
        if not one.unverified
        and _why(decisions[one.draft_id]) == _why(decision)
        and (one.work_id not in leases or leases[one.work_id].account_id == who.account_id)
    ]
    first = [one for one in alike if one.draft_id == draft_id]
    return (first + [one for one in alike if one.draft_id != draft_id])[:MOST_TOGETHER]


def decide_alike(
    project: Project, who: Account, draft_id: str, judgement: Judgement, *, seen: Sequence[Item]
) -> list[Review]:
    """Decide about the ``seen`` drafts, all or none; each gets a review of its own.

    Raises ReviewError when one is no longer held for the reasons of ``draft_id``, or has changed
    since it was shown.
    """
    refuse_without(who, Permission.REVIEW)
    if not 1 <= len(seen) <= MOST_TOGETHER:
        raise ReviewError(
            said("1 to {count} drafts are decided together", count=MOST_TOGETHER),
            hint=said("choose them on the preview"),
        )
    with project.store.transaction():
        alike = {one.draft_id for one in held_alike(project, who, draft_id)}
        for item in seen:
            if item.draft_id not in alike:
                raise ReviewError(
                    said(
                        "draft {draft_id} is not held for the same reasons", draft_id=item.draft_id
                    ),
                    hint=said("look at the preview again"),
                )
        return [_decide(project, who, item, judgement) for item in seen]


def _decide(project: Project, who: Account, item: Item, judgement: Judgement) -> Review:
    if judgement.action == "approve":
        return approve_as(project, who, item.draft_id, judgement.reason, seen=item)
    return reject_as(project, who, item.draft_id, judgement.reason, rule=judgement.rule, seen=item)


def _why(decision: Decision) -> tuple[str, frozenset[tuple[str, str]]]:
    reasons = frozenset((one.rule, one.label) for one in decision.reasons)
    return decision.policy_digest, reasons
