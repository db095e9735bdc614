"""Erasure: what an order's texts, ledgers, comments and brief said goes; their digests stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.store import desk_tables, tables
from aigc_guard.store.proofs import ProofTables
from aigc_guard.store.rows import State
from aigc_guard.store.runs import to_json

DRAFT, BRIEF, RELEASE = "draft", "brief", "release"


@dataclass(frozen=True, slots=True)
class Payload:
    """What belongs to one order: its drafts and its brief."""

    drafts: tuple[str, ...]
    brief: str


class ErasureTables(ProofTables):
    """The log holds digests only, so it stays valid whatever is erased here."""

    def payload_of(self, draft_id: str) -> Payload:
        """The drafts and the brief of the order that a draft answers."""
        table = tables.drafts
        own = sa.select(table.c.work_id).where(table.c.draft_id == draft_id).scalar_subquery()
        query = (
            sa.select(table.c.draft_id, table.c.brief_digest)
            .where(table.c.work_id == own)
            .order_by(table.c.draft_id)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return Payload(tuple(row[0] for row in rows), rows[0][1] if rows else "")

    def erase_payload(self, payload: Payload, *, actor: str, at: str) -> None:
        """Erase it; an order that waits is closed. What was erased before stays erased."""
        with self._writing() as connection:
            for draft in payload.drafts:
                _erase_draft(connection, draft)
                self._note(connection, DRAFT, draft, actor, at)
            # Several orders may share a brief; it goes when none of them is left.
            if not self._is_needed(connection, payload):
                _erase_brief(connection, payload.brief)
                self._note(connection, BRIEF, payload.brief, actor, at)

    def note_erased(self, what: str, subject: str, *, actor: str, at: str) -> None:
        """Note that something outside the store was erased, such as a release's folder."""
        with self._writing() as connection:
            self._note(connection, what, subject, actor, at)

    def erased(self, what: str) -> set[str]:
        """The subjects of that kind that were erased."""
        query = sa.select(tables.erasures.c.subject).where(tables.erasures.c.what == what)
        with self._reading() as connection:
            return set(connection.execute(query).scalars())

    def _is_needed(self, connection: Connection, payload: Payload) -> bool:
        table = tables.drafts
        others = sa.select(table.c.draft_id).where(
            table.c.brief_digest == payload.brief, table.c.draft_id.not_in(payload.drafts)
        )
        gone = sa.select(tables.erasures.c.subject).where(tables.erasures.c.what == DRAFT)
        left = others.where(table.c.draft_id.not_in(gone)).limit(1)
        return connection.execute(left).first() is not None

    def _note(self, connection: Connection, what: str, subject: str, actor: str, at: str) -> None:
        table = tables.erasures
        known = sa.select(table.c.seq).where(table.c.what == what, table.c.subject == subject)
        if connection.execute(known).first() is None:
            row = {"what": what, "subject": subject, "actor": actor, "at": at}
            row_seq = self._next_seq(connection, table)
            connection.execute(sa.insert(table), {**row, "seq": row_seq})


def _erase_draft(connection: Connection, draft_id: str) -> None:
    drafts, edits, items = tables.drafts, tables.edits, tables.items
    comments = desk_tables.comments
    connection.execute(sa.update(drafts).where(drafts.c.draft_id == draft_id).values(text=b""))
    connection.execute(
        sa.update(edits).where(edits.c.draft_id == draft_id).values(before_encrypted="")
    )
    connection.execute(sa.update(comments).where(comments.c.draft_id == draft_id).values(text=""))
    connection.execute(
        sa.update(items)
        .where(items.c.draft_id == draft_id, items.c.state != State.RELEASED.value)
        .values(state=State.REJECTED.value)
    )


def _erase_brief(connection: Connection, digest: str) -> None:
    """Only what it is for stays: its id, kind, language and channel."""
    table = tables.briefs
    query = sa.select(table.c.body).where(table.c.brief_digest == digest)
    body = connection.execute(query).scalar()
    if body is None:
        return
    kept: Sequence[str] = ("id", "kind", "language", "channel")
    left = {name: value for name, value in json.loads(body).items() if name in kept}
    connection.execute(
        sa.update(table).where(table.c.brief_digest == digest).values(body=to_json(left))
    )
