"""People's decisions about held drafts, bound to the exact bytes, policy and reasons they saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aigc_guard.audit.log import record_review
from aigc_guard.errors import GuardError, ReviewError
from aigc_guard.policy.labels import Labels
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Edit,
    Release,
    Review,
    digest_of,
)
from aigc_guard.release import publish
from aigc_guard.store import Item, State, Store

Clock = Callable[[], str]
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a reviewer needs about one draft: shown by its reader, never logged."""

    draft: Draft
    brief: Brief
    item: Item | None
    decision: Decision | None
    reports: tuple[CheckReport, ...]
    versions: tuple[Draft, ...]
    edits: tuple[Edit, ...]
    reviews: tuple[Review, ...]
    release: Release | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How an approved draft is published: its policy's labels and its channel's file form."""

    labels: Labels
    file_form: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An approved draft that could not be published, and why."""

    draft_id: str
    error: GuardError


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing all approved drafts."""

    released: tuple[Release, ...] = ()
    refused: tuple[Refused, ...] = ()


def queue(
    store: Store, *, kind: str = "", language: str = "", limit: int | None = None
) -> list[Item]:
    """What waits for a person, the oldest first."""
    return store.queue(state=State.WAITING, kind=kind, language=language, limit=limit)


def show(store: Store, draft_id: str) -> Case:
    """One draft with all that is known of it. Raises ReviewError for an unknown id."""
    draft = store.draft(draft_id)
    if draft is None:
        raise ReviewError(
            f"draft {draft_id} is not in the store", hint="aigc-guard review list shows the ids"
        )
    decision = store.latest_decision(draft_id)
    return Case(
        draft=draft,
        brief=store.get_briefs([draft.brief_digest])[draft.brief_digest],
        item=store.item_of(draft_id),
        decision=decision,
        reports=reports_for(store, decision) if decision else (),
        versions=tuple(store.versions_of(draft_id)),
        edits=store.edits_of(draft_id),
        reviews=tuple(store.reviews_of(draft_id)),
        release=store.release_of_order(draft_id),
    )


def reports_for(store: Store, decision: Decision) -> tuple[CheckReport, ...]:
    """The measurements a decision was made from; all of the text's where that was not noted."""
    keys = store.measured_for(decision)
    if not keys:
        return tuple(store.reports_of(decision.text_sha256))
    found = store.get_reports(keys)
    return tuple(found[key] for key in keys if key in found)


def approve(
    store: Store,
    draft_id: str,
    *,
    by: str,
    reason: str,
    clock: Clock,
    seen: Item | None = None,
    authenticated: bool = False,
) -> Review:
    """Approve the bytes that wait, under the policy and for the reasons that hold them.

    ``seen`` is the item as the reviewer was shown it: if it changed since, nothing is approved.
    Any later change voids the approval. The same person's second approval is the first one.
    Raises ReviewError for an unverified, blocked, rejected or released draft.
    """
    _refuse_anonymous(by, reason)
    with store.transaction():
        item = _standing(store, draft_id, seen)
        problem = _why_not_approved(item)
        if problem:
            raise ReviewError(f"draft {draft_id} can't be approved: {problem[0]}", hint=problem[1])
        return _decide(store, item, "approve", by, reason, clock, authenticated)


def reject(
    store: Store,
    draft_id: str,
    *,
    by: str,
    reason: str,
    clock: Clock,
    rule: str = "",
    seen: Item | None = None,
    authenticated: bool = False,
) -> Review:
    """Reject a waiting or approved draft for good, under the policy that holds it.

    ``rule`` names the rule it breaks, where one does. Raises ReviewError when it is released,
    being published, or not waiting for anybody.
    """
    _refuse_anonymous(by, reason)
    with store.transaction():
        item = _standing(store, draft_id, seen)
        if item.state not in (State.WAITING, State.APPROVED, State.REJECTED):
            raise ReviewError(
                f"draft {draft_id} can't be rejected: it is {item.state.value}",
                hint="only a draft that waits, or is approved and not yet published, can be",
            )
        if store.publishing_of(draft_id) is not None:
            raise ReviewError(
                f"draft {draft_id} can't be rejected: it is being published",
                hint="if its publication was killed, the next run completes or forgets it",
            )
        return _decide(store, item, "reject", by, reason, clock, authenticated, rule)


