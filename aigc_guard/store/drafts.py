"""Drafts: what was written, by whom, and which version came from which."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Draft, sha256_text
from aigc_guard.store import tables
from aigc_guard.store.core import Row, chunks
from aigc_guard.store.rows import RunDraft, work_id_of
from aigc_guard.store.runs import RunTables, to_json

_IDENTITY = ("text_sha256", "brief_digest", "parent", "writer", "attempt", "made_by")


class DraftTables(RunTables):
    """A stored draft is never written again, and its text is checked whenever it is read."""

    def put_draft(self, draft: Draft, *, run_id: str = "") -> bool:
        """Store one draft; False when it was there already."""
        return bool(self.put_drafts([draft], run_id=run_id))

    def put_drafts(self, drafts: Sequence[Draft], *, run_id: str = "") -> list[str]:
        """Store drafts (parents before their children); returns the ids that are new.

        With ``run_id`` each is linked to the run. A draft's brief must be stored before it.
        """
        with self._writing() as connection:
            lineage = self._lineage(connection, [draft.parent for draft in drafts if draft.parent])
            rows = [_draft_row(draft, lineage) for draft in drafts]
            new = self._put(connection, tables.drafts, "draft_id", rows, compare=_IDENTITY)
            if run_id:
                self.link_run(run_id, drafts)
        return new

    def link_run(self, run_id: str, drafts: Sequence[Draft]) -> None:
        """Note that a run uses these stored drafts."""
        links = [
            {
                "run_id": run_id,
                "draft_id": draft.draft_id,
                "brief_digest": draft.brief_digest,
                "attempt": draft.attempt,
            }
            for draft in drafts
        ]
        with self._writing() as connection:
            self._insert(connection, tables.run_drafts, links)

    def known_drafts(self, draft_ids: Iterable[str]) -> set[str]:
        """Which of these drafts are stored: they are never written again."""
        known: set[str] = set()
        with self._reading() as connection:
            for some in chunks(list(draft_ids)):
                query = sa.select(tables.drafts.c.draft_id).where(
                    tables.drafts.c.draft_id.in_(some)
                )
                known.update(connection.execute(query).scalars())
        return known

    def drafts(self, draft_ids: Iterable[str]) -> dict[str, Draft]:
        """Drafts by id; unknown and erased ones are left out. StoreError for altered text."""
        found = {}
        with self._reading() as connection:
            for some in chunks(list(draft_ids)):
                query = sa.select(tables.drafts).where(tables.drafts.c.draft_id.in_(some))
                for row in _kept(connection, connection.execute(query).mappings().all()):
                    found[row["draft_id"]] = _draft(row)
        return found

    def draft(self, draft_id: str) -> Draft | None:
        """One draft, or None."""
        return self.drafts([draft_id]).get(draft_id)

    def root_of(self, draft_id: str) -> str:
        """The written draft that a version came from, by redaction or editing; itself if none."""
        query = sa.select(tables.drafts.c.root).where(tables.drafts.c.draft_id == draft_id)
        with self._reading() as connection:
            return str(connection.execute(query).scalar() or draft_id)

    def find_draft(self, prefix: str) -> str:
        """The one draft whose id begins so. Raises StoreError for none or several."""
        column = tables.drafts.c.draft_id
        query = sa.select(column).where(column.startswith(prefix, autoescape=True)).limit(2)
        with self._reading() as connection:
            found = connection.execute(query).scalars().all() if prefix else []
        if len(found) == 1:
            return str(found[0])
        raise StoreError(
            said("several drafts begin with {prefix}", prefix=prefix)
            if found
            else said("no draft begins with {prefix}", prefix=prefix),
            hint=said("aigc-guard review list shows the ids in full"),
        )

    def drafts_of_run(self, run_id: str) -> list[RunDraft]:
        """Which drafts a run used, by brief order, attempt and version."""
        link, draft, position = tables.run_drafts, tables.drafts, tables.run_briefs
        query = (
            sa.select(*link.c["draft_id", "brief_digest", "attempt"])
            .join(draft, draft.c.draft_id == link.c.draft_id)
            .outerjoin(
                position,
                (position.c.run_id == link.c.run_id)
                & (position.c.brief_digest == link.c.brief_digest),
            )
            .where(link.c.run_id == run_id)
            .order_by(position.c.position, link.c.attempt, draft.c.depth, link.c.draft_id)
        )
        with self._reading() as connection:
            return [RunDraft(*row) for row in connection.execute(query)]

    def latest_run_of(self, draft_ids: Iterable[str]) -> str:
        """The run that began last of those that used one of these drafts; empty for none."""
        link, run = tables.run_drafts, tables.runs
        query = (
            sa.select(run.c.run_id)
            .join(link, link.c.run_id == run.c.run_id)
            .where(link.c.draft_id.in_(list(draft_ids)))
            .order_by(run.c.started_at.desc(), run.c.run_id)
            .limit(1)
        )
        with self._reading() as connection:
            return str(connection.execute(query).scalar() or "")

    def versions_of(self, draft_id: str) -> list[Draft]:
        """All attempts and versions of a draft's order, in the order they came to be."""
        table = tables.drafts
        own = sa.select(table.c.work_id).where(table.c.draft_id == draft_id).scalar_subquery()
        query = (
            sa.select(table)
            .where(table.c.work_id == own)
            .order_by(table.c.attempt, table.c.depth, table.c.draft_id)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
            return [_draft(row) for row in _kept(connection, rows)]

    def _lineage(self, connection: Connection, parents: Sequence[str]) -> dict[str, Row]:
        table = tables.drafts
        found: dict[str, Row] = {}
        for some in chunks(parents):
            query = sa.select(*table.c["draft_id", "root", "work_id", "depth"]).where(
                table.c.draft_id.in_(some)
            )
            for row in connection.execute(query).mappings():
                found[row["draft_id"]] = dict(row)
        return found


def _draft_row(draft: Draft, lineage: dict[str, Row]) -> dict[str, Any]:
    parent = lineage.get(draft.parent)
    if draft.parent and parent is None:
        raise StoreError(
            said("draft {draft_id} names a parent that is not stored", draft_id=draft.draft_id)
        )
    row = {
        "draft_id": draft.draft_id,
        "brief_id": draft.brief_id,
        "brief_digest": draft.brief_digest,
        "kind": draft.kind,
        "language": draft.language,
        "channel": draft.channel,
        "text": _bytes(draft),
        "text_sha256": draft.text_sha256,
        "writer": draft.writer,
        "model_digest": draft.model_digest,
        "settings_digest": draft.settings_digest,
        "seed": str(draft.seed),
        "attempt": draft.attempt,
        "faithful": draft.faithful,
        "notes": to_json(draft.notes),
        "parent": draft.parent,
        "made_by": draft.made_by,
        "root": parent["root"] if parent else draft.draft_id,
        "work_id": parent["work_id"] if parent else work_id_of(draft),
        "depth": parent["depth"] + 1 if parent else 0,
    }
    lineage.setdefault(draft.draft_id, row)
    return row


def _bytes(draft: Draft) -> bytes:
    try:
        return draft.text.encode("utf-8")
    except UnicodeEncodeError:
        raise StoreError(
            said(
                "draft {draft_id} holds half a surrogate pair and can't be stored",
                draft_id=draft.draft_id,
            ),
            hint=said("send the text again in valid Unicode"),
        ) from None


def _kept(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """The rows but those whose text was erased; an empty one that nobody erased stays."""
    empty = [row["draft_id"] for row in rows if not row["text"]]
    if not empty:
        return list(rows)
    table = tables.erasures
    query = sa.select(table.c.subject).where(table.c.what == "draft", table.c.subject.in_(empty))
    gone = set(connection.execute(query).scalars())
    return [row for row in rows if row["draft_id"] not in gone]


def _draft(row: Row) -> Draft:
    text = bytes(row["text"]).decode("utf-8")
    if sha256_text(text) != row["text_sha256"]:
        raise StoreError(
            said(
                "the stored text of draft {row} is not the one that was written",
                row=row["draft_id"],
            ),
            hint=said("the store was changed from outside: restore it from a backup"),
        )
    own = {f: row[f] for f in Draft.__dataclass_fields__ if f not in ("text", "seed", "notes")}
    return Draft(**own, text=text, seed=int(row["seed"]), notes=tuple(json.loads(row["notes"])))
