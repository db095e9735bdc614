from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import NotApproved, ReleaseError, ReviewError
from aigc_guard.records import Brief, Decision, Draft, Edit, Outcome, Reason, Review
from aigc_guard.release import Marking, consistency, recover
from aigc_guard.review import (
    Published,
    Terms,
    anybody,
    approve,
    queue,
    reject,
    release_approved,
    show,
)
from aigc_guard.store import State, Store
from aigc_guard.testing.records import (
    POLICY_DIGEST,
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

BRIEF = example_brief()
DRAFT = example_draft(BRIEF)
OTHER_POLICY = "cd" * 32
AT = "2026-01-05T09:00:00Z"
UNVERIFIED = Reason("unverified:pii", "pii", Outcome.REVIEW, {"en": "not read"})


def clock() -> str:
    return AT


def held(store: Store, draft: Draft = DRAFT, **changes: Any) -> Decision:
    """Store the draft with a decision that holds it, unless ``changes`` say otherwise."""
    report = example_report(draft)
    store.put_briefs("", [BRIEF])
    store.put_draft(draft)
    store.put_reports([report])
    decision = example_decision(draft, **({"outcome": Outcome.REVIEW} | changes))
    store.put_decision(decision, at=AT, measured=[report.key])
    return decision


def approved(store: Store, draft: Draft = DRAFT, by: str = "Ann", **changes: Any) -> Review:
    return approve(
        store, draft.draft_id, by=by, reason="checked", clock=clock, authority=anybody, **changes
    )


def rejected(store: Store, draft: Draft = DRAFT, by: str = "Bo", **changes: Any) -> Review:
    return reject(store, draft.draft_id, by=by, reason="unfair", clock=clock, **changes)


def terms(_draft: Draft, _brief: Brief, decision: Decision) -> Terms:
    if decision.policy_digest != POLICY_DIGEST:
        raise ReleaseError("the policy is not in force any more")
    return Terms(Marking(), "txt")


def publish(store: Store, outbox: Path) -> Published:
    return release_approved(store, outbox, terms=terms, clock=clock)


def state(store: Store) -> State:
    item = store.item_of(DRAFT.draft_id)
    assert item is not None
    return item.state


def test_an_approved_draft_is_released_once(store: Store, tmp_path: Path) -> None:
    held(store)
    assert [item.draft_id for item in queue(store, kind="news")] == [DRAFT.draft_id]
    review = approved(store)
    assert (review.text_sha256, review.policy_digest) == (DRAFT.text_sha256, POLICY_DIGEST)
    assert not review.authenticated
    assert queue(store) == []
    published = publish(store, tmp_path / "outbox")
    assert [release.draft_id for release in published.released] == [DRAFT.draft_id]
    assert published.released[0].approved_by == store.actor_id("Ann")
    assert publish(store, tmp_path / "outbox") == Published()
    assert consistency(store, tmp_path / "outbox") == []


def test_a_case_shows_everything_about_a_draft(store: Store) -> None:
    decision = held(store)
    version = replace(DRAFT, draft_id="v", text="[x]", parent=DRAFT.draft_id, made_by="redaction")
    store.put_draft(version)
    edits = (Edit("phones", "PHONE_NUMBER", 0, 3, "v1:aa", "[x]"),)
    store.put_edits("v", edits)
    case = show(store, DRAFT.draft_id)
    assert (case.draft, case.brief, case.decision) == (DRAFT, BRIEF, decision)
    assert case.reports == (example_report(DRAFT),)
    assert case.versions == (DRAFT, version)
    assert show(store, "v").edits == edits
    with pytest.raises(ReviewError, match="not in the store"):
        show(store, "unknown")


def test_the_record_keeps_reasons_as_digests_and_people_as_ids(store: Store) -> None:
    held(store)
    approve(
        store,
        DRAFT.draft_id,
        by="Ann Lee",
        reason="Bo's number is right",
        clock=clock,
        authority=anybody,
    )
    event = store.events(kind="review.approved")[0]
    assert (event.subject, event.actor) == (DRAFT.draft_id, store.actor_id("Ann Lee"))
    assert event.body["authenticated"] is False
    assert "Lee" not in repr(event)
    assert "Bo" not in repr(event)


@pytest.mark.parametrize(("by", "reason"), [("", "ok"), ("  ", "ok"), ("Ann", ""), ("Ann", " \n")])
def test_a_review_needs_a_name_and_a_reason(store: Store, by: str, reason: str) -> None:
    held(store)
    said = {"by": by, "reason": reason, "clock": clock}
    with pytest.raises(ReviewError, match="needs a"):
        approve(store, DRAFT.draft_id, authority=anybody, **said)
    with pytest.raises(ReviewError, match="needs a"):
        reject(store, DRAFT.draft_id, **said)
    assert state(store) is State.WAITING


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"outcome": Outcome.BLOCK}, "policy blocks it"),
        ({"outcome": Outcome.RELEASE}, "without approval"),
        ({"outcome": Outcome.REDACT}, "being redacted"),
        ({"reasons": (UNVERIFIED,)}, "did not read all of it"),
        ({"policy": "", "policy_digest": ""}, "no policy"),
    ],
)
def test_what_can_not_be_approved(
    store: Store, tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    held(store, **changes)
    with pytest.raises(ReviewError, match=problem) as caught:
        approved(store)
    assert caught.value.hint
    assert publish(store, tmp_path / "outbox") == Published()


def test_an_unverified_draft_can_be_rejected_or_measured_and_then_approved(
    store: Store,
) -> None:
    held(store, reasons=(UNVERIFIED,))
    held(store)
    approved(store)
    assert state(store) is State.APPROVED
    other = example_draft(BRIEF, seed=8)
    held(store, other, reasons=(UNVERIFIED,))
    rejected(store, other)
    item = store.item_of(other.draft_id)
    assert item is not None
    assert item.state is State.REJECTED


def test_a_redaction_that_did_not_suffice_is_released_by_a_person_only(
    store: Store, tmp_path: Path
) -> None:
    held(store, outcome=Outcome.REDACT)
    version = replace(DRAFT, draft_id="v", text="[x] 1", parent=DRAFT.draft_id)
    version = replace(version, made_by="redaction")
    held(store, version, outcome=Outcome.REDACT)
    assert publish(store, tmp_path / "outbox") == Published()
    approved(store, version)
    published = publish(store, tmp_path / "outbox")
    assert [release.draft_id for release in published.released] == ["v"]


def test_an_approval_given_twice_is_one(store: Store) -> None:
    held(store)
    assert approved(store) == approved(store)
    approved(store, by="Cy")
    assert [review.actor for review in store.reviews_of(DRAFT.draft_id)] == ["Ann", "Cy"]
    assert len(store.events(kind="review.approved")) == 2


def test_a_voided_approval_can_be_given_again(store: Store, tmp_path: Path) -> None:
    decision = held(store)
    approved(store)
    store.put_decision(replace(decision, policy_digest=OTHER_POLICY), at=AT)
    store.put_decision(decision, at=AT)
    assert publish(store, tmp_path / "outbox") == Published()
    approved(store)
    assert len(publish(store, tmp_path / "outbox").released) == 1


def test_a_rejection_is_final_and_withdraws_an_approval(store: Store, tmp_path: Path) -> None:
    held(store)
    approved(store)
    rejected(store, rule="no-insults")
    assert publish(store, tmp_path / "outbox") == Published()
    with pytest.raises(ReviewError, match="was rejected"):
        approved(store)
    assert rejected(store) == rejected(store)


def test_what_was_released_or_blocked_can_not_be_rejected(store: Store, tmp_path: Path) -> None:
    held(store)
    approved(store)
    publish(store, tmp_path / "outbox")
    for act in (approved, rejected):
        with pytest.raises(ReviewError, match="released"):
            act(store)
    blocked = example_draft(BRIEF, seed=8)
    held(store, blocked, outcome=Outcome.BLOCK)
    with pytest.raises(ReviewError, match="it is blocked"):
        rejected(store, blocked)


def test_what_is_being_published_can_not_be_rejected(store: Store, tmp_path: Path) -> None:
    held(store)
    approved(store)
    store.begin_publishing("rel", draft_id=DRAFT.draft_id, body={}, at=AT)
    with pytest.raises(ReviewError, match="being published"):
        rejected(store)
    recover(store, tmp_path / "outbox")
    rejected(store)


def test_what_changed_since_it_was_shown_is_not_approved(store: Store) -> None:
    decision = held(store)
    seen = queue(store)[0]
    store.put_decision(replace(decision, reasons=decision.reasons * 2), at=AT)
    with pytest.raises(ReviewError, match="changed since"):
        approved(store, seen=seen)
    approved(store, seen=queue(store)[0])


def test_a_replaced_or_unknown_draft_can_not_be_reviewed(store: Store) -> None:
    held(store)
    edited = replace(DRAFT, draft_id="e", text="edited", parent=DRAFT.draft_id, made_by="editor")
    held(store, edited)
    with pytest.raises(ReviewError, match="replaced by e"):
        approved(store)
    with pytest.raises(ReviewError, match="unknown or undecided"):
        approve(store, "unknown", by="Ann", reason="x", clock=clock, authority=anybody)


def test_one_refusal_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    held(store, policy_digest=OTHER_POLICY)
    other = example_draft(BRIEF, seed=8)
    held(store, other)
    approved(store)
    approved(store, other)
    published = publish(store, tmp_path / "outbox")
    assert [release.draft_id for release in published.released] == [other.draft_id]
    assert [refused.draft_id for refused in published.refused] == [DRAFT.draft_id]
    assert "not in force" in str(published.refused[0].error)
    assert state(store) is State.APPROVED


def in_two_processes(url: str, work: Callable[[Store, int], None]) -> None:
    """Run ``work`` in two child processes at once, each with its own store."""
    ready_read, ready_write = os.pipe()
    children = []
    for number in (0, 1):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(ready_write)
                os.read(ready_read, 1)  # returns when the parent closes its end
                work(Store(url), number)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    os.close(ready_read)
    os.close(ready_write)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_two_reviewers_at_once_leave_one_consistent_outcome(store: Store, tmp_path: Path) -> None:
    drafts = [example_draft(BRIEF, seed=seed, text=f"text {seed}") for seed in range(10)]
    for draft in drafts:
        held(store, draft)
    url, outbox = store.engine.url.render_as_string(hide_password=False), tmp_path / "outbox"
    store.close()

    def work(store: Store, number: int) -> None:
        for draft in drafts if number else reversed(drafts):
            with suppress(ReviewError):  # the other reviewer was first
                (approved if number else rejected)(store, draft)
            for refused in publish(store, outbox).refused:  # rejected after it was listed
                assert isinstance(refused.error, NotApproved), refused

    in_two_processes(url, work)
    for draft in drafts:
        item = store.item_of(draft.draft_id)
        assert item is not None
        actions = [review.action for review in store.reviews_of(draft.draft_id)]
        if item.state is State.RELEASED:
            assert actions == ["approve"]
        else:
            assert item.state is State.REJECTED
            assert actions in (["reject"], ["approve", "reject"])
    assert consistency(store, outbox) == []


def test_two_publishers_at_once_release_each_draft_once(store: Store, tmp_path: Path) -> None:
    drafts = [example_draft(BRIEF, seed=seed, text=f"text {seed}") for seed in range(6)]
    for draft in drafts:
        held(store, draft)
        approved(store, draft)
    url, outbox = store.engine.url.render_as_string(hide_password=False), tmp_path / "outbox"
    store.close()

    def work(store: Store, _number: int) -> None:
        assert publish(store, outbox).refused == ()

    in_two_processes(url, work)
    assert len(store.releases()) == 6
    assert len(list(outbox.glob("[!.]*"))) == 6
    assert len(store.events(kind="release.published")) == 6
    assert consistency(store, outbox) == []
