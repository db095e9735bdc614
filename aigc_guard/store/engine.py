"""Engines for SQLite and PostgreSQL that keep what was committed, and errors without values."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from aigc_guard.errors import StoreError, said

READ_ONLY = "aigc_guard_read"
BUSY_SECONDS = 60


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql://…``; opens no connection yet.

    The parameters of a failing statement are hidden: they may hold draft text.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            said("the store's URL can't be read"),
            hint=said("write it as sqlite:///path/to/file.db or postgresql://user@host/database"),
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend in ("postgresql", "postgres"):
        if "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        return _postgresql(parsed)
    raise StoreError(
        said("the store can't be kept in {backend}", backend=backend),
        hint=said("use SQLite (sqlite:///FILE) or PostgreSQL (postgresql://…)"),
    )


def _postgresql(url: URL) -> Engine:
    try:
        return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ModuleNotFoundError as missing:
        raise StoreError(
            said("PostgreSQL needs the package {missing}", missing=missing.name),
            hint=said("pip install 'aigc-guard[postgres]'"),
        ) from None


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StoreError(
            said("the store needs a file: a store in memory forgets what was released"),
            hint=said("write its URL as sqlite:///path/to/file.db"),
        )
    _make_file(Path(url.database))
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(path: Path) -> None:
    """Create the file readable by its owner only: it holds drafts before redaction.

    One that is there is never opened here: closing it again would drop every lock this process
    holds on it through SQLite (https://sqlite.org/howtocorrupt.html, 2.2), and a writer elsewhere
    would then take the file for its own and remove the log that we still read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            said("the store's file {path} can't be opened: {why}", path=path, why=error.strerror),
            hint=said("choose another place for it, or mend the folder's permissions"),
        ) from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    _into_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _into_wal(cursor: Any) -> None:
    """Switch to WAL; SQLite does not wait for others here, whatever the busy timeout says."""
    import sqlite3

    for attempt in range(200):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 199:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins as a reader and then writes fails at once when another wrote
    # meanwhile; taking the write lock first makes it wait its turn instead.
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def store_errors(engine: Engine) -> Iterator[None]:
    """Turn a database's errors into StoreError, keeping statement values out of the message."""
    try:
        yield
    except DBAPIError as error:
        first_line = (str(error.orig).splitlines() or [""])[0]
        raise StoreError(
            said(
                "the store at {place} refused: {first_line}",
                place=place(engine),
                first_line=first_line,
            ),
            hint=_hint(first_line),
        ) from None
    except SQLAlchemyError as error:
        raise StoreError(
            said(
                "the store at {place} failed: {name}",
                place=place(engine),
                name=type(error).__name__,
            )
        ) from error


def place(engine: Engine) -> str:
    """The store's URL without its password."""
    return engine.url.render_as_string(hide_password=True)


def _hint(message: str) -> str:
    lowered = message.lower()
    if "no such table" in lowered or "does not exist" in lowered:
        return said("create its tables: aigc-guard doctor says how, and aigc-guard run does it")
    if "locked" in lowered:
        return said("another process holds the store for long; let it finish and try again")
    if "connect" in lowered or "unable to open" in lowered:
        return said("check the store's URL and that the database runs")
    return ""
