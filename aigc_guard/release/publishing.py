"""Publication, exactly once, whatever is killed when.

First the store notes what is about to be published, then the folder appears by one rename, then
the store records it. A second try finds the note, the folder or the record, and completes the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.errors import NotApproved, ReleaseError, said
from aigc_guard.records import (
    Brief,
    CheckReport,
    Decision,
    Draft,
    Outcome,
    Release,
    Review,
    digest_of,
    sha256_text,
)
from aigc_guard.release.folder import (
    only_publisher,
    verify_folder,
    write_folder,
)
from aigc_guard.release.making import Order, make_release
from aigc_guard.release.marking import Marking
from aigc_guard.release.record import RECORD_FILE, record_bytes, release_record
from aigc_guard.release.stating import ENVELOPE, STATEMENT_FILE, log_release, sign_release
from aigc_guard.store import Intent, Store, needs_person

Step = Callable[[str], None]


def _go_on(_step: str) -> None:
    """Watch nothing."""


def release_id_of(draft: Draft, policy_digest: str) -> str:
    """Identity of a release: these bytes of this draft under this policy."""
    return digest_of({"draft": draft.draft_id, "text": draft.text_sha256, "policy": policy_digest})[
        :32
    ]


def publish(
    store: Store,
    outbox: Path,
    *,
    draft: Draft,
    brief: Brief,
    decision: Decision,
    reports: Sequence[CheckReport],
    marking: Marking,
    file_form: str,
    clock: Callable[[], str],
    home: Path | None = None,
    at_step: Step = _go_on,
) -> Release:
    """Put a draft into the outbox, or return the release its order already has.

    ``home`` is the project's own outbox where ``outbox`` is another one.

    Released is what the standing decision releases, or holds and a person has approved in exactly
    these bytes under this policy. Raises NotApproved otherwise, and ReleaseError when the text is
    not the decided one or when the labels can't be read back. ``at_step`` hears of each step.
    """
    with only_publisher(outbox):
        place = _Place(outbox, home or outbox)
        earlier = _earlier(store, place, draft)
        if earlier is not None:
            return earlier
        _refuse_other_text(store, draft, brief, decision, reports)
        release_id = release_id_of(draft, decision.policy_digest)
        at = clock()
        approval = _permission(store, draft, decision, at)
        order = Order(draft, brief, decision, file_form, release_id, at, approval)
        made = make_release(marking, order)
        with store.transaction():
            # Asked again in the transaction that writes the note: an approval may have fallen.
            if _permission(store, draft, decision, clock()) != approval:
                raise NotApproved(
                    said("draft {draft_id} was decided anew meanwhile", draft_id=draft.draft_id)
                )
            body = release_record(
                release_id=release_id,
                draft=draft,
                brief=brief,
                decision=decision,
                reports=reports,
                labels=made.labels,
                files={name: hashlib.sha256(data).hexdigest() for name, data in made.files.items()},
                approved_by=store.actor_id(approval.actor) if approval else "",
                released_at=at,
            )
            signed = sign_release(
                marking, body, draft=draft, brief=brief, decision=decision, approval=approval
            )
            intent = _note(store, draft, {**body, **signed})
        at_step("noted")
        write_folder(
            outbox / release_id,
            {**made.files, **_beside(intent)},
            check=made.check,
            at_step=at_step,
        )
        return _record(store, place, intent, at_step)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where is published, and the project's own outbox."""

    outbox: Path
    home: Path

    def folder(self, release_id: str) -> str:
        """As it is recorded: a project folder can be moved with its own outbox."""
        return release_id if self.outbox == self.home else str(self.outbox / release_id)


def recover(store: Store, outbox: Path, *, home: Path | None = None) -> list[Release]:
    """Complete what was published but not recorded, and forget what never appeared.

    Call it when a run starts: a killed process leaves its note behind.
    """
    place = _Place(outbox, home or outbox)
    completed = []
    with only_publisher(outbox):
        for intent in store.publishing():
            release = _completed(store, place, intent)
            if release is None:
                store.drop_publishing(intent.release_id)
            else:
                completed.append(release)
    return completed


def _earlier(store: Store, place: _Place, draft: Draft) -> Release | None:
    """The release the draft's order has, completing one whose process died before the record."""
    done = store.release_of_order(draft.draft_id)
    if done is not None:
        return done
    begun = store.publishing_of(draft.draft_id)
    return _completed(store, place, begun) if begun is not None else None


