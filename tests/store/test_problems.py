from __future__ import annotations

import pytest
import sqlalchemy as sa

from aigc_guard.records import Outcome, Release
from aigc_guard.store import Store
from aigc_guard.testing.records import (
    POLICY_DIGEST,
    example_brief,
    example_decision,
    example_draft,
)

BRIEF = example_brief()
DRAFT = example_draft(BRIEF)
RELEASE = Release("rel", DRAFT.draft_id, BRIEF.id, DRAFT.text_sha256, "news", POLICY_DIGEST,
                  "/outbox/rel", "t")  # fmt: skip


def healthy(store: Store) -> None:
    store.put_run("run", at="t")
    store.put_briefs("run", [BRIEF])
    store.put_draft(DRAFT, run_id="run")
    store.put_decision(example_decision(DRAFT), at="t")
    store.put_release(RELEASE)
    store.append_event("release.published", DRAFT.draft_id, body={"release": "rel"}, at="t")
    store.finish_run("run", at="t", summary={})


def test_a_healthy_store_has_no_problems(store: Store) -> None:
    healthy(store)
    assert store.problems() == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM decisions", "has no decision"),
        ("UPDATE decisions SET outcome = 'review'", "neither a decision that releases it"),
        ("UPDATE decisions SET policy_digest = 'x'", "neither a decision that releases it"),
        ("UPDATE drafts SET text_sha256 = 'x'", "not the one that was written"),
        ("UPDATE releases SET text_sha256 = 'x'", "of another text"),
        ("UPDATE items SET state = 'waiting'", "is waiting but its release is rel"),
        ("UPDATE drafts SET parent = 'gone'", "names a parent"),
        ("UPDATE releases SET release_id = 'other'", "speaks of release rel"),
        ("DELETE FROM releases", "its release is missing"),
    ],
)
def test_each_contradiction_is_found(store: Store, statement: str, problem: str) -> None:
    healthy(store)
    with store.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert any(problem in found for found in store.problems()), store.problems()


def test_a_release_twice_in_the_record_is_found(store: Store) -> None:
    healthy(store)
    store.append_event("release.published", DRAFT.draft_id, body={"release": "rel"}, at="t")
    assert store.problems() == ["release rel has 2 events instead of one"]


def test_an_unfinished_publication_is_found(store: Store) -> None:
    store.put_briefs("", [BRIEF])
    store.put_draft(DRAFT)
    store.put_decision(example_decision(DRAFT, Outcome.REVIEW), at="t")
    store.begin_publishing("rel", draft_id=DRAFT.draft_id, body={}, at="t1")
    assert store.problems() == ["release rel was begun at t1 and not finished"]


def test_gaps_in_the_record_are_found(url: str) -> None:
    store = Store(url)  # a database of its own: its guard against changes is taken away
    store.migrate()
    for _ in range(3):
        store.append_event("run.started", "run", body={}, at="t")
    on_postgres = store.engine.dialect.name == "postgresql"
    trigger = "events_no_change ON events" if on_postgres else "events_no_delete"
    with store.engine.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        connection.execute(sa.text("DELETE FROM events WHERE seq = 2"))
    assert store.problems() == ["the record has 2 events but numbers from 1 to 3"]
    store.close()
