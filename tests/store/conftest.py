"""The same tests on SQLite and on a real PostgreSQL server, each on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from aigc_guard.store import Store
from aigc_guard.store.tables import metadata
from aigc_guard.testing.postgres import PACKAGE, running_server, server_programs

_NUMBERS = count(1)
_MIGRATED = "migrated"


def _create_database(server: str, name: str) -> str:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _empty_tables(url: str) -> str:
    """Forget what an earlier test stored; making a database for each would take a second."""
    import psycopg

    kept = {"installation"}
    names = ", ".join(table for table in metadata.tables if table not in kept)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # past the triggers
        connection.execute(f"TRUNCATE {names}")
    return url


def _migrated(url: str) -> str:
    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    programs = server_programs()
    if programs is None:
        pytest.skip(f"needs PostgreSQL: install Debian's package {PACKAGE}")
    with running_server(programs) as server:
        _migrated(_create_database(server, _MIGRATED))
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    return _create_database(postgres_server, f"empty{next(_NUMBERS)}")


DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/guard.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated store with nothing in it."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    server = request.getfixturevalue("postgres_server")
    opened = Store(_empty_tables(f"{server}/{_MIGRATED}"))
    yield opened
    opened.close()
