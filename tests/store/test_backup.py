"""Copies of the store: whole while it is written, back into an empty place only."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aigc_guard.errors import StoreError
from aigc_guard.store import Store
from aigc_guard.store.backup import back_up, restore


def grown(store: Store, count: int) -> None:
    for number in range(count):
        store.append_event("run.started", f"run-{number}", body={}, at="2026-01-05T09:00:00Z")


def test_a_copy_made_while_it_is_written_is_one_moment(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    grown(store, 50)
    writing = threading.Thread(target=grown, args=(store, 100))
    writing.start()
    assert back_up(store, tmp_path / "copy.db") > 0
    writing.join()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    back = restore(f"sqlite:///{tmp_path / 'two.db'}", tmp_path / "copy.db")
    events = back.events()
    assert 50 <= len(events) <= 150
    assert events == store.events(limit=len(events))
    assert back.problems() == []
    back.append_event("run.started", "later", body={}, at="2026-01-05T09:00:00Z")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    back_up(store, tmp_path / "copy.db")
    with pytest.raises(StoreError, match="there already"):
        back_up(store, tmp_path / "copy.db")
    with pytest.raises(StoreError, match="already"):
        restore(f"sqlite:///{tmp_path / 'one.db'}", tmp_path / "copy.db")


def test_what_is_no_copy_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "two.db"
    (tmp_path / "text").write_text("not a copy", encoding="utf-8")
    with pytest.raises(StoreError, match="no copy"):
        restore(f"sqlite:///{place}", tmp_path / "text")
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    grown(store, 200)
    back_up(store, tmp_path / "copy.db")
    whole = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "cut.db").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError):
        restore(f"sqlite:///{place}", tmp_path / "cut.db")
    assert not place.exists()
    assert not list(tmp_path.glob(".*db*"))


@pytest.mark.postgres
def test_postgresql_comes_back_as_it_was(postgres_server: str, tmp_path: Path) -> None:
    import sqlalchemy as sa

    admin = sa.create_engine(
        f"{postgres_server}/postgres".replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    for name in ("backup_one", "backup_two"):
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    store = Store(f"{postgres_server}/backup_one")
    store.migrate()
    grown(store, 20)
    back_up(store, tmp_path / "copy.dump")
    back = restore(f"{postgres_server}/backup_two", tmp_path / "copy.dump")
    assert back.events() == store.events()
    assert back.problems() == []
    with pytest.raises(StoreError, match="already"):
        restore(f"{postgres_server}/backup_two", tmp_path / "copy.dump")
    store.close()
    back.close()
