"""What the migration works out for old rows is what is kept as things happen from now on."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from aigc_guard.records import Outcome, Release
from aigc_guard.review import anybody, approve, reject
from aigc_guard.store import Store
from aigc_guard.testing.records import (
    example_brief,
    example_decision,
    example_draft,
)

AT = "2026-01-05T09:00:00Z"


def _filled(store: Store) -> None:
    brief = example_brief()
    store.put_briefs("", [brief])
    for seed, outcome in enumerate([Outcome.RELEASE, Outcome.REVIEW, Outcome.REVIEW]):
        draft = example_draft(brief, seed=seed)
        store.put_draft(draft)
        store.put_decision(example_decision(draft, outcome), at=AT)
        if seed == 0:
            store.put_release(
                Release(
                    "r", draft.draft_id, brief.id, draft.text_sha256, "news", "ab" * 32, "r", AT
                )
            )
    (first, second) = store.queue()
    approve(store, first.draft_id, by="Ann", reason="x", clock=lambda: AT, authority=anybody)
    reject(store, second.draft_id, by="Ann", reason="x", clock=lambda: AT)


def _kept(store: Store) -> dict[str, list[Any]]:
    queries = {
        "risks": "SELECT work_id, risk FROM items ORDER BY work_id",
        "rules": "SELECT work_id, rule FROM item_rules ORDER BY work_id, rule",
        "tallies": "SELECT * FROM tallies ORDER BY day, measure, policy, name",
    }
    with store.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.text(query))]
            for name, query in queries.items()
        }


def test_old_rows_are_counted_as_new_ones_are(store: Store) -> None:
    _filled(store)
    before = _kept(store)
    assert all(before.values())
    migration = import_module("aigc_guard.store.migrations.versions.v0004_console")
    with store.engine.begin() as connection:
        for statement in (
            "UPDATE items SET risk = 0",
            "DELETE FROM item_rules",
            "DELETE FROM tallies",
        ):
            connection.execute(sa.text(statement))
        with Operations.context(MigrationContext.configure(connection)):
            migration._weigh_items(connection)
            migration._count_days(connection)
    assert _kept(store) == before
