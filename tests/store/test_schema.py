from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import aigc_guard.store
from aigc_guard.errors import StoreError
from aigc_guard.proof import merkle
from aigc_guard.store import Store
from aigc_guard.store.core import HEAD
from aigc_guard.store.tables import metadata
from aigc_guard.store.tree import subtrees


def test_the_migrations_give_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    assert store.schema_version() == HEAD


def _as_version_1_left_it(url: str, folders: dict[str, str]) -> None:
    """A database of the first version with a released draft per folder, and an approval."""
    from alembic import command
    from alembic.config import Config

    store = Store(url)
    config = Config()
    place = Path(aigc_guard.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(place))
    with store.engine.begin() as connection:
        config.attributes.update(connection=connection, outbox=None)
        command.upgrade(config, "0001")
        for number, (release, folder) in enumerate(folders.items(), start=1):
            for table, row in _old_rows(number, release, folder):
                names = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                insert = sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})")
                connection.execute(insert, row)
    store.close()


def _old_rows(number: int, release: str, folder: str) -> list[tuple[str, dict[str, Any]]]:
    draft = f"draft{number}"
    brief = {"brief_digest": f"b{number}", "brief_id": "b", "kind": "news", "language": "en"}
    own = {"text_sha256": "aa", "policy_digest": "p", "at": "2026-01-05T09:00:00Z"}
    texts = dict.fromkeys(("writer", "model_digest", "settings_digest", "notes", "parent"), "")
    made = {"seed": "0", "attempt": 1, "faithful": True, "made_by": "model", "depth": 0}
    work = {"root": draft, "work_id": f"w{number}", "channel": "web", "text": b"x"}
    review = {"seq": number, "review_id": draft, "decision_digest": "d", "action": "approve"}
    said = {"actor": "Ann", "authenticated": False, "reason": "fine", "rule": ""}
    done = {"release_id": release, "work_id": f"w{number}", "policy": "news", "folder": folder}
    return [
        ("briefs", brief | {"body": "{}"}),
        ("drafts", brief | {"draft_id": draft, "text_sha256": "aa"} | texts | made | work),
        ("reviews", own | {"draft_id": draft} | review | said),
        ("releases", own | {"draft_id": draft, "brief_id": "b", "files": "{}"} | done
         | {"approved_by": ""}),
    ]  # fmt: skip


def test_old_releases_become_relative_to_the_outbox(url: str) -> None:
    folders = {"r1": "/project/outbox/r1", "r2": "/elsewhere/outbox/r2"}
    _as_version_1_left_it(url, folders)
    store = Store(url)
    store.migrate(Path("/project/outbox"))
    assert store.schema_version() == HEAD
    found = {release.release_id: release.folder for release in store.releases()}
    assert found == {"r1": "r1", "r2": "/elsewhere/outbox/r2"}
    assert [review.roles for review in store.reviews_of("draft1")] == [()]
    store.close()


def test_older_events_become_leaves(url: str) -> None:
    _as_version_1_left_it(url, {})
    count = 1500
    store = Store(url)
    with store.engine.begin() as connection:
        rows = [
            {"seq": number, "subject": f"s{number}", "body": f'{{"n":{number}}}'}
            for number in range(1, count + 1)
        ]
        connection.execute(
            sa.text("INSERT INTO events VALUES (:seq, 'then', 'k', :subject, 'a', :body)"), rows
        )
    store.migrate()
    with store.engine.connect() as connection:
        root = merkle.root(count, subtrees(connection))
    leaves = [
        merkle.leaf_hash(
            b'{"actor":"a","at":"then","body":{"n":%d},"kind":"k","seq":%d,"subject":"s%d"}'
            % (number, number, number)
        )
        for number in range(1, count + 1)
    ]
    assert root == merkle.root(count, merkle.over(leaves))
    assert store.append_event("run.started", "run", body={}, at="now") == count + 1
    store.close()


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
