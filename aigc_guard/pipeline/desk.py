"""What people with an account do to waiting drafts: one set of functions for the console, its API
and the command line, so that roles, four eyes and leases are the same everywhere."""

from __future__ import annotations

from aigc_guard.accounts import Permission, refuse_without
from aigc_guard.accounts.moments import later
from aigc_guard.audit.log import Kind
from aigc_guard.errors import ReviewError, said
from aigc_guard.pipeline.approved import authority_in
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Review, digest_of, sha256_text
from aigc_guard.review import approve, reject, withdraw
from aigc_guard.store import Account, Item, QueueFilter, Request, State, Store

LONGEST_NOTE = 4000


def claim_next(project: Project, who: Account, which: QueueFilter) -> Item | None:
    """Put the next draft of the queue on ``who``'s desk; nobody else gets it meanwhile."""
    refuse_without(who, Permission.REVIEW)
    now = project.clock()
    with project.store.transaction() as tx:
        found = tx.claim_next(who.account_id, which, now=now, until=_lease_end(project, now))
        if found is not None:
            _note(tx, Kind.DRAFT_CLAIMED, found.draft_id, who, now)
    return found


def claim(project: Project, who: Account, draft_id: str) -> Item:
    """Put this draft on ``who``'s desk; raises ReviewError when it is on somebody else's."""
    refuse_without(who, Permission.REVIEW)
    now = project.clock()
    with project.store.transaction() as tx:
        item = _waiting(tx, draft_id)
        before = tx.lease_of(item.work_id, now=now)
        lease = tx.claim(item, who.account_id, now=now, until=_lease_end(project, now))
        if lease.account_id != who.account_id:
            raise _taken(tx, lease.account_id)
        if before is None:
            _note(tx, Kind.DRAFT_CLAIMED, draft_id, who, now)
    return item


def renew(project: Project, who: Account, draft_id: str) -> str:
    """Keep a draft on the desk for another while; returns until when, "" if it is not there."""
    now = project.clock()
    with project.store.transaction() as tx:
        item = tx.item_of(draft_id)
        lease = tx.lease_of(item.work_id, now=now) if item is not None else None
        if item is None or lease is None or lease.account_id != who.account_id:
            return ""
        return tx.claim(item, who.account_id, now=now, until=_lease_end(project, now)).until


def give_back(project: Project, who: Account, draft_id: str) -> None:
    """Take a draft off one's desk."""
    with project.store.transaction() as tx:
        item = tx.item_of(draft_id)
        if item is not None and tx.end_lease(item.work_id, who.account_id):
            _note(tx, Kind.DRAFT_RETURNED, draft_id, who, project.clock())


def skip(project: Project, who: Account, draft_id: str, reason: str) -> None:
    """Leave a draft to others, with a reason; it is not offered to ``who`` again."""
    refuse_without(who, Permission.REVIEW)
    text = note(reason)
    now = project.clock()
    with project.store.transaction() as tx:
        item = _waiting(tx, draft_id)
        tx.put_skip(draft_id, who.account_id, reason=text, at=now)
        tx.end_lease(item.work_id, who.account_id)
        _note(tx, Kind.DRAFT_SKIPPED, draft_id, who, now, reason_sha256=sha256_text(text))


def approve_as(
    project: Project, who: Account, draft_id: str, reason: str, *, seen: Item | None = None
) -> Review:
    """Approve a draft as ``who``; it is published after the grace time unless it is undone."""
    refuse_without(who, Permission.REVIEW)
    store = project.store
    with store.transaction() as tx:
        _refuse_taken(project, who, draft_id)
        made = approve(
            tx,
            draft_id,
            by=who.account_id,
            reason=note(reason),
            clock=project.clock,
            authority=authority_in(project),
            seen=seen,
            authenticated=True,
        )
        minutes = project.config.review.grace_minutes
        if minutes > 0:
            tx.put_grace(made, until=later(made.at, minutes * 60))
        _clear_desk(tx, who, draft_id)
    return made


def reject_as(
    project: Project,
    who: Account,
    draft_id: str,
    reason: str,
    *,
    rule: str,
    seen: Item | None = None,
) -> Review:
    """Reject a draft for good as ``who``; the rule it breaks must be one of its policy's."""
    refuse_without(who, Permission.REVIEW)
    store = project.store
    with store.transaction() as tx:
        _refuse_taken(project, who, draft_id)
        if rule not in rules_for(project, draft_id):
            raise ReviewError(
                said("a rejection names the rule that the draft breaks"),
                hint=said("choose one of its policy's rules, or `none-of-these`"),
            )
        made = reject(
            tx,
            draft_id,
            by=who.account_id,
            reason=note(reason),
            clock=project.clock,
            rule=rule,
            seen=seen,
            authenticated=True,
        )
        _clear_desk(tx, who, draft_id)
    return made


