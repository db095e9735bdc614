"""Approvals and rejections: each is of exact bytes, under one policy, for the reasons seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aigc_guard.audit.log import Kind, record_review
from aigc_guard.errors import ReviewError, said
from aigc_guard.records import Decision, Review, digest_of
from aigc_guard.review.authority import Authority, same_person
from aigc_guard.store import ACCOUNT_PREFIX, Item, State, Store

Clock = Callable[[], str]
LONGEST_NAME = 200
_STANDS_AGAINST = {
    State.BLOCKED: (said("its policy blocks it"), said("blocked drafts are never released")),
    State.REJECTED: (said("it was rejected"), said("have it written again")),
    State.PASSED: (
        said("its policy releases it without approval"),
        said("run the same briefs again"),
    ),
    State.TRANSIT: (said("it is being redacted"), said("run the same briefs again, then look")),
}


def anybody(_decision: Decision) -> Authority:
    """Where no policy names roles: any named person may decide."""
    return Authority()


@dataclass(frozen=True, slots=True)
class _Word:
    """What a person says about a draft."""

    action: Literal["approve", "reject"]
    by: str
    reason: str
    authenticated: bool
    roles: tuple[str, ...] = ()
    rule: str = ""

    def repeats(self, earlier: Review) -> bool:
        """Whether ``earlier``, which still stands, said the same."""
        mine = (self.action, self.authenticated, self.roles)
        theirs = (earlier.action, earlier.authenticated, earlier.roles)
        return mine == theirs and same_person(self.by, earlier.actor)


def approve(
    store: Store,
    draft_id: str,
    *,
    by: str,
    reason: str,
    clock: Clock,
    authority: Callable[[Decision], Authority],
    seen: Item | None = None,
    authenticated: bool = False,
) -> Review:
    """Approve the bytes that wait, under the policy and for the reasons that hold them.

    ``authority`` says what a decision asks of its approvers; the draft is approved when all of
    it is given, and waits on until then. ``seen`` is the item as the reviewer was shown it: if it
    changed since, nothing is approved. Any later change voids the approval. The same person's
    second approval is the first one. Raises ReviewError for an unverified, blocked, rejected or
    released draft, and for a person whose approval would not count.
    """
    _refuse_anonymous(by, reason, authenticated=authenticated)
    with store.transaction():
        item = _standing(store, draft_id, seen)
        problem = _why_not_approved(item)
        if problem:
            raise ReviewError(
                said(
                    "draft {draft_id} can't be approved: {why}", draft_id=draft_id, why=problem[0]
                ),
                hint=problem[1],
            )
        asked = authority(_decision_of(store, item))
        word = _Word("approve", by.strip(), reason.strip(), authenticated, asked.roles_of(by))
        given = store.standing_approvals(item.draft_id)
        for earlier in given:
            if word.repeats(earlier):
                return earlier
        asked.check(by, given, authenticated=authenticated)
        review = _review(store, item, word, clock)
        return _put(store, item, review, final=not asked.unmet([*given, review]))


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
    _refuse_anonymous(by, reason, authenticated=authenticated)
    with store.transaction():
        item = _standing(store, draft_id, seen)
        if item.state not in (State.WAITING, State.APPROVED, State.REJECTED):
            raise ReviewError(
                said(
                    "draft {draft_id} can't be rejected: it is {state}",
                    draft_id=draft_id,
                    state=item.state.value,
                ),
                hint=said("only a draft that waits, or is approved and not yet published, can be"),
            )
        if store.publishing_of(draft_id) is not None:
            raise ReviewError(
                said(
                    "draft {draft_id} can't be rejected: it is being published", draft_id=draft_id
                ),
                hint=said("if its publication was killed, the next run completes or forgets it"),
            )
        word = _Word("reject", by.strip(), reason.strip(), authenticated, rule=rule)
        if item.state is State.REJECTED:
            for earlier in reversed(store.reviews_of(item.draft_id)):
                if word.repeats(earlier):
                    return earlier
        return _put(store, item, _review(store, item, word, clock), final=True)


def withdraw(store: Store, draft_id: str, *, by: str, clock: Clock) -> Review:
    """Take back the standing approval of an account that is not published yet; it waits again.

    Raises ReviewError when there is none, or its publication has begun.
    """
    with store.transaction():
        item = _standing(store, draft_id, None)
        mine = [one for one in store.standing_approvals(draft_id) if one.actor == by]
        if not mine or item.state is State.RELEASED or store.publishing_of(draft_id) is not None:
            raise ReviewError(
                said("draft {draft_id} has no approval that can be undone", draft_id=draft_id),
                hint=said("look at it again"),
            )
        at = clock()
        store.withdraw(mine[-1], by, at=at)
        body = {"review": mine[-1].review_id, "text_sha256": item.text_sha256}
        store.append_event(Kind.REVIEW_WITHDRAWN, draft_id, body=body, at=at, actor=by)
    return mine[-1]


def _refuse_anonymous(by: str, reason: str, *, authenticated: bool) -> None:
    if not by.strip() or len(by) > LONGEST_NAME:
        raise ReviewError(said("a review needs a name"), hint=said("say who decides: --by NAME"))
    if by.startswith(ACCOUNT_PREFIX) and not authenticated:
        raise ReviewError(
            said("the name of an account is no name for --by"),
            hint=said("sign in first: aigc-guard login NAME"),
        )
    if not reason.strip():
        raise ReviewError(said("a review needs a reason"), hint=said("say why: --reason TEXT"))


def _standing(store: Store, draft_id: str, seen: Item | None) -> Item:
    """The item as it stands, if it is still this draft and what the reviewer saw."""
    item = store.item_of(draft_id)
    if item is None:
        raise ReviewError(
            said("draft {draft_id} is not waiting: it is unknown or undecided", draft_id=draft_id),
            hint=said("aigc-guard review list shows what waits"),
        )
    if item.draft_id != draft_id:
        raise ReviewError(
            said(
                "draft {draft_id} has been replaced by {other}",
                draft_id=draft_id,
                other=item.draft_id,
            ),
            hint=said("review that one"),
        )
    if seen is not None and _bound(seen) != _bound(item):
        raise ReviewError(
            said("draft {draft_id} has changed since it was shown", draft_id=draft_id),
            hint=said("look at it again"),
        )
    return item


def _bound(item: Item) -> tuple[str, str, str]:
    return (item.text_sha256, item.policy_digest, item.decision_digest)


def _why_not_approved(item: Item) -> tuple[str, str] | None:
    """What stands against an approval, and the mend; None when nothing does."""
    if item.state is State.RELEASED:
        return said("it is already released"), ""
    if item.unverified:
        return (
            said("a check did not read all of it"),
            said("measure it again by running the same briefs, or reject it"),
        )
    if not item.policy_digest:
        return (
            said("no policy applies to it"),
            said("write a policy for its kind, channel and language"),
        )
    return _STANDS_AGAINST.get(item.state)


def _decision_of(store: Store, item: Item) -> Decision:
    """The decision that holds the item: what an approval answers."""
    decision = store.latest_decision(item.draft_id, item.policy_digest)
    if decision is None or digest_of(decision) != item.decision_digest:
        raise ReviewError(
            said("draft {draft_id} is being decided again", draft_id=item.draft_id),
            hint=said("look at it again"),
        )
    return decision


def _review(store: Store, item: Item, word: _Word, clock: Clock) -> Review:
    number = len(store.reviews_of(item.draft_id))
    named = [item.draft_id, item.decision_digest, word.action, word.by, number]
    return Review(
        review_id=digest_of(named)[:32],
        draft_id=item.draft_id,
        text_sha256=item.text_sha256,
        policy_digest=item.policy_digest,
        action=word.action,
        actor=word.by,
        authenticated=word.authenticated,
        reason=word.reason,
        at=clock(),
        rule=word.rule,
        roles=word.roles,
    )


def _put(store: Store, item: Item, review: Review, *, final: bool) -> Review:
    """Store the review with its event; ``final`` moves the item."""
    store.put_review(review, decision_digest=item.decision_digest, final=final)
    record_review(store, review)
    return review
