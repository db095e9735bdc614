"""The queue: what waits for a person, in pages that cost the same however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.store import desk_tables, tables
from aigc_guard.store.accounts import AccountTables
from aigc_guard.store.decisions import item
from aigc_guard.store.people import Lease, QueueFilter
from aigc_guard.store.rows import Item, State

_EVERYTHING = QueueFilter()
# A rule that holds fewer orders is looked up by the rule, one that holds more by walking the queue.
_RARE = 2000


class WaitingTables(AccountTables):
    """Reading the queue, and taking its next draft."""

    def waiting(
        self,
        which: QueueFilter = _EVERYTHING,
        *,
        limit: int,
        after: tuple[int, str, str] | None = None,
    ) -> list[Item]:
        """Drafts that wait, oldest or riskiest first; ``after`` is the last one's place.

        A place is ``(risk, since, work_id)``: pages cost the same wherever they begin.
        """
        query = self._filtered(sa.select(tables.items), which).limit(limit)
        query = _ordered(query, which, after)
        with self._reading() as connection:
            return [item(row) for row in connection.execute(query).mappings()]

    def count_waiting(self, which: QueueFilter = _EVERYTHING, *, most: int) -> int:
        """How many wait, counted up to ``most``: nobody needs the exact number of thousands."""
        # The state alone: the index holds it, and no row has to be fetched.
        inner = self._filtered(sa.select(tables.items.c.state), which).limit(most).subquery()
        with self._reading() as connection:
            return int(
                connection.execute(sa.select(sa.func.count()).select_from(inner)).scalar_one()
            )

    def waiting_since(self, moments: Sequence[str]) -> list[int]:
        """How many wait since each moment or later; ``moments`` from the latest backwards.

        One number more counts what has waited longer than all: each order is read once or twice.
        """
        table = tables.items
        waits = table.c.state == State.WAITING.value
        count = sa.select(sa.func.count()).select_from(table).where(waits)
        found, until = [], None
        with self._reading() as connection:
            whole = int(connection.execute(count).scalar_one())
            for moment in moments:
                own = count.where(table.c.since >= moment)
                if until is not None:
                    own = own.where(table.c.since < until)
                found.append(int(connection.execute(own).scalar_one()))
                until = moment
        return [*found, whole - sum(found)]

    def oldest_waiting(self) -> str:
        """Since when the oldest draft waits; empty when none does."""
        table = tables.items
        query = (
            sa.select(table.c.since)
            .where(table.c.state == State.WAITING.value)
            .order_by(table.c.since)
            .limit(1)
        )
        with self._reading() as connection:
            return str(connection.execute(query).scalar() or "")

    def claim_next(
        self, account_id: str, which: QueueFilter, *, now: str, until: str
    ) -> Item | None:
        """Give the first draft that nobody has and this account did not skip, or None."""
        leases, skips, items = desk_tables.leases, desk_tables.skips, tables.items
        taken = sa.select(leases.c.work_id).where(
            leases.c.until > now, leases.c.account_id != account_id
        )
        skipped = sa.select(skips.c.draft_id).where(skips.c.account_id == account_id)
        query = _ordered(self._filtered(sa.select(items), which), which, None).where(
            items.c.work_id.not_in(taken), items.c.draft_id.not_in(skipped)
        )
        with self._writing() as connection:
            row = connection.execute(query.limit(1)).mappings().first()
            if row is None:
                return None
            found = item(row)
            lease(connection, found, account_id, now, until)
        return found

    def rules_waiting(self) -> list[str]:
        """The rules that hold anything now, by name: what the queue can be filtered by.

        Steps from one name to the next, so that it costs what there are rules, not drafts.
        """
        column = desk_tables.item_rules.c.rule
        found: list[str] = []
        with self._reading() as connection:
            while True:
                query = sa.select(column).order_by(column).limit(1)
                if found:
                    query = query.where(column > found[-1])
                name = connection.execute(query).scalar()
                if name is None:
                    return found
                found.append(str(name))

    def rules_of(self, work_ids: Sequence[str]) -> dict[str, list[str]]:
        """The rules that hold each of these orders, by name."""
        table = desk_tables.item_rules
        query = (
            sa.select(table.c.work_id, table.c.rule)
            .where(table.c.work_id.in_(work_ids))
            .order_by(table.c.work_id, table.c.rule)
        )
        found: dict[str, list[str]] = {}
        with self._reading() as connection:
            for work_id, rule in connection.execute(query):
                found.setdefault(work_id, []).append(rule)
        return found

    def leases_of(self, work_ids: Sequence[str], *, now: str) -> dict[str, Lease]:
        """Who has which of these orders on the desk."""
        table = desk_tables.leases
        query = sa.select(table).where(table.c.work_id.in_(work_ids), table.c.until > now)
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return {row["work_id"]: Lease(**row) for row in rows}

    def _filtered(self, query: sa.Select[Any], which: QueueFilter) -> sa.Select[Any]:
        table, rules = tables.items, desk_tables.item_rules
        is_rare = bool(which.rule) and self._is_rare(which.rule)
        # A few orders are looked up by their ids. A bare state would have the planner walk the
        # whole queue in its order instead, so that it is hidden from the index.
        state = sa.literal("").concat(table.c.state) if is_rare else table.c.state
        query = query.where(state == State.WAITING.value)
        for name in ("kind", "channel", "language"):
            if value := getattr(which, name):
                query = query.where(table.c[name] == value)
        if is_rare:
            held = sa.select(rules.c.work_id).where(rules.c.rule == which.rule)
            query = query.where(table.c.work_id.in_(held))
        elif which.rule:
            own = sa.and_(rules.c.work_id == table.c.work_id, rules.c.rule == which.rule)
            query = query.where(sa.exists().where(own))
        return query.where(table.c.since < which.since_before) if which.since_before else query

    def _is_rare(self, rule: str) -> bool:
        table = desk_tables.item_rules
        inner = sa.select(table.c.work_id).where(table.c.rule == rule).limit(_RARE).subquery()
        with self._reading() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(inner)).scalar_one()
        return int(count) < _RARE


def lease(connection: Connection, found: Item, account_id: str, now: str, until: str) -> Lease:
    """Put an order on an account's desk, whoever had it before."""
    table = desk_tables.leases
    connection.execute(sa.delete(table).where(table.c.work_id == found.work_id))
    made = Lease(found.work_id, found.draft_id, account_id, now, until)
    row: dict[str, Any] = {name: getattr(made, name) for name in Lease.__dataclass_fields__}
    connection.execute(sa.insert(table), row)
    return made


def _ordered(
    query: sa.Select[Any], which: QueueFilter, after: tuple[int, str, str] | None
) -> sa.Select[Any]:
    table = tables.items
    older = (table.c.since, table.c.work_id)
    if after is not None:
        risk, since, work_id = after
        later = sa.or_(
            table.c.since > since, sa.and_(table.c.since == since, table.c.work_id > work_id)
        )
        if which.riskiest:
            later = sa.or_(table.c.risk < risk, sa.and_(table.c.risk == risk, later))
        query = query.where(later)
    if which.riskiest:
        return query.order_by(table.c.risk.desc(), *older)
    return query.order_by(*older)
