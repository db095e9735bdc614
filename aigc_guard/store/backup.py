"""Copies of the whole store, made while it is used, and a store made of a copy.

SQLite is copied through its own backup API, PostgreSQL by ``pg_dump`` and ``pg_restore``: both see
one moment of the store. A copy holds drafts before redaction, so it is its owner's only; the
installation's keys lie elsewhere and are not in it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from aigc_guard.errors import StoreError, said
from aigc_guard.store import Store

SQLITE_HEAD = b"SQLite format 3\x00"
POSTGRES_HEAD = b"PGDMP"


def back_up(store: Store, path: Path) -> int:
    """Write a copy to ``path``, which must not exist; returns its size in bytes."""
    if path.exists():
        raise StoreError(
            said("{path} is there already", path=path), hint=said("choose another file")
        )
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if store.engine.dialect.name == "sqlite":
            _copy_sqlite(Path(str(store.engine.url.database)), partial)
        else:
            _run(store, "pg_dump", ["--format=custom", f"--file={partial}"])
        os.link(partial, path)  # whole or not at all, and never over one that is there
    except OSError as error:
        raise StoreError(
            said("{path} can't be written", path=path), hint=error.strerror or ""
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    return path.stat().st_size


def restore(url: str, path: Path) -> Store:
    """Make the store at ``url`` of a copy; raises StoreError when something is there already.

    The store that comes out is checked: what contradicts itself is named and stays where it is.
    """
    head = _head(path)
    if url.startswith("sqlite:"):
        _refuse_other(head, SQLITE_HEAD, path)
        place = Path(url.removeprefix("sqlite:///"))
        if place.exists():
            raise _taken(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _copy_sqlite(path, partial)
            os.link(partial, place)
        except FileExistsError:
            raise _taken(place) from None
        finally:
            partial.unlink(missing_ok=True)
        store = Store(url)
    else:
        _refuse_other(head, POSTGRES_HEAD, path)
        store = Store(url)
        if store.schema_version():
            raise _taken(store.place)
        options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        _run(store, "pg_restore", [*options, str(path)])
    if not store.schema_version():
        raise StoreError(said("{path} is no copy of a store", path=path))
    return store


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy page by page; a copy whose pages don't fit together is refused."""
    try:
        read_only = f"file:{source}?mode=ro"
        with (
            closing(sqlite3.connect(read_only, uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            found = new.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise StoreError(
            said("{path} can't be copied: {why}", path=source, why=type(error).__name__)
        ) from None
    if found != ("ok",):
        raise StoreError(
            said("{path} is damaged", path=source), hint=said("restore from another copy")
        )


def _run(store: Store, program: str, options: list[str]) -> None:
    """One of PostgreSQL's programs on the store's database; the password goes by environment."""
    found = shutil.which(program)
    if found is None:
        raise StoreError(
            said("{program} is not installed", program=program),
            hint=said("install PostgreSQL's client programs"),
        )
    url = store.engine.url
    words = [found, *options, "--no-password"]
    for option, value in (("host", url.host), ("port", url.port), ("username", url.username)):
        if value:
            words.append(f"--{option}={value}")
    words.append(f"--dbname={url.database}")
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - our own words
        words, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        # The first line names what failed; later ones may quote rows.
        first = (done.stderr.splitlines() or [""])[0][:200]
        raise StoreError(said("{program} failed: {why}", program=program, why=first))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise StoreError(
            said("{path} can't be read", path=path), hint=error.strerror or ""
        ) from None


def _refuse_other(head: bytes, wanted: bytes, path: Path) -> None:
    if not head.startswith(wanted):
        raise StoreError(
            said("{path} is no copy of a store", path=path),
            hint=said("a copy goes back into the kind of database it was made of"),
        )


def _taken(place: object) -> StoreError:
    return StoreError(
        said("there is a store at {place} already", place=place),
        hint=said("move it away first, or name another in `store`"),
    )
