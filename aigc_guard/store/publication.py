"""Reviews, publications begun and done, and the queue: what people and releases leave behind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Release, Review
from aigc_guard.store import desk_tables, tables
from aigc_guard.store.archive import ArchiveTables
from aigc_guard.store.core import Row
from aigc_guard.store.decisions import item
from aigc_guard.store.rows import Intent, Item, State
from aigc_guard.store.runs import to_json
from aigc_guard.store.tallies import RELEASED, count

_REVIEW = tuple(Review.__dataclass_fields__)


class PublicationTables(ArchiveTables):
    """One order is released at most once; an approval is valid for what the item shows now."""

    def put_review(self, review: Review, *, decision_digest: str, final: bool = True) -> bool:
        """Append a review and move its item to approved or rejected; False when it was there.

        One that is not ``final`` (others have to approve, too) leaves the item where it is.
        """
        row = {name: getattr(review, name) for name in _REVIEW} | {"roles": " ".join(review.roles)}
        state = State.APPROVED if review.action == "approve" else State.REJECTED
        table = tables.items
        with self._writing() as connection:
            known = sa.select(tables.reviews.c.review_id).where(
                tables.reviews.c.review_id == review.review_id
            )
            if connection.execute(known).first():
                return False
            row |= {
                "seq": self._next_seq(connection, tables.reviews),
                "decision_digest": decision_digest,
                "decision_seq": _decision_seq(connection, review.draft_id, decision_digest),
            }
            connection.execute(sa.insert(tables.reviews), row)
            _count_review(connection, review, decision_digest)
            if not final:
                return True
            connection.execute(
                sa.update(table)
                .where(table.c.draft_id == review.draft_id)
                .where(table.c.decision_digest == decision_digest)
                .where(table.c.state != State.RELEASED.value)
                .values(state=state.value, since=review.at)
            )
        return True

    def reviews_of(self, draft_id: str) -> list[Review]:
        """All reviews of a draft, oldest first."""
        table = tables.reviews
        query = sa.select(table).where(table.c.draft_id == draft_id).order_by(table.c.seq)
        with self._reading() as connection:
            return [_review(row) for row in connection.execute(query).mappings()]

    def standing_approvals(self, draft_id: str) -> list[Review]:
        """Approvals of exactly what the draft's item shows now, oldest first.

        They need not suffice. One that a change has voided does not come back with the same bytes.
        """
        query = _approvals_of_what_stands(draft_id).order_by(tables.reviews.c.seq)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
            if not rows:
                return []
            latest = _decision_seq(connection, draft_id, rows[-1]["decision_digest"])
        return [_review(row) for row in rows if row["decision_seq"] == latest]

    def valid_approval(
        self, draft_id: str, *, text_sha256: str, policy_digest: str
    ) -> Review | None:
        """The latest approval of exactly these bytes under this policy, if it still stands.

        It stands while the item is approved: another text, another policy, other reasons or a
        rejection have moved the item on.
        """
        review, now = tables.reviews, tables.items
        query = (
            _approvals_of_what_stands(draft_id)
            .where(review.c.text_sha256 == text_sha256)
            .where(review.c.policy_digest == policy_digest)
            .where(now.c.state.in_([State.APPROVED.value, State.RELEASED.value]))
            .where(now.c.unverified.is_(False))
            .order_by(review.c.seq.desc())
        )
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return _review(row) if row else None

    def queue(
        self,
        *,
        state: State = State.WAITING,
        kind: str = "",
        language: str = "",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Item]:
        """Items in a state, the oldest first."""
        table = tables.items
        query = (
            self._selected(sa.select(table), state, kind, language)
            .order_by(table.c.since, table.c.work_id)
            .limit(limit)
            .offset(offset or None)
        )
        with self._reading() as connection:
            return [item(row) for row in connection.execute(query).mappings()]

    def queue_length(
        self, *, state: State = State.WAITING, kind: str = "", language: str = ""
    ) -> int:
        """How many items are in a state."""
        query = self._selected(
            sa.select(sa.func.count()).select_from(tables.items), state, kind, language
        )
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

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

    def _selected(
        self, query: sa.Select[Any], state: State, kind: str, language: str
    ) -> sa.Select[Any]:
        table = tables.items
        query = query.where(table.c.state == state.value)
        if kind:
            query = query.where(table.c.kind == kind)
        return query.where(table.c.language == language) if language else query


def _approvals_of_what_stands(draft_id: str) -> sa.Select[Any]:
    """Approvals of the very text, policy and decision that the draft's item shows."""
    review, now = tables.reviews, tables.items
    same = [
        now.c[name] == review.c[name]
        for name in ("draft_id", "text_sha256", "policy_digest", "decision_digest")
    ]
    return (
        sa.select(review)
        .join(now, sa.and_(*same))
        .where(review.c.draft_id == draft_id, review.c.action == "approve")
        .where(review.c.review_id.not_in(sa.select(desk_tables.withdrawals.c.review_id)))
    )


def _count_review(connection: Connection, review: Review, decision_digest: str) -> None:
    """Count the review, and what people said of each rule that held the draft."""
    table = tables.decisions
    query = (
        sa.select(table.c.policy, table.c.body)
        .where(table.c.draft_id == review.draft_id, table.c.decision_digest == decision_digest)
        .limit(1)
    )
    found = connection.execute(query).first()
    policy, body = (found[0], found[1]) if found else ("", '{"reasons": []}')
    count(connection, review.at, review.action, policy, [""])
    rules = [one["rule"] for one in json.loads(body)["reasons"]]
    count(connection, review.at, f"{review.action}:rule", policy, rules)


def _decision_seq(connection: Connection, draft_id: str, decision_digest: str) -> int:
    """The number of the latest decision of this content about the draft; 0 if there is none."""
    table = tables.decisions
    query = sa.select(sa.func.max(table.c.seq)).where(
        table.c.draft_id == draft_id, table.c.decision_digest == decision_digest
    )
    return int(connection.execute(query).scalar() or 0)


def _review(row: Row) -> Review:
    values = {name: row[name] for name in _REVIEW}
    return Review(**(values | {"roles": tuple(row["roles"].split())}))


def _intent(row: Row) -> Intent:
    return Intent(**(dict(row) | {"body": json.loads(row["body"])}))


def _release(row: Row) -> Release:
    files: Mapping[str, str] = json.loads(row["files"])
    own = {name: row[name] for name in Release.__dataclass_fields__}
    return Release(**(own | {"files": files}))
