"""The log as a tree, its signed checkpoints, and what is signed: statements and revocations."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from aigc_guard.errors import StoreError, said
from aigc_guard.proof import merkle
from aigc_guard.proof.entries import entry_bytes
from aigc_guard.store import tables
from aigc_guard.store.core import Row
from aigc_guard.store.requests import RequestTables
from aigc_guard.store.tree import subtrees

_ORIGIN = "log_origin"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log, the leaf's bytes, and its way up to the root."""

    index: int
    data: bytes
    hashes: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint this store's log was signed at. ``root`` is base64."""

    size: int
    root: str
    note: str
    at: str


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A signed statement of a release, and the number of the entry that logs it."""

    statement_sha256: str
    release_id: str
    bundle: str
    event_seq: int
    at: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """That a release is taken back, or that another took its place. ``reason`` is for us only."""

    release_id: str
    action: str
    successor: str
    reason: str
    actor: str
    bundle: str
    at: str


class ProofTables(RequestTables):
    """What was signed is only ever added to; the database refuses anything else."""

    def log_origin(self) -> str:
        """The name of this store's log; a new store is a new log."""
        table = tables.installation
        query = sa.select(table.c.value).where(table.c.name == _ORIGIN)
        with self._reading() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            row = {"name": _ORIGIN, "value": f"aigc-guard/{secrets.token_hex(8)}"}
            with self._writing() as connection:
                self._insert(connection, table, [row])
                found = connection.execute(query).scalar_one()
        return str(found)

    def log_size(self) -> int:
        """How many entries the log has."""
        with self._reading() as connection:
            return int(
                connection.execute(sa.select(sa.func.max(tables.events.c.seq))).scalar() or 0
            )

    def log_root(self, size: int) -> bytes:
        """The root over the first ``size`` entries. StoreError when hashes are missing."""
        with self._reading() as connection:
            return merkle.root(size, subtrees(connection))

    def log_hashes(self, level: int) -> list[bytes]:
        """The kept hashes of one level, in order of their places."""
        table = tables.log_hashes
        query = sa.select(table.c.hash).where(table.c.level == level).order_by(table.c.position)
        with self._reading() as connection:
            return [bytes(one) for one in connection.execute(query).scalars()]

    def entries_in(self, seqs: Sequence[int], size: int) -> list[Entry]:
        """The entries of these numbers, with their proofs in the log of ``size``."""
        with self._reading() as connection:
            subtree = subtrees(connection)
            return [
                Entry(
                    seq - 1,
                    _entry(connection, seq),
                    tuple(merkle.inclusion_proof(seq - 1, size, subtree)),
                )
                for seq in seqs
            ]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the log of ``new`` entries begins with the one of ``old``."""
        with self._reading() as connection:
            return merkle.consistency_proof(old, new, subtrees(connection))

    def put_checkpoint(self, checkpoint: KeptCheckpoint) -> None:
        """Keep a signed checkpoint, once per size."""
        table = tables.checkpoints
        same = sa.select(table.c.seq).where(
            table.c.size == checkpoint.size, table.c.root == checkpoint.root
        )
        row = {name: getattr(checkpoint, name) for name in KeptCheckpoint.__dataclass_fields__}
        with self._writing() as connection:
            if connection.execute(same).first() is None:
                row["seq"] = self._next_seq(connection, table)
                connection.execute(sa.insert(table), row)

    def checkpoints(self, *, latest: int | None = None) -> list[KeptCheckpoint]:
        """Signed checkpoints, oldest first; only the ``latest`` so many."""
        table = tables.checkpoints
        query = sa.select(table).order_by(table.c.seq.desc()).limit(latest)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        names = KeptCheckpoint.__dataclass_fields__
        return [KeptCheckpoint(**{name: row[name] for name in names}) for row in rows[::-1]]

    def put_statement(
        self, statement_sha256: str, *, release_id: str, bundle: str, event_seq: int, at: str
    ) -> None:
        """Keep a signed statement under its digest."""
        row = {
            "statement_sha256": statement_sha256,
            "release_id": release_id,
            "bundle": bundle,
            "event_seq": event_seq,
            "at": at,
        }
        with self._writing() as connection:
            self._insert(connection, tables.statements, [row])

    def statements(
        self, *, release_id: str = "", after: int = 0, since: str = "", until: str = ""
    ) -> list[KeptStatement]:
        """Statements in the log's order: of one release, logged after an entry, made in a time."""
        table = tables.statements
        query = sa.select(table).where(table.c.event_seq > after).order_by(table.c.event_seq)
        if release_id:
            query = query.where(table.c.release_id == release_id)
        if since:
            query = query.where(table.c.at >= since)
        if until:
            query = query.where(table.c.at < until)
        with self._reading() as connection:
            return [KeptStatement(**row) for row in connection.execute(query).mappings()]

    def put_revocation(self, revocation: Revocation) -> None:
        """Keep that a release was taken back. StoreError when it was already."""
        table = tables.revocations
        known = sa.select(table.c.seq).where(table.c.release_id == revocation.release_id)
        row = {name: getattr(revocation, name) for name in Revocation.__dataclass_fields__}
        with self._writing() as connection:
            if connection.execute(known).first() is not None:
                raise StoreError(
                    said("release {release} was taken back already", release=revocation.release_id)
                )
            row["seq"] = self._next_seq(connection, table)
            connection.execute(sa.insert(table), row)

    def revocations(self, *, release_id: str = "") -> list[Revocation]:
        """Revocations, oldest first."""
        table = tables.revocations
        query = sa.select(table).order_by(table.c.seq)
        if release_id:
            query = query.where(table.c.release_id == release_id)
        names = Revocation.__dataclass_fields__
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Revocation(**{name: row[name] for name in names}) for row in rows]

    def log_rows(self, *, after: int = 0, upto: int | None = None) -> Iterator[Row]:
        """The log's rows as they lie there, in order, whatever numbers they bear."""
        table = tables.events
        reached = after
        while True:
            query = sa.select(table).where(table.c.seq > reached).order_by(table.c.seq)
            if upto is not None:
                query = query.where(table.c.seq <= upto)
            with self._reading() as connection:
                rows = connection.execute(query.limit(_BATCH)).mappings().all()
            if not rows:
                return
            yield from rows
            reached = rows[-1]["seq"]


def _entry(connection: Connection, seq: int) -> bytes:
    table = tables.events
    row = connection.execute(sa.select(table).where(table.c.seq == seq)).mappings().first()
    if row is None:
        raise StoreError(said("the log has no entry {number}", number=seq))
    return entry_bytes(**row)
