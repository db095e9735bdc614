"""Publications begun and done: what releases leave behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Release
from aigc_guard.store import tables
from aigc_guard.store.core import Row
from aigc_guard.store.reviews import ReviewTables
from aigc_guard.store.rows import Intent, State
from aigc_guard.store.runs import to_json
from aigc_guard.store.tallies import RELEASED, count


class PublicationTables(ReviewTables):
    """One order is released at most once."""

    def begin_publishing(
        self, release_id: str, *, draft_id: str, body: Mapping[str, Any], at: str
    ) -> Intent:
        """Note that a release is about to be written; returns the note that was first.

        Two processes, or a second try after a crash, go on with the same record.
        """
        row = {"release_id": release_id, "draft_id": draft_id, "body": to_json(body), "at": at}
        with self._writing() as connection:
            row["work_id"] = self._work_id(draft_id)
            self._insert(connection, tables.publishing, [row])
            noted = self.publishing_of(draft_id)
        if noted is None:
            raise StoreError(
                said("release {release_id} belongs to another order", release_id=release_id)
            )
        return noted

    def publishing(self) -> list[Intent]:
        """Publications begun and not finished, oldest first."""
        table = tables.publishing
        query = sa.select(table).order_by(table.c.at, table.c.release_id)
        with self._reading() as connection:
            return [_intent(row) for row in connection.execute(query).mappings()]

    def publishing_of(self, draft_id: str) -> Intent | None:
        """The unfinished publication of a draft's order, or None."""
        row = self._of_order(tables.publishing, draft_id)
        return _intent(row) if row else None

    def drop_publishing(self, release_id: str) -> None:
        """Forget a publication that was begun and left nothing behind."""
        table = tables.publishing
        with self._writing() as connection:
            connection.execute(sa.delete(table).where(table.c.release_id == release_id))

    def put_release(self, release: Release) -> bool:
        """Record what lies in the outbox and close its item; False when it was recorded.

        Raises StoreError when another version of the same order was released before.
        """
        row = {name: getattr(release, name) for name in Release.__dataclass_fields__}
        row |= {"files": to_json(release.files), "work_id": self._work_id(release.draft_id)}
        table = tables.items
        with self._writing() as connection:
            other = self.release_of_order(release.draft_id)
            if other is not None and other.release_id != release.release_id:
                raise StoreError(
                    said(
                        "the order of draft {draft_id} was already released as {release_id}",
                        draft_id=release.draft_id,
                        release_id=other.release_id,
                    )
                )
            columns = ("draft_id", "text_sha256", "policy_digest", "files")
            new = self._put(connection, tables.releases, "release_id", [row], compare=columns)
            if new:
                count(connection, release.at, RELEASED, release.policy, [""])
            connection.execute(
                sa.update(table)
                .where(table.c.work_id == row["work_id"])
                .where(table.c.state != State.RELEASED.value)
                .values(state=State.RELEASED.value, since=release.at)
            )
            self.drop_publishing(release.release_id)
        return bool(new)

    def release(self, release_id: str) -> Release | None:
        """A release by its id, or None."""
        query = sa.select(tables.releases).where(tables.releases.c.release_id == release_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return _release(row) if row else None

    def release_of(self, draft_id: str) -> Release | None:
        """The release of exactly this draft, or None."""
        found = self.release_of_order(draft_id)
        return found if found is not None and found.draft_id == draft_id else None

    def release_of_order(self, draft_id: str) -> Release | None:
        """The release of the order a draft answers, whichever version was released."""
        row = self._of_order(tables.releases, draft_id)
        return _release(row) if row else None

    def releases(self) -> list[Release]:
        """All releases, oldest first."""
        table = tables.releases
        query = sa.select(table).order_by(table.c.at, table.c.release_id)
        with self._reading() as connection:
            return [_release(row) for row in connection.execute(query).mappings()]

    def newest_releases(self, *, limit: int) -> list[Release]:
        """The latest releases, newest first."""
        table = tables.releases
        query = sa.select(table).order_by(table.c.at.desc(), table.c.release_id).limit(limit)
        with self._reading() as connection:
            return [_release(row) for row in connection.execute(query).mappings()]

    def _of_order(self, table: sa.Table, draft_id: str) -> Row | None:
        drafts = tables.drafts
        query = (
            sa.select(table)
            .join(drafts, drafts.c.work_id == table.c.work_id)
            .where(drafts.c.draft_id == draft_id)
        )
        with self._reading() as connection:
            return connection.execute(query).mappings().first()

    def _work_id(self, draft_id: str) -> str:
        query = sa.select(tables.drafts.c.work_id).where(tables.drafts.c.draft_id == draft_id)
        with self._reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise StoreError(said("draft {draft_id} is not in the store", draft_id=draft_id))
        return str(found)


def _intent(row: Row) -> Intent:
    return Intent(**(dict(row) | {"body": json.loads(row["body"])}))


def _release(row: Row) -> Release:
    files: Mapping[str, str] = json.loads(row["files"])
    own = {name: row[name] for name in Release.__dataclass_fields__}
    return Release(**(own | {"files": files}))
