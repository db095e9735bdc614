from __future__ import annotations

from dataclasses import replace

import pytest

from aigc_guard.errors import StoreError
from aigc_guard.records import Draft, Outcome, Reason, Release, Review
from aigc_guard.store import NewEvent, State, Store
from aigc_guard.testing.records import (
    POLICY_DIGEST,
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

BRIEF = example_brief()
FIRST = example_draft(BRIEF)
SECOND = example_draft(BRIEF, attempt=2, text="second attempt")
OTHER_POLICY = "cd" * 32


@pytest.fixture(autouse=True)
def _drafts(store: Store) -> None:
    store.put_briefs("", [BRIEF])
    store.put_drafts([FIRST, SECOND])


def state(store: Store, draft: Draft = FIRST) -> tuple[State, str]:
    item = store.item_of(draft.draft_id)
    assert item is not None
    return item.state, item.draft_id


def review(draft: Draft, action: str = "approve", **changes: object) -> Review:
    made = Review("r1", draft.draft_id, draft.text_sha256, POLICY_DIGEST, "approve", "Ann", False,
                  "checked", "t2")  # fmt: skip
    return replace(made, action=action, **changes)


def approve(store: Store, draft: Draft = FIRST, **changes: object) -> None:
    item = store.item_of(draft.draft_id)
    assert item is not None
    store.put_review(review(draft, **changes), decision_digest=item.decision_digest)


def approved(store: Store, draft: Draft = FIRST) -> bool:
    digests = {"text_sha256": draft.text_sha256, "policy_digest": POLICY_DIGEST}
    return store.valid_approval(draft.draft_id, **digests) is not None


def test_an_equal_decision_is_not_appended_again(store: Store) -> None:
    held = example_decision(FIRST, Outcome.REVIEW)
    keys = [example_report(FIRST).key]
    assert store.put_decision(held, at="t1", measured=keys)
    assert not store.put_decision(held, at="t2")
    under_other = replace(held, policy_digest=OTHER_POLICY, outcome=Outcome.BLOCK)
    assert store.put_decisions([held, under_other], at="t3") == [FIRST.draft_id]
    assert store.latest_decision(FIRST.draft_id) == under_other
    assert store.latest_decision(FIRST.draft_id, POLICY_DIGEST) == held
    assert store.latest_decisions([FIRST.draft_id, "none"]) == {FIRST.draft_id: under_other}
    assert store.decisions_of(FIRST.draft_id) == [("t1", held), ("t3", under_other)]
    assert store.measured_for(held) == keys


def test_a_decision_about_another_text_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="another text"):
        store.put_decision(replace(example_decision(FIRST), text_sha256="00"), at="t")
    with pytest.raises(StoreError, match="not stored"):
        store.put_decision(replace(example_decision(FIRST), draft_id="unknown"), at="t")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.RELEASE, State.PASSED),
        (Outcome.REDACT, State.TRANSIT),
        (Outcome.REVIEW, State.WAITING),
        (Outcome.BLOCK, State.BLOCKED),
    ],
)
def test_an_outcome_gives_the_order_its_state(
    store: Store, outcome: Outcome, expected: State
) -> None:
    store.put_decision(example_decision(FIRST, outcome), at="t")
    assert state(store) == (expected, FIRST.draft_id)


def test_a_version_that_would_be_redacted_again_waits_for_a_person(store: Store) -> None:
    version = replace(FIRST, draft_id="v", text="[x]", parent=FIRST.draft_id, made_by="redaction")
    store.put_draft(version)
    store.put_decision(example_decision(version, Outcome.REDACT), at="t")
    assert state(store) == (State.WAITING, "v")


def test_the_last_attempt_stands_and_a_repeated_run_moves_nothing(store: Store) -> None:
    decisions = [example_decision(FIRST, Outcome.REVIEW), example_decision(SECOND, Outcome.BLOCK)]
    for _ in range(2):
        store.put_decisions(decisions, at="t")
        assert state(store) == (State.BLOCKED, SECOND.draft_id)
    strict = [replace(decision, policy_digest=OTHER_POLICY) for decision in decisions[:1]]
    store.put_decisions(strict, at="t")
    assert state(store) == (State.WAITING, FIRST.draft_id)
    store.put_decisions(decisions, at="t")
    assert state(store) == (State.BLOCKED, SECOND.draft_id)


def test_an_approval_stands_until_anything_changes(store: Store) -> None:
    held = example_decision(FIRST, Outcome.REVIEW)
    store.put_decision(held, at="t1")
    assert not approved(store)
    approve(store)
    assert approved(store)
    assert state(store)[0] is State.APPROVED
    store.put_decision(held, at="t3")
    assert approved(store)


