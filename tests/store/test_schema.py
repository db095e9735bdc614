from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from aigc_guard.errors import StoreError
from aigc_guard.store import Store
from aigc_guard.store.core import HEAD
from aigc_guard.store.tables import metadata


def test_the_migrations_give_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    assert store.schema_version() == HEAD


def test_migrating_again_changes_nothing(store: Store) -> None:
    before = store.actor_id("Ann")
    store.migrate()
    assert store.actor_id("Ann") == before


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_the_record(store: Store, statement: str) -> None:
    store.append_event("run.started", "run", body={}, at="2026-01-05T09:00:00Z")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert [event.kind for event in store.events()] == ["run.started"]


@pytest.mark.postgres
def test_postgresql_refuses_to_empty_the_record(postgres_url: str) -> None:
    store = Store(postgres_url)
    store.migrate()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE events"))
    store.close()


def test_sqlite_keeps_what_was_committed_and_shows_it_to_its_owner_only(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/state/guard.db")
    store.migrate()
    with store.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 60000,
    }
    assert stat.S_IMODE((tmp_path / "state/guard.db").stat().st_mode) == 0o600


def test_processes_that_start_together_migrate_once(url: str) -> None:
    script = "import sys; from aigc_guard.store import Store; Store(sys.argv[1]).migrate()"
    started = [
        subprocess.Popen([sys.executable, "-c", script, url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert Store(url).schema_version() == HEAD


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "can't be read"),
        ("sqlite://", "forgets"),
        ("mysql://host/db", "mysql"),
        ("sqlite:////proc/none/guard.db", "can't be opened"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "refused"),
    ],
)
def test_a_url_that_does_not_work_is_one_message(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        Store(url).migrate()
    assert "secret" not in str(caught.value)


def test_a_store_of_a_newer_version_is_named_as_such(sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="another version"):
        sqlite_store.migrate()


def test_an_empty_database_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such table") as caught:
        Store(f"sqlite:///{tmp_path}/guard.db").get_run("run")
    assert caught.value.hint
