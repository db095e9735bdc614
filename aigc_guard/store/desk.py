"""The review desk: who has which draft, what was skipped, undone, said and edited."""

from __future__ import annotations

import sqlalchemy as sa

from aigc_guard.records import Review
from aigc_guard.store import desk_tables, tables
from aigc_guard.store.decisions import item
from aigc_guard.store.people import Comment, Lease
from aigc_guard.store.rows import Item, State
from aigc_guard.store.tallies import Tally, tallies_between
from aigc_guard.store.waiting import WaitingTables, lease


class DeskTables(WaitingTables):
    """A draft is on one desk at a time: writers take turns, so a claim is never given twice."""

    def claim(self, found: Item, account_id: str, *, now: str, until: str) -> Lease:
        """Give this draft to the account, or return the lease that somebody else still has."""
        with self._writing() as connection:
            held = self.lease_of(found.work_id, now=now)
            if held is not None and held.account_id != account_id:
                return held
            return lease(connection, found, account_id, now, until)

    def lease_of(self, work_id: str, *, now: str) -> Lease | None:
        """Who has the order on the desk at ``now``, or None."""
        table = desk_tables.leases
        query = sa.select(table).where(table.c.work_id == work_id, table.c.until > now)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return Lease(**row) if row else None

    def leases(self, *, now: str, account_id: str = "") -> list[Lease]:
        """What is on the desks at ``now``, on one account's if it is given."""
        table = desk_tables.leases
        query = sa.select(table).where(table.c.until > now).order_by(table.c.since)
        if account_id:
            query = query.where(table.c.account_id == account_id)
        with self._reading() as connection:
            return [Lease(**row) for row in connection.execute(query).mappings()]

    def end_lease(self, work_id: str, account_id: str) -> bool:
        """Give a draft back; False when this account did not have it."""
        table = desk_tables.leases
        query = sa.delete(table).where(table.c.work_id == work_id, table.c.account_id == account_id)
        with self._writing() as connection:
            return connection.execute(query).rowcount > 0

    def put_skip(self, draft_id: str, account_id: str, *, reason: str, at: str) -> None:
        """Note that an account won't be given this draft again."""
        row = {"draft_id": draft_id, "account_id": account_id, "reason": reason, "at": at}
        with self._writing() as connection:
            self._insert(connection, desk_tables.skips, [row])

    def put_grace(self, review: Review, *, until: str) -> None:
        """Note until when an approval can be undone."""
        row = {"review_id": review.review_id, "draft_id": review.draft_id, "until": until}
        with self._writing() as connection:
            self._insert(connection, desk_tables.graces, [row])

    def grace_of(self, draft_id: str) -> str:
        """Until when the standing approvals of a draft can be undone; empty for no such time."""
        grace, gone = desk_tables.graces, desk_tables.withdrawals
        query = sa.select(sa.func.max(grace.c.until)).where(
            grace.c.draft_id == draft_id,
            grace.c.review_id.not_in(sa.select(gone.c.review_id)),
        )
        with self._reading() as connection:
            return str(connection.execute(query).scalar() or "")

    def due_approved(self, now: str) -> list[Item]:
        """Approved drafts whose approval can't be undone any more, oldest first."""
        items, grace, gone = tables.items, desk_tables.graces, desk_tables.withdrawals
        open_still = sa.select(grace.c.draft_id).where(
            grace.c.until > now, grace.c.review_id.not_in(sa.select(gone.c.review_id))
        )
        query = (
            sa.select(items)
            .where(items.c.state == State.APPROVED.value, items.c.draft_id.not_in(open_still))
            .order_by(items.c.since, items.c.work_id)
        )
        with self._reading() as connection:
            return [item(row) for row in connection.execute(query).mappings()]

    def withdraw(self, review: Review, account_id: str, *, at: str) -> bool:
        """Take an approval back: its draft waits again; False when it was taken back before."""
        row = {"review_id": review.review_id, "account_id": account_id, "at": at}
        table = tables.items
        with self._writing() as connection:
            known = sa.select(desk_tables.withdrawals.c.review_id).where(
                desk_tables.withdrawals.c.review_id == review.review_id
            )
            if connection.execute(known).first():
                return False
            connection.execute(sa.insert(desk_tables.withdrawals), row)
            connection.execute(
                sa.update(table)
                .where(table.c.draft_id == review.draft_id)
                .where(table.c.state == State.APPROVED.value)
                .values(state=State.WAITING.value, since=at)
            )
        return True

    def withdrawn(self, draft_id: str) -> dict[str, str]:
        """Which reviews of a draft were taken back, and when."""
        gone, review = desk_tables.withdrawals, tables.reviews
        query = (
            sa.select(gone.c.review_id, gone.c.at)
            .join(review, review.c.review_id == gone.c.review_id)
            .where(review.c.draft_id == draft_id)
        )
        with self._reading() as connection:
            return {row.review_id: row.at for row in connection.execute(query)}

    def put_comment(self, draft_id: str, account_id: str, *, text: str, at: str) -> int:
        """Keep a comment; returns its number."""
        with self._writing() as connection:
            seq = self._next_seq(connection, desk_tables.comments)
            row = {"seq": seq, "draft_id": draft_id, "account_id": account_id, "text": text}
            connection.execute(sa.insert(desk_tables.comments), row | {"at": at})
        return seq

    def comments_of(self, draft_ids: list[str]) -> list[Comment]:
        """What was noted about these drafts, oldest first."""
        table = desk_tables.comments
        query = sa.select(table).where(table.c.draft_id.in_(draft_ids)).order_by(table.c.seq)
        with self._reading() as connection:
            return [Comment(**row) for row in connection.execute(query).mappings()]

    def put_editor(self, draft_id: str, account_id: str, *, at: str) -> None:
        """Note who wrote a version by hand."""
        row = {"draft_id": draft_id, "account_id": account_id, "at": at}
        with self._writing() as connection:
            self._insert(connection, desk_tables.editors, [row])

    def editors_of(self, draft_id: str) -> set[str]:
        """The accounts that edited this draft or a version it came from."""
        draft, editor = tables.drafts, desk_tables.editors
        own = sa.select(draft.c.work_id).where(draft.c.draft_id == draft_id).scalar_subquery()
        query = (
            sa.select(editor.c.account_id)
            .join(draft, draft.c.draft_id == editor.c.draft_id)
            .where(draft.c.work_id == own)
        )
        with self._reading() as connection:
            return set(connection.execute(query).scalars())

    def tallies(self, first: str, last: str) -> list[Tally]:
        """Counts of the days from ``first`` to ``last``."""
        with self._reading() as connection:
            return tallies_between(connection, first, last)
