"""The record searched: by what it happened to, who did it, under which policy and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from aigc_guard.records import Event
from aigc_guard.store import tables
from aigc_guard.store.proposals import ProposalTables

PAGE = 1000


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are looked at; empty fields leave nothing out.

    ``draft`` means the draft with all versions of its order; ``policy`` is a name; ``since`` and
    ``until`` are moments or days, both included.
    """

    kind: str = ""
    subject: str = ""
    draft: str = ""
    release: str = ""
    actor: str = ""
    policy: str = ""
    since: str = ""
    until: str = ""


class EventSearch(ProposalTables):
    """Pages are read by number, so that each costs the same wherever it begins."""

    def newest_events(
        self, which: EventFilter, *, limit: int, before: int | None = None
    ) -> list[Event]:
        """The newest events that fit, from the one before ``before`` on."""
        table = tables.events
        query = self._fitting(which).order_by(table.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.seq < before)
        with self._reading() as connection:
            return [_event(row) for row in connection.execute(query).mappings()]

    def every_event(self, which: EventFilter) -> Iterator[Event]:
        """All events that fit, in order; memory holds a thousand of them.

        Each thousand is read in a transaction of its own: a long export keeps no writer waiting.
        """
        table, after = tables.events, 0
        while True:
            query = (
                self._fitting(which).where(table.c.seq > after).order_by(table.c.seq).limit(PAGE)
            )
            with self._reading() as connection:
                found = [_event(row) for row in connection.execute(query).mappings()]
            yield from found
            if len(found) < PAGE:
                return
            after = found[-1].seq

    def _fitting(self, which: EventFilter) -> sa.Select[Any]:
        table, drafts, releases = tables.events, tables.drafts, tables.releases
        query = sa.select(table)
        for column, value in (("kind", which.kind), ("subject", which.subject)):
            if value:
                query = query.where(table.c[column] == value)
        if which.actor:
            query = query.where(table.c.actor == which.actor)
        if which.draft:
            order = sa.select(drafts.c.work_id).where(drafts.c.draft_id == which.draft)
            same = sa.select(drafts.c.draft_id).where(drafts.c.work_id.in_(order))
            query = query.where(table.c.subject.in_(same))
        if which.release:
            order = sa.select(releases.c.work_id).where(releases.c.release_id == which.release)
            same = sa.select(drafts.c.draft_id).where(drafts.c.work_id.in_(order))
            query = query.where(sa.or_(table.c.subject.in_(same), table.c.subject == which.release))
        if which.policy:
            known, decided = tables.policies, tables.decisions
            digests = sa.select(known.c.policy_digest).where(known.c.name == which.policy)
            under = sa.select(decided.c.draft_id).where(decided.c.policy_digest.in_(digests))
            query = query.where(sa.or_(table.c.subject.in_(digests), table.c.subject.in_(under)))
        if which.since:
            query = query.where(table.c.at >= which.since)
        if which.until:
            # A day ends with its last second: "~" sorts after everything a moment holds.
            query = query.where(table.c.at <= f"{which.until}~")
        return query

    def log_size(self) -> int:
        """How many events the record holds: its numbers have no gap."""
        with self._reading() as connection:
            found = connection.execute(sa.select(sa.func.max(tables.events.c.seq)))
            return int(found.scalar() or 0)


def _event(row: Any) -> Event:
    return Event(**(dict(row) | {"body": json.loads(row["body"])}))
