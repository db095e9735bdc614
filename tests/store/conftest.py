"""The same tests on SQLite and on a real PostgreSQL server, each on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from aigc_guard.store import Store
from aigc_guard.testing.postgres import PACKAGE, running_server, server_programs

_NUMBERS = count(1)
_TEMPLATE = "migrated"


def _create_database(server: str, name: str, template: str = "template1") -> str:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"{server}/{name}"


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
        _migrated(_create_database(server, _TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "guard.db"
    _migrated(f"sqlite:///{path}")
    return path


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
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated store with nothing in it."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "guard.db")
        opened = Store(f"sqlite:///{path}")
    else:
        server = request.getfixturevalue("postgres_server")
        opened = Store(_create_database(server, f"guard{next(_NUMBERS)}", _TEMPLATE))
    yield opened
    opened.close()
