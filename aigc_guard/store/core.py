"""Transactions, migrations and the insert that every table group uses."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, RowMapping

from aigc_guard.errors import StoreError, said
from aigc_guard.store import tables
from aigc_guard.store.engine import READ_ONLY, make_engine, place, store_errors

HEAD = "0005"
CHUNK = 500
_WRITER_LOCK = 0x61696763  # PostgreSQL's advisory lock for writers: "aigc"
_ACTOR_SALT = "actor_salt"
ACCOUNT_PREFIX = "account:"

Row = RowMapping | Mapping[str, Any]


class StoreCore:
    """A database, its schema, and transactions that writers take one after the other.

    Methods called inside ``with store.transaction():`` belong to that transaction; outside of one
    each is a transaction of its own. Writers wait for each other (SQLite by its nature, PostgreSQL
    by an advisory lock), which makes every check-then-write here safe between processes: keep
    transactions short and never measure or write drafts inside one.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._local = threading.local()

    @property
    def place(self) -> str:
        """The store's URL without its password."""
        return place(self.engine)

    def close(self) -> None:
        """Close pooled connections; the store opens new ones when it is used again."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """All or nothing; yields the store. A transaction inside another joins it."""
        with self._writing():
            yield self

    @property
    def in_transaction(self) -> bool:
        """Whether this thread's transaction is running."""
        return getattr(self._local, "connection", None) is not None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The running transaction's connection, or a transaction of its own."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            yield held
            return
        with store_errors(self.engine), self.engine.connect() as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection for reading: the running transaction's, or one that waits for nobody."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            yield held
            return
        with store_errors(self.engine), self.engine.connect() as connection:
            connection = connection.execution_options(**{READ_ONLY: True})
            with connection.begin():
                yield connection

    def migrate(self, outbox: Path | None = None) -> None:
        """Bring the schema to this version; safe when several processes start at once.

        ``outbox`` is the project's: releases that an older version noted there by their whole path
        become relative to it.
        """
        if self.schema_version() == HEAD:
            return
        from alembic import command
        from alembic.config import Config
        from alembic.util.exc import CommandError

        config = Config()
        folder = Path(__file__).parent / "migrations"
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with self._writing() as connection:
            config.attributes.update(connection=connection, outbox=outbox)
            try:
                command.upgrade(config, HEAD)
            except CommandError as error:
                raise StoreError(
                    said(
                        "the store at {place} was made by another version: {error}",
                        place=self.place,
                        error=error,
                    ),
                    hint=said("use the version that made it, or a newer one"),
                ) from None
            salt = {"name": _ACTOR_SALT, "value": secrets.token_hex(16)}
            self._insert(connection, tables.installation, [salt])

    def schema_version(self) -> str:
        """The schema's revision; empty for a new database."""
        with self._reading() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return ""
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            return str(found.scalar() or "")

    def actor_id(self, name: str) -> str:
        """An opaque, stable id for a person: what events and releases show instead of a name.

        An account's id is one already.
        """
        if name.startswith(ACCOUNT_PREFIX):
            return name
        query = sa.select(tables.installation.c.value).where(
            tables.installation.c.name == _ACTOR_SALT
        )
        with self._reading() as connection:
            salt = connection.execute(query).scalar_one()
        folded = unicodedata.normalize("NFKC", name).strip().casefold()
        digest = hmac.new(salt.encode(), folded.encode(), hashlib.sha256).hexdigest()
        return f"person:{digest[:16]}"

    def _insert(self, connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
        """Insert rows; those whose key is there already are left as they are."""
        if not rows:
            return
        insert = postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])

    def _put(
        self,
        connection: Connection,
        table: sa.Table,
        key: str,
        rows: Sequence[Row],
        *,
        compare: Sequence[str],
    ) -> list[str]:
        """Insert rows not there yet and return their keys; refuse an altered one."""
        unique: dict[str, Row] = {}
        for row in rows:
            _same(table, key, unique.setdefault(row[key], row), row, compare)
        column = table.c[key]
        found: dict[str, Row] = {}
        for some in chunks(list(unique)):
            for stored in connection.execute(sa.select(table).where(column.in_(some))).mappings():
                found[stored[key]] = dict(stored)
        for name, known in found.items():
            _same(table, key, known, unique[name], compare)
        fresh = [row for name, row in unique.items() if name not in found]
        self._insert(connection, table, fresh)
        return [str(row[key]) for row in fresh]

    def _next_seq(self, connection: Connection, table: sa.Table) -> int:
        """The next number without a gap: writers take turns, so nobody else takes it."""
        return int(connection.execute(_highest_seq(table)).scalar() or 0) + 1


@cache
def _highest_seq(table: sa.Table) -> sa.Select[tuple[int]]:
    """Built once: for one small statement, building it costs more than its execution."""
    return sa.select(sa.func.max(table.c.seq))


def _same(table: sa.Table, key: str, one: Row, other: Row, compare: Sequence[str]) -> None:
    if one is other:
        return
    changed = [name for name in compare if one[name] != other[name]]
    if changed:
        raise StoreError(
            said(
                "{table} {one} is already stored with another {listed}",
                table=table.name,
                one=one[key],
                listed=", ".join(changed),
            ),
            hint=said("stored records are never changed: what differs needs another identity"),
        )


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """``values`` in pieces that fit into one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
