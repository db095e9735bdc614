"""Finds what contradicts itself in the store; a healthy store has no problems."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.records import sha256_text
from aigc_guard.store import tables
from aigc_guard.store.erasing import DRAFT
from aigc_guard.store.fingerprints import FingerprintTables
from aigc_guard.store.progress import RunProgress
from aigc_guard.store.rows import State
from aigc_guard.store.trends import TrendQueries

_BATCH = 1000


class Problems(FingerprintTables, TrendQueries, RunProgress):
    """Each problem is one sentence with the ids it is about, never a text or a value."""

    def problems(self) -> list[str]:
        """Everything that contradicts itself, read in one consistent view of the store."""
        with self._reading() as connection:
            return [
                *_undecided(connection),
                *_altered_texts(connection),
                *_unfounded_releases(connection),
                *_released_twice(connection),
                *_wrong_items(connection),
                *_orphaned_versions(connection),
                *_broken_record(connection),
                *_unfinished(connection),
            ]


def _undecided(connection: Connection) -> Iterator[str]:
    link, run, decision = tables.run_drafts, tables.runs, tables.decisions
    query = (
        sa.select(link.c.run_id, link.c.draft_id)
        .join(run, run.c.run_id == link.c.run_id)
        .outerjoin(decision, decision.c.draft_id == link.c.draft_id)
        .where(run.c.finished_at != "", decision.c.seq.is_(None))
    )
    for run_id, draft_id in connection.execute(query):
        yield f"draft {draft_id} of the finished run {run_id} has no decision"


def _altered_texts(connection: Connection) -> Iterator[str]:
    table = tables.drafts
    gone = sa.select(tables.erasures.c.subject).where(tables.erasures.c.what == DRAFT)
    erased = set(connection.execute(gone).scalars())
    query = sa.select(table.c.draft_id, table.c.text, table.c.text_sha256)
    for draft_id, text, digest in connection.execute(query.execution_options(yield_per=_BATCH)):
        if draft_id in erased and not text:
            continue
        if sha256_text(bytes(text).decode("utf-8", "replace")) != digest:
            yield f"the text of draft {draft_id} is not the one that was written"


def _unfounded_releases(connection: Connection) -> Iterator[str]:
    release, draft = tables.releases, tables.drafts
    query = sa.select(release, draft.c.text_sha256.label("draft_text")).join(
        draft, draft.c.draft_id == release.c.draft_id
    )
    for row in connection.execute(query).mappings().all():
        name = f"release {row['release_id']}"
        if row["draft_text"] != row["text_sha256"]:
            yield f"{name} is of another text than draft {row['draft_id']}"
        if not _decided(connection, row) and not _approved(connection, row):
            yield f"{name} has neither a decision that releases it nor an approval"


def _decided(connection: Connection, release: sa.RowMapping) -> bool:
    return _exists(connection, tables.decisions, release, tables.decisions.c.outcome == "release")


def _approved(connection: Connection, release: sa.RowMapping) -> bool:
    return _exists(connection, tables.reviews, release, tables.reviews.c.action == "approve")


def _exists(
    connection: Connection, table: sa.Table, release: sa.RowMapping, kind: sa.ColumnElement[bool]
) -> bool:
    query = sa.select(table.c.seq).where(
        kind,
        table.c.draft_id == release["draft_id"],
        table.c.text_sha256 == release["text_sha256"],
        table.c.policy_digest == release["policy_digest"],
    )
    return connection.execute(query.limit(1)).first() is not None


def _released_twice(connection: Connection) -> Iterator[str]:
    release, draft = tables.releases, tables.drafts
    query = (
        sa.select(draft.c.work_id, sa.func.count())
        .join(release, release.c.draft_id == draft.c.draft_id)
        .group_by(draft.c.work_id)
        .having(sa.func.count() > 1)
    )
    for work_id, count in connection.execute(query):
        yield f"order {work_id} was released {count} times"


def _wrong_items(connection: Connection) -> Iterator[str]:
    item, release = tables.items, tables.releases
    query = (
        sa.select(item.c.work_id, item.c.state, release.c.release_id)
        .outerjoin(release, release.c.work_id == item.c.work_id)
        .where((item.c.state == State.RELEASED.value) != release.c.release_id.is_not(None))
    )
    for work_id, state, release_id in connection.execute(query):
        yield f"order {work_id} is {state} but its release is {release_id or 'missing'}"


def _orphaned_versions(connection: Connection) -> Iterator[str]:
    child, parent = tables.drafts, tables.drafts.alias("parent")
    query = (
        sa.select(child.c.draft_id)
        .outerjoin(parent, parent.c.draft_id == child.c.parent)
        .where(child.c.parent != "", parent.c.draft_id.is_(None))
    )
    for draft_id in connection.execute(query).scalars():
        yield f"draft {draft_id} names a parent that is not stored"


def _broken_record(connection: Connection) -> Iterator[str]:
    event = tables.events
    counted = sa.select(sa.func.count(), sa.func.min(event.c.seq), sa.func.max(event.c.seq))
    count, first, last = connection.execute(counted).one()
    if count and (first, last) != (1, count):
        yield f"the record has {count} events but numbers from {first} to {last}"
    released = ("release.published",)
    reviewed = ("review.approved", "review.rejected")
    yield from _unrecorded(connection, tables.releases.c.release_id, "release", released)
    yield from _unrecorded(connection, tables.reviews.c.review_id, "review", reviewed)


def _unrecorded(
    connection: Connection, column: sa.Column[str], name: str, kinds: Sequence[str]
) -> Iterator[str]:
    """Rows without exactly one event, and events without a row."""
    bodies = sa.select(tables.events.c.body).where(tables.events.c.kind.in_(kinds))
    noted = Counter(
        str(json.loads(body).get(name, "")) for body in connection.execute(bodies).scalars()
    )
    there = set(connection.execute(sa.select(column)).scalars())
    for key in sorted(there | noted.keys()):
        if key not in there:
            yield f"the record speaks of {name} {key}, which is not stored"
        elif noted[key] != 1:
            yield f"{name} {key} has {noted[key]} events instead of one"


def _unfinished(connection: Connection) -> Iterator[str]:
    query = sa.select(tables.publishing.c.release_id, tables.publishing.c.at)
    for release_id, at in connection.execute(query):
        yield f"release {release_id} was begun at {at} and not finished"