def _completed(store: Store, place: _Place, intent: Intent) -> Release | None:
    """Record what a note announced if its folder is there; None if it never appeared."""
    folder = place.outbox / intent.release_id
    if not folder.exists():
        return None
    verify_folder(folder, _files(intent))
    return _record(store, place, intent, _go_on)


def _refuse_other_text(
    store: Store,
    draft: Draft,
    brief: Brief,
    decision: Decision,
    reports: Sequence[CheckReport],
) -> None:
    """Everything must be about the one stored text."""
    stored = store.draft(draft.draft_id)
    if stored is None:
        raise ReleaseError(said("draft {draft_id} is not in the store", draft_id=draft.draft_id))
    texts = {stored.text_sha256, sha256_text(draft.text), decision.text_sha256}
    texts.update(report.text_sha256 for report in reports)
    if len(texts) > 1 or decision.draft_id != draft.draft_id:
        raise ReleaseError(
            said(
                "draft {draft_id} is not the text that was measured and decided",
                draft_id=draft.draft_id,
            ),
            hint=said("measure and decide it again"),
        )
    if draft.brief_digest != brief.digest:
        raise ReleaseError(
            said("draft {draft_id} was written for another brief", draft_id=draft.draft_id)
        )


def _permission(store: Store, draft: Draft, decision: Decision, now: str) -> Review | None:
    """The approval of these bytes; None where the policy itself releases. Else NotApproved."""
    standing = store.item_of(draft.draft_id)
    if standing is None or standing.decision_digest != digest_of(decision):
        raise NotApproved(
            said(
                "another decision stands for the order of draft {draft_id}", draft_id=draft.draft_id
            ),
            hint=said("decide it again under the policy in force"),
        )
    by_policy = decision.outcome is Outcome.RELEASE and bool(decision.policy_digest)
    if by_policy and not needs_person(decision, draft.made_by):
        return None
    approval = None
    if needs_person(decision, draft.made_by) and not decision.unverified:
        approval = store.valid_approval(
            draft.draft_id,
            text_sha256=draft.text_sha256,
            policy_digest=decision.policy_digest,
        )
    if approval is None or not decision.policy_digest:
        raise NotApproved(
            said(
                "draft {draft_id} is decided {outcome} and nobody has approved these bytes "
                "under this policy",
                draft_id=draft.draft_id,
                outcome=decision.outcome.value,
            ),
            hint=said("aigc-guard review list shows what waits for a person"),
        )
    until = store.grace_of(draft.draft_id)
    if until > now:
        raise NotApproved(
            said(
                "the approval of draft {draft_id} can be undone until {until}",
                draft_id=draft.draft_id,
                until=until,
            ),
            hint=said("it is published after that"),
        )
    return approval


def _note(store: Store, draft: Draft, body: dict[str, Any]) -> Intent:
    """The note to go on with: one that a killed try left, unless something changed since."""
    left = store.publishing_of(draft.draft_id)
    if left is not None and _timeless(left.body) != _timeless(body):
        store.drop_publishing(left.release_id)
    return store.begin_publishing(
        body["release_id"], draft_id=draft.draft_id, body=body, at=body["released_at"]
    )


def _timeless(body: Mapping[str, Any]) -> dict[str, Any]:
    """What may not have changed since: not the time, and so neither the statement of it."""
    return {**body, "released_at": "", "software": "", ENVELOPE: ""}


def _files(intent: Intent) -> dict[str, str]:
    beside = {name: hashlib.sha256(data).hexdigest() for name, data in _beside(intent).items()}
    return {**intent.body["files"], **beside}


def _beside(intent: Intent) -> dict[str, bytes]:
    """The record, and the signed statement where the installation signs."""
    body = dict(intent.body)
    envelope = body.pop(ENVELOPE, "")
    files = {RECORD_FILE: record_bytes(body)}
    return {**files, STATEMENT_FILE: envelope.encode()} if envelope else files


def _record(store: Store, place: _Place, intent: Intent, at_step: Step) -> Release:
    body = intent.body
    release = Release(
        release_id=intent.release_id,
        draft_id=intent.draft_id,
        brief_id=body["brief"]["id"],
        text_sha256=body["draft"]["text_sha256"],
        policy=body["policy"]["name"],
        policy_digest=body["policy"]["sha256"],
        folder=place.folder(intent.release_id),
        at=body["released_at"],
        files=_files(intent),
        approved_by=body["approved_by"],
    )
    with store.transaction():
        if store.put_release(release):
            log_release(store, release, body.get(ENVELOPE, ""))
        at_step("recording")
    at_step("recorded")
    return release
