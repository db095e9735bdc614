"""The append-only record of everything that happens to a draft."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Event
from aigc_guard.store import tables
from aigc_guard.store.grouping import Group
from aigc_guard.store.measurements import MeasurementTables
from aigc_guard.store.rows import NewEvent
from aigc_guard.store.runs import to_json
from aigc_guard.store.tree import grow

LONGEST = 300
_INSERT = sa.insert(tables.events)


class EventLog(MeasurementTables):
    """Events are numbered without gaps; the database itself refuses to change or delete one.

    Each is an entry of the Merkle tree that ``tree`` keeps.
    """

    def append_event(
        self,
        kind: str,
        subject: str,
        *,
        body: Mapping[str, Any],
        at: str,
        actor: str = "aigc_guard",
    ) -> int:
        """Append one event, in the transaction of what it records; returns its number."""
        return self.append_events([NewEvent(kind, subject, body, at, actor)])

    def append_events(self, events: Sequence[NewEvent]) -> int:
        """Append events in order and return the last one's number.

        Bodies hold digests, labels and spans: a float (write scores as text) or a long string
        is refused, because it may be draft text. Outside of a transaction, threads that append at
        the same moment share one commit; each returns when its own events are on disk.
        """
        rows = []
        for event in events:
            _refuse_text(event.kind, event.body)
            rows.append(
                {
                    "at": event.at,
                    "kind": event.kind,
                    "subject": event.subject,
                    "actor": event.actor,
                    "body": to_json(event.body),
                }
            )
        return self._append(rows) if self.in_transaction else self._group.append(rows)

    @cached_property
    def _group(self) -> Group[dict[str, Any]]:
        return Group(self._append)

    def _append(self, rows: Sequence[dict[str, Any]]) -> int:
        with self._writing() as connection:
            first = self._next_seq(connection, tables.events)
            numbered = [{"seq": seq, **row} for seq, row in enumerate(rows, start=first)]
            if numbered:
                connection.execute(_INSERT, numbered)
                grow(connection, numbered)
        return first + len(rows) - 1

    def events(
        self, *, kind: str = "", subject: str = "", after: int = 0, limit: int | None = None
    ) -> list[Event]:
        """Events in order, from the one after ``after`` on."""
        table = tables.events
        query = sa.select(table).where(table.c.seq > after).order_by(table.c.seq)
        if kind:
            query = query.where(table.c.kind == kind)
        if subject:
            query = query.where(table.c.subject == subject)
        with self._reading() as connection:
            rows = connection.execute(query.limit(limit)).mappings().all()
        return [Event(**(dict(row) | {"body": json.loads(row["body"])})) for row in rows]


def _refuse_text(kind: str, value: Any) -> None:
    if isinstance(value, float):
        raise StoreError(
            said("event {kind} holds a float", kind=kind), hint=said("write scores as text")
        )
    if isinstance(value, str) and len(value) > LONGEST:
        raise StoreError(
            said("event {kind} holds a text of {count} characters", kind=kind, count=len(value)),
            hint=said("events hold digests, labels and spans, never text"),
        )
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_text(kind, item)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            _refuse_text(kind, item)
