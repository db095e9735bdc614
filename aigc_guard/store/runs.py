"""Runs with their briefs, policies and quarantined rows: what was ordered, and under what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from aigc_guard.errors import StoreError, said
from aigc_guard.records import Brief, Quarantined, canonical, dump, load
from aigc_guard.store import tables
from aigc_guard.store.core import Row, StoreCore, chunks
from aigc_guard.store.rows import Run


def to_json(value: Any) -> str:
    """Canonical JSON of a record or of plain data, as text."""
    return canonical(dump(value)).decode()


class RunTables(StoreCore):
    """Puts are idempotent: the same content again is nothing, other content a StoreError."""

    def put_run(
        self, run_id: str, *, at: str, seed: int = 0, policies: Mapping[str, str] | None = None
    ) -> bool:
        """Note a run that starts at ``at``; False when it was there already (a resumed run).

        ``policies`` maps names to the digests the run is pinned to.
        """
        body = to_json({"seed": str(seed), "policies": dict(policies or {})})
        row = {"run_id": run_id, "body": body, "started_at": at}
        with self._writing() as connection:
            return bool(self._put(connection, tables.runs, "run_id", [row], compare=["body"]))

    def finish_run(self, run_id: str, *, at: str, summary: Mapping[str, Any]) -> bool:
        """Note a run's end; False when it had ended with this summary before."""
        new = to_json(summary)
        with self._writing() as connection:
            run = self.get_run(run_id)
            if run is None:
                raise StoreError(said("run {run_id} is not in the store", run_id=run_id))
            if run.finished_at and to_json(run.summary) == new:
                return False
            connection.execute(
                sa.update(tables.runs)
                .where(tables.runs.c.run_id == run_id)
                .values(finished_at=at, summary=new)
            )
        return True

    def get_run(self, run_id: str) -> Run | None:
        """A run, or None."""
        with self._reading() as connection:
            query = sa.select(tables.runs).where(tables.runs.c.run_id == run_id)
            row = connection.execute(query).mappings().first()
        return _run(row) if row else None

    def get_runs(self, *, limit: int = 50) -> list[Run]:
        """The latest runs, newest first."""
        query = sa.select(tables.runs).order_by(
            tables.runs.c.started_at.desc(), tables.runs.c.run_id
        )
        with self._reading() as connection:
            return [_run(row) for row in connection.execute(query.limit(limit)).mappings()]

    def put_policy(self, name: str, digest: str, body: Mapping[str, Any]) -> bool:
        """Keep a policy as it was when a run used it; False when it was there."""
        row = {"policy_digest": digest, "name": name, "body": to_json(body)}
        with self._writing() as connection:
            new = self._put(
                connection, tables.policies, "policy_digest", [row], compare=["name", "body"]
            )
        return bool(new)

    def get_policy(self, digest: str) -> Mapping[str, Any] | None:
        """A policy's content by its digest, or None."""
        query = sa.select(tables.policies.c.body).where(tables.policies.c.policy_digest == digest)
        with self._reading() as connection:
            body = connection.execute(query).scalar()
        return dict(json.loads(body)) if body is not None else None

    def policy_digests(self) -> list[str]:
        """The digests of every policy that was ever used or activated."""
        with self._reading() as connection:
            return list(connection.execute(sa.select(tables.policies.c.policy_digest)).scalars())

    def put_briefs(self, run_id: str, briefs: Sequence[Brief]) -> list[str]:
        """Store briefs, linked to a run ("" for none) in this order; returns the new digests."""
        rows = [
            {
                "brief_digest": brief.digest,
                "brief_id": brief.id,
                "kind": brief.kind,
                "language": brief.language,
                "body": to_json(brief),
            }
            for brief in briefs
        ]
        links = [
            {"run_id": run_id, "brief_digest": row["brief_digest"], "position": position}
            for position, row in enumerate(rows)
        ]
        with self._writing() as connection:
            new = self._put(connection, tables.briefs, "brief_digest", rows, compare=["body"])
            if run_id:
                self._insert(connection, tables.run_briefs, links)
        return new

    def get_briefs(self, digests: Iterable[str]) -> dict[str, Brief]:
        """Briefs by digest; unknown digests are left out."""
        found = {}
        with self._reading() as connection:
            for some in chunks(list(digests)):
                query = sa.select(*tables.briefs.c["brief_digest", "body"]).where(
                    tables.briefs.c.brief_digest.in_(some)
                )
                for digest, body in connection.execute(query):
                    found[digest] = load(Brief, json.loads(body))
        return found

    def briefs_of_run(self, run_id: str) -> list[Brief]:
        """A run's briefs in their order."""
        link = tables.run_briefs
        query = (
            sa.select(tables.briefs.c.body)
            .join(link, link.c.brief_digest == tables.briefs.c.brief_digest)
            .where(link.c.run_id == run_id)
            .order_by(link.c.position, link.c.brief_digest)
        )
        with self._reading() as connection:
            return [load(Brief, json.loads(body)) for body in connection.execute(query).scalars()]

    def put_quarantined(self, run_id: str, rows: Sequence[Quarantined]) -> None:
        """Keep which rows a run could not take; they hold digests, never values."""
        listed = [
            {"run_id": run_id, "position": position, "body": to_json(row)}
            for position, row in enumerate(rows)
        ]
        with self._writing() as connection:
            self._insert(connection, tables.quarantined, listed)

    def quarantined_of_run(self, run_id: str) -> list[Quarantined]:
        """A run's quarantined rows in their order."""
        table = tables.quarantined
        query = sa.select(table.c.body).where(table.c.run_id == run_id).order_by(table.c.position)
        with self._reading() as connection:
            bodies = connection.execute(query).scalars().all()
        return [load(Quarantined, json.loads(body)) for body in bodies]


def _run(row: Row) -> Run:
    return Run(
        run_id=row["run_id"],
        body=json.loads(row["body"]),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        summary=json.loads(row["summary"] or "{}"),
    )
