"""What the append-only record speaks of: the kinds of events and the shape of their bodies.

Bodies hold digests, labels and spans; scores are texts. Nobody is named: actors are opaque ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from aigc_guard.policy import Policy
from aigc_guard.proof.public_keys import PublicKey
from aigc_guard.records import Release, Review, sha256_text
from aigc_guard.store import NewEvent, Store


class Kind(StrEnum):
    """Everything that is recorded; the subject is the run, brief or draft it happened to."""

    RUN_ORDERED = "run.ordered"
    RUN_STARTED = "run.started"
    RUN_RESUMED = "run.resumed"
    RUN_FINISHED = "run.finished"
    POLICY_USED = "policy.used"
    POLICY_ACTIVATED = "policy.activated"
    BRIEF_ACCEPTED = "brief.accepted"
    BRIEF_QUARANTINED = "brief.quarantined"
    DRAFT_WRITTEN = "draft.written"
    DRAFT_MEASURED = "draft.measured"
    DRAFT_DECIDED = "draft.decided"
    DRAFT_REDACTED = "draft.redacted"
    REVIEW_APPROVED = "review.approved"
    REVIEW_REJECTED = "review.rejected"
    REVIEW_WITHDRAWN = "review.withdrawn"
    DRAFT_CLAIMED = "draft.claimed"
    DRAFT_RETURNED = "draft.returned"
    DRAFT_SKIPPED = "draft.skipped"
    DRAFT_REVEALED = "draft.revealed"
    DRAFT_EDITED = "draft.edited"
    DRAFT_COMMENTED = "draft.commented"
    REQUEST_MADE = "request.made"
    REQUEST_DECIDED = "request.decided"
    SECOND_READ = "second.read"
    GOLDEN_KEPT = "golden.kept"
    RELEASE_PUBLISHED = "release.published"
    ACCOUNT_ADDED = "account.added"
    ACCOUNT_CHANGED = "account.changed"
    SESSION_OPENED = "session.opened"
    SESSION_CLOSED = "session.closed"
    SIGN_IN_FAILED = "sign-in.failed"
    KEY_ADDED = "key.added"
    KEY_REVOKED = "key.revoked"
    RECORD_EXPORTED = "record.exported"
    SIGNING_KEY_ADDED = "signing-key.added"
    RELEASE_REVOKED = "release.revoked"
    RELEASE_SUPERSEDED = "release.superseded"
    PAYLOAD_ERASED = "payload.erased"


def record_review(store: Store, review: Review) -> None:
    """Append a person's decision; its reason is free text and stands here as a digest only."""
    kind = Kind.REVIEW_APPROVED if review.action == "approve" else Kind.REVIEW_REJECTED
    body = {
        "review": review.review_id,
        "text_sha256": review.text_sha256,
        "policy_digest": review.policy_digest,
        "rule": review.rule,
        "reason_sha256": sha256_text(review.reason),
        "authenticated": review.authenticated,
        "roles": list(review.roles),
    }
    actor = store.actor_id(review.actor)
    store.append_event(kind, review.draft_id, body=body, at=review.at, actor=actor)


def record_activation(
    store: Store,
    policy: Policy,
    *,
    author: str,
    approver: str,
    at: str,
    authenticated: bool = False,
) -> None:
    """Append that two people switched a policy on, and keep its content under its digest.

    As with reviews, a name given on the command line is a word and no proof; ``authenticated``
    says that both are accounts and were signed in.
    """
    body = {
        "policy": policy.name,
        "version": policy.version,
        "approver": store.actor_id(approver),
        "authenticated": authenticated,
    }
    with store.transaction() as tx:
        tx.put_policy(policy.name, policy.digest, policy.form.as_dict())
        tx.append_event(
            Kind.POLICY_ACTIVATED, policy.digest, body=body, at=at, actor=store.actor_id(author)
        )


def record_release(store: Store, release: Release, *, statement_sha256: str = "") -> int:
    """Append a publication under the draft it published; returns the entry's number."""
    body: dict[str, Any] = {
        "release": release.release_id,
        "text_sha256": release.text_sha256,
        "policy": release.policy,
        "policy_digest": release.policy_digest,
        "approved_by": release.approved_by,
        "files": dict(release.files),
    }
    if statement_sha256:
        body["statement_sha256"] = statement_sha256
    return store.append_event(Kind.RELEASE_PUBLISHED, release.draft_id, body=body, at=release.at)


def record_keys(store: Store, keys: Sequence[PublicKey], *, at: str) -> None:
    """Append that new keys sign from now on; only their ids and purposes are told."""
    events = [
        NewEvent(Kind.SIGNING_KEY_ADDED, key.id, {"purpose": key.purpose.value}, at) for key in keys
    ]
    if events:
        store.append_events(events)