def release_approved(
    store: Store,
    outbox: Path,
    *,
    terms: Callable[[Draft, Brief, Decision], Terms],
    clock: Clock,
) -> Published:
    """Publish every approved draft; one that is refused stays approved and is named.

    ``terms`` gives the labels and the file form, and raises a GuardError (ReleaseError) when the
    policy the draft was approved under is not in force any more.
    """
    released: list[Release] = []
    refused: list[Refused] = []
    for item in store.queue(state=State.APPROVED):
        try:
            released.append(_publish(store, outbox, item, terms, clock))
        except GuardError as error:
            refused.append(Refused(item.draft_id, error))
    return Published(tuple(released), tuple(refused))


def _publish(
    store: Store,
    outbox: Path,
    item: Item,
    terms: Callable[[Draft, Brief, Decision], Terms],
    clock: Clock,
) -> Release:
    case = show(store, item.draft_id)
    if case.decision is None:
        raise ReviewError(f"draft {item.draft_id} has no decision")
    how = terms(case.draft, case.brief, case.decision)
    return publish(
        store,
        outbox,
        draft=case.draft,
        brief=case.brief,
        decision=case.decision,
        reports=case.reports,
        labels=how.labels,
        file_form=how.file_form,
        clock=clock,
    )


def _refuse_anonymous(by: str, reason: str) -> None:
    if not by.strip() or len(by) > LONGEST_NAME:
        raise ReviewError("a review needs a name", hint="say who decides: --by NAME")
    if not reason.strip():
        raise ReviewError("a review needs a reason", hint="say why: --reason TEXT")


def _standing(store: Store, draft_id: str, seen: Item | None) -> Item:
    """The item as it stands, if it is still this draft and what the reviewer saw."""
    item = store.item_of(draft_id)
    if item is None:
        raise ReviewError(
            f"draft {draft_id} is not waiting: it is unknown or undecided",
            hint="aigc-guard review list shows what waits",
        )
    if item.draft_id != draft_id:
        raise ReviewError(
            f"draft {draft_id} has been replaced by {item.draft_id}", hint="review that one"
        )
    if seen is not None and _bound(seen) != _bound(item):
        raise ReviewError(
            f"draft {draft_id} has changed since it was shown", hint="look at it again"
        )
    return item


def _bound(item: Item) -> tuple[str, str, str]:
    return (item.text_sha256, item.policy_digest, item.decision_digest)


def _why_not_approved(item: Item) -> tuple[str, str] | None:
    """What stands against an approval, and the mend; None when nothing does."""
    if item.state is State.RELEASED:
        return "it is already released", ""
    if item.unverified:
        return (
            "a check did not read all of it",
            "measure it again by running the same briefs, or reject it",
        )
    if not item.policy_digest:
        return "no policy applies to it", "write a policy for its kind, channel and language"
    return {
        State.BLOCKED: ("its policy blocks it", "blocked drafts are never released"),
        State.REJECTED: ("it was rejected", "have it written again"),
        State.PASSED: ("its policy releases it without approval", "run the same briefs again"),
        State.TRANSIT: ("it is being redacted", "run the same briefs again, then look"),
    }.get(item.state)


def _decide(
    store: Store,
    item: Item,
    action: Literal["approve", "reject"],
    by: str,
    reason: str,
    clock: Clock,
    authenticated: bool,
    rule: str = "",
) -> Review:
    """Store the review once with its event; the same person's repetition gives the first one.

    After a change has voided it, the same person's approval of the same state is a new one.
    """
    name = by.strip()
    reviews = store.reviews_of(item.draft_id)
    stands = item.state is (State.APPROVED if action == "approve" else State.REJECTED)
    for earlier in reversed(reviews):
        if stands and (earlier.action, earlier.actor) == (action, name):
            return earlier
    review_id = digest_of([item.draft_id, item.decision_digest, action, name, len(reviews)])[:32]
    review = Review(
        review_id=review_id,
        draft_id=item.draft_id,
        text_sha256=item.text_sha256,
        policy_digest=item.policy_digest,
        action=action,
        actor=name,
        authenticated=authenticated,
        reason=reason.strip(),
        at=clock(),
        rule=rule,
    )
    store.put_review(review, decision_digest=item.decision_digest)
    record_review(store, review)
    return review
