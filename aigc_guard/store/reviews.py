"""Reviews and the queue: what people say of drafts, and what an approval stands for."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.records import Review
from aigc_guard.store import desk_tables, tables
from aigc_guard.store.archive import ArchiveTables
from aigc_guard.store.core import Row
from aigc_guard.store.decisions import item
from aigc_guard.store.rows import Item, State
from aigc_guard.store.tallies import count

_REVIEW = tuple(Review.__dataclass_fields__)


class ReviewTables(ArchiveTables):
    """An approval is valid for what the item shows now."""

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