NO_RULE = "none-of-these"


def rules_for(project: Project, draft_id: str) -> tuple[str, ...]:
    """The rules a rejection may name: those that hold the draft, then its policy's others."""
    decision = project.store.latest_decision(draft_id)
    if decision is None:
        return (NO_RULE,)
    held = [reason.rule for reason in decision.reasons]
    policy = project.policies.named(decision.policy)
    others = [rule.id for rule in policy.rules] if policy is not None else []
    return tuple(dict.fromkeys((*held, *others, NO_RULE)))


def undo_approval(project: Project, who: Account, draft_id: str) -> Review:
    """Take one's own approval back while it can be undone."""
    return withdraw(project.store, draft_id, by=who.account_id, clock=project.clock)


def reveal(project: Project, who: Account, draft_id: str, reason: str) -> None:
    """Note that somebody wants to see a draft's personal values, before they are shown."""
    refuse_without(who, Permission.REVEAL)
    text = note(reason)
    at = project.clock()
    _note(project.store, Kind.DRAFT_REVEALED, draft_id, who, at, reason_sha256=sha256_text(text))


def comment(project: Project, who: Account, draft_id: str, text: str) -> None:
    """Note something about a draft."""
    refuse_without(who, Permission.COMMENT)
    words = note(text)
    at = project.clock()
    with project.store.transaction() as tx:
        tx.put_comment(draft_id, who.account_id, text=words, at=at)
        _note(tx, Kind.DRAFT_COMMENTED, draft_id, who, at, text_sha256=sha256_text(words))


def ask(
    project: Project, who: Account, kind: str, draft_id: str, text: str, *, rule: str = ""
) -> Request:
    """Ask for another attempt (``regenerate``) or an exception (``waiver``) for a draft."""
    needed = Permission.ASK_WAIVER if kind == "waiver" else Permission.REVIEW
    refuse_without(who, needed)
    words = note(text)
    at = project.clock()
    body = {"rule": rule, "note": words}
    named = digest_of([kind, draft_id, who.account_id, at, body])[:32]
    request = Request(named, kind, draft_id, body, who.account_id, at)
    with project.store.transaction() as tx:
        if tx.put_request(request):
            facts = {"kind": kind, "rule": rule, "note_sha256": sha256_text(words)}
            tx.append_event(Kind.REQUEST_MADE, draft_id, body=facts, at=at, actor=who.account_id)
    return request


def note(text: str) -> str:
    """What a person gives as a reason; raises ReviewError when it is empty or endless."""
    words = text.strip()
    if not words:
        raise ReviewError(said("a review needs a reason"), hint=said("say why, in a few words"))
    if len(words) > LONGEST_NOTE:
        raise ReviewError(
            said("the reason is longer than {count} characters", count=LONGEST_NOTE),
            hint=said("say it shorter"),
        )
    return words


def _lease_end(project: Project, now: str) -> str:
    return later(now, project.config.review.lease_minutes * 60)


def _waiting(store: Store, draft_id: str) -> Item:
    item = store.item_of(draft_id)
    if item is None or item.draft_id != draft_id or item.state is not State.WAITING:
        raise ReviewError(
            said("draft {draft_id} is not waiting for anybody", draft_id=draft_id),
            hint=said("look at it again"),
        )
    return item


def _refuse_taken(project: Project, who: Account, draft_id: str) -> None:
    """Nobody decides what is on somebody else's desk."""
    item = project.store.item_of(draft_id)
    if item is None:
        return
    lease = project.store.lease_of(item.work_id, now=project.clock())
    if lease is not None and lease.account_id != who.account_id:
        raise _taken(project.store, lease.account_id)


def _taken(store: Store, account_id: str) -> ReviewError:
    account = store.account(account_id)
    return ReviewError(
        said("{name} has this draft on the desk", name=account.name if account else "?"),
        hint=said("take another one, or wait until it is given back"),
    )


def _clear_desk(store: Store, who: Account, draft_id: str) -> None:
    item = store.item_of(draft_id)
    if item is not None:
        store.end_lease(item.work_id, who.account_id)


def _note(store: Store, kind: Kind, draft_id: str, who: Account, at: str, **body: str) -> None:
    store.append_event(kind, draft_id, body=body, at=at, actor=who.account_id)