@pytest.mark.parametrize("change", ["policy", "reasons", "version", "rejection", "unverified"])
def test_every_change_voids_an_approval(store: Store, change: str) -> None:
    held = example_decision(FIRST, Outcome.REVIEW)
    store.put_decision(held, at="t1")
    approve(store)
    if change == "policy":
        store.put_decision(replace(held, policy_digest=OTHER_POLICY), at="t3")
    elif change == "reasons":
        store.put_decision(replace(held, reasons=held.reasons * 2), at="t3")
    elif change == "version":
        edited = replace(FIRST, draft_id="e", text="edited", parent=FIRST.draft_id)
        store.put_draft(replace(edited, made_by="editor"))
        store.put_decision(example_decision(edited, Outcome.REVIEW), at="t3")
    elif change == "rejection":
        approve(store, action="reject", review_id="r2")
    else:
        reason = Reason("unverified:pii", "pii", Outcome.REVIEW, {"en": "x"})
        store.put_decision(replace(held, reasons=(reason,)), at="t3")
    assert not approved(store)


def test_the_queue_is_oldest_first_and_can_be_narrowed(store: Store) -> None:
    later = example_brief(id="b2", language="zh")
    draft = example_draft(later)
    store.put_briefs("", [later])
    store.put_draft(draft)
    store.put_decision(example_decision(draft, Outcome.REVIEW), at="2026-01-05T10:00:00Z")
    store.put_decision(example_decision(SECOND, Outcome.REVIEW), at="2026-01-05T09:00:00Z")
    assert [item.draft_id for item in store.queue()] == [SECOND.draft_id, draft.draft_id]
    assert [item.draft_id for item in store.queue(language="zh")] == [draft.draft_id]
    assert [item.draft_id for item in store.queue(limit=1, offset=1)] == [draft.draft_id]
    assert store.queue(kind="legal") == []
    assert (store.queue_length(), store.queue_length(state=State.BLOCKED)) == (2, 0)


def test_waiting_time_counts_from_the_first_decision(store: Store) -> None:
    held = example_decision(FIRST, Outcome.REVIEW)
    store.put_decision(held, at="t1")
    store.put_decision(replace(held, policy_digest=OTHER_POLICY), at="t2")
    assert [item.since for item in store.queue()] == ["t1"]


def release(draft: Draft, release_id: str = "rel") -> Release:
    return Release(release_id, draft.draft_id, BRIEF.id, draft.text_sha256, "news", POLICY_DIGEST,
                   "/outbox/rel", "t", {"release.md": "aa"})  # fmt: skip


def test_an_order_is_released_once_whatever_attempt(store: Store) -> None:
    store.put_decision(example_decision(FIRST), at="t")
    assert store.put_release(release(FIRST))
    assert not store.put_release(release(FIRST))
    with pytest.raises(StoreError, match="already released as rel"):
        store.put_release(release(SECOND, "rel2"))
    assert store.release_of(SECOND.draft_id) is None
    assert store.release_of_order(SECOND.draft_id) == store.release("rel") == release(FIRST)
    store.put_decision(example_decision(SECOND, Outcome.BLOCK), at="t")
    assert state(store) == (State.RELEASED, FIRST.draft_id)


def test_a_second_note_of_publication_goes_on_with_the_first(store: Store) -> None:
    first = store.begin_publishing("rel", draft_id=FIRST.draft_id, body={"n": 1}, at="t1")
    again = store.begin_publishing("rel2", draft_id=SECOND.draft_id, body={"n": 2}, at="t2")
    assert first == again == store.publishing_of(SECOND.draft_id)
    assert store.publishing() == [first]
    store.drop_publishing("rel")
    assert store.publishing() == []


def test_events_are_numbered_without_gaps_and_found_again(store: Store) -> None:
    assert store.append_event("draft.written", "d1", body={"b": [1], "a": "x"}, at="t") == 1
    more = [NewEvent("draft.decided", f"d{n}", {}, "t", actor="person:1") for n in (1, 2)]
    assert store.append_events(more) == 3
    assert store.append_events([]) == 3
    assert [event.seq for event in store.events(subject="d1")] == [1, 2]
    assert [event.subject for event in store.events(kind="draft.decided", after=2)] == ["d2"]
    assert store.events(limit=1)[0].body == {"a": "x", "b": [1]}


@pytest.mark.parametrize("body", [{"score": 0.5}, {"deep": [{"text": "x" * 301}]}])
def test_an_event_refuses_what_may_be_text(store: Store, body: dict[str, object]) -> None:
    with pytest.raises(StoreError, match=r"draft\.written"):
        store.append_event("draft.written", "d1", body=body, at="t")
    assert store.events() == []


def test_people_have_opaque_stable_ids(store: Store) -> None:
    ann = store.actor_id("Ann Lee")
    assert ann == store.actor_id(" ann lee ")
    assert ann != store.actor_id("Bo")
    assert "ann" not in ann.lower()
