"""The log under every kind of hand: what was changed is found, and from which entry on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from aigc_guard.audit.checkpoints import Copies, keep, sign_log
from aigc_guard.audit.log_check import LogState, check_log
from aigc_guard.errors import AuditError, ConfigError
from aigc_guard.proof import merkle
from aigc_guard.proof.checkpoint import read_note
from aigc_guard.proof.public_keys import Purpose
from aigc_guard.signing import Keyring, open_signer
from aigc_guard.store import NewEvent, Store
from aigc_guard.store.tree import leaf_of

AT = "2026-01-05T09:00:00Z"


class Logbook:
    """A store's log with keys and a place for copies."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.ring = Keyring(folder / "keys", {})
        self.ring.ensure(at=AT)
        self.copies = Copies((folder / "copies",), self.ring.trust())

    def append(self, count: int) -> None:
        first = self.store.log_size()
        events = [
            NewEvent("draft.written", f"d{number}", {"number": number}, AT)
            for number in range(first, first + count)
        ]
        self.store.append_events(events)

    def seal(self) -> str:
        sealed = sign_log(self.store, open_signer(self.ring, Purpose.LOG), self.copies)
        keep(self.store, sealed, at=AT)
        return sealed.note

    def check(self, *notes: str) -> LogState:
        return check_log(self.store, self.copies, notes=notes)

    def tamper(self, *statements: str) -> None:
        """As somebody who owns the database, past its triggers."""
        sqlite = self.store.engine.dialect.name == "sqlite"
        with self.store.engine.begin() as connection:
            if sqlite:
                for table in ("events", "log_hashes", "checkpoints"):
                    for action in ("update", "delete"):
                        connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{action}"))
            else:
                connection.execute(sa.text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(sa.text(statement))

    def rehash(self) -> None:
        """Make the kept hashes fit whatever the entries say now, as a careful forger would."""
        leaves = [leaf_of(row) for row in self.store.log_rows()]
        self.tamper("DELETE FROM log_hashes")
        rows = [{"level": 0, "position": place, "hash": leaf} for place, leaf in enumerate(leaves)]
        rows += [
            {"level": 1, "position": place, "hash": merkle.fold(leaves[256 * place :][:256])}
            for place in range(len(leaves) // 256)
        ]
        with self.store.engine.begin() as connection:
            from aigc_guard.store.tables import log_hashes

            connection.execute(sa.insert(log_hashes), rows)


@pytest.fixture
def book(store: Store, tmp_path: Path) -> Logbook:
    book = Logbook(store, tmp_path)
    book.append(300)
    book.seal()
    book.append(20)
    book.seal()
    return book


def test_a_log_that_only_grew_is_well(book: Logbook) -> None:
    note = book.seal()
    assert read_note(note).checkpoint.size == 320
    state = book.check(note)
    assert (state.ok, state.size) == (True, 320)
    assert len(list((book.copies.folders[0]).rglob("*.txt"))) == 2
    assert [one.size for one in book.store.checkpoints()] == [300, 320]


REWRITTEN = "UPDATE events SET body = '{}' WHERE seq = 18"
SWAPPED = (
    "UPDATE events SET seq = -1 WHERE seq = 18",
    "UPDATE events SET seq = 18 WHERE seq = 19",
    "UPDATE events SET seq = 19 WHERE seq = -1",
)


@pytest.mark.parametrize(
    ("statements", "entry"),
    [
        ((REWRITTEN,), 18),
        (("DELETE FROM events WHERE seq = 18",), 18),
        (SWAPPED, 18),
        (("DELETE FROM events WHERE seq > 310",), 311),
        (("DELETE FROM log_hashes WHERE level = 0 AND position = 17",), 18),
        (("UPDATE log_hashes SET hash = X'00' WHERE level = 1",), 1),
    ],
)
def test_what_was_changed_is_named(book: Logbook, statements: tuple[str, ...], entry: int) -> None:
    if book.store.engine.dialect.name != "sqlite":
        statements = tuple(one.replace("X'00'", "'\\x00'::bytea") for one in statements)
    book.tamper(*statements)
    state = book.check()
    assert not state.ok
    assert state.problems[0].entry == entry


@pytest.mark.parametrize(
    ("statements", "entry"),
    [
        ((REWRITTEN,), 1),
        (SWAPPED, 1),
        (("UPDATE events SET kind = 'x' WHERE seq = 305",), 301),
        (("DELETE FROM events WHERE seq > 310",), 311),
    ],
)
def test_a_forger_who_mends_the_hashes_is_found_by_the_checkpoints(
    book: Logbook, statements: tuple[str, ...], entry: int
) -> None:
    book.tamper(*statements)
    book.rehash()
    state = book.check()
    assert not state.ok
    assert state.problems[0].entry == entry
    with pytest.raises(AuditError):
        book.seal()


def test_a_forger_who_also_forgets_checkpoints_is_found_by_their_copies(book: Logbook) -> None:
    book.tamper(REWRITTEN, "DELETE FROM checkpoints")
    book.rehash()
    assert book.check().problems[0].entry == 1
    with pytest.raises(AuditError, match="another than the one signed"):
        book.seal()
    kept_elsewhere = next(book.copies.folders[0].rglob("*320.txt")).read_text(encoding="utf-8")
    shutil.rmtree(book.copies.folders[0])
    assert book.check().ok  # nothing outside is left: the log only fits itself
    forged = book.seal()
    state = book.check(kept_elsewhere)
    assert not state.ok
    assert any("fork" in one.message for one in state.problems)
    assert read_note(forged).checkpoint.root != read_note(kept_elsewhere).checkpoint.root


def test_a_restored_older_store_is_told(book: Logbook, tmp_path: Path) -> None:
    book.append(5)
    book.seal()
    book.tamper(
        "DELETE FROM events WHERE seq > 320",
        "DELETE FROM log_hashes WHERE level = 0 AND position >= 320",
        "DELETE FROM checkpoints WHERE size > 320",
    )
    with pytest.raises(AuditError, match="entries 321 to 325"):
        book.seal()
    assert book.check().problems[0].entry == 321


def test_a_checkpoint_of_a_stranger_is_none_of_ours(book: Logbook, tmp_path: Path) -> None:
    stranger = Keyring(tmp_path / "stranger", {})
    stranger.ensure(at=AT)
    copies = replace(book.copies, trust=stranger.trust())
    assert not check_log(book.store, copies).ok
    with pytest.raises(AuditError, match="no checkpoint signed by this installation"):
        sign_log(book.store, open_signer(stranger, Purpose.LOG), copies)


def test_copies_are_needed_and_one_that_fails_is_told(book: Logbook, tmp_path: Path) -> None:
    signer = open_signer(book.ring, Purpose.LOG)
    with pytest.raises(ConfigError, match=r"log\.copies"):
        sign_log(book.store, signer, Copies((), book.copies.trust))
    blocked = tmp_path / "blocked"
    blocked.write_text("a file", encoding="utf-8")
    with pytest.raises(AuditError, match="no copy"):
        sign_log(book.store, signer, Copies((blocked,), book.copies.trust))
    both = Copies((blocked, *book.copies.folders), book.copies.trust)
    assert sign_log(book.store, signer, both).unreached == (blocked,)


def test_proofs_from_the_store_hold(book: Logbook) -> None:
    old, new = (read_note(one.note).checkpoint for one in book.store.checkpoints())
    hashes = book.store.consistency(old.size, new.size)
    assert merkle.verify_consistency(old.size, new.size, hashes, old.root, new.root)
    for entry in book.store.entries_in([1, 256, 257, 320], 320):
        leaf = merkle.leaf_hash(entry.data)
        assert merkle.verify_inclusion(leaf, entry.index, 320, entry.hashes, new.root)


WRITER = """
import sys
from aigc_guard.store import NewEvent, Store
store = Store(sys.argv[1])
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    store.append_events([NewEvent("k", f"{sys.argv[3]}-{number}", {"n": number}, "t")] * 3)
"""


def start(url: str, count: int, name: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(count), name],
        stdout=subprocess.PIPE,
        env=os.environ,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def test_writers_at_once_make_one_log(store: Store, tmp_path: Path) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    book = Logbook(store, tmp_path)
    writers = [start(url, 12, name) for name in ("a", "b", "c")]
    while any(writer.poll() is None for writer in writers):
        book.seal()
        time.sleep(0.05)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    book.seal()
    state = book.check()
    assert (state.ok, state.size) == (True, 108)


def kill_while_appending(folder: Path, template: Path, instants: int) -> None:
    path = folder / "guard.db"
    shutil.copy(template, path)
    store = Store(f"sqlite:///{path}")
    book = Logbook(store, folder)
    process = start(f"sqlite:///{path}", 1_000_000, "w")
    for instant in range(instants):
        time.sleep(0.003 * (instant % 17))
        process.send_signal(signal.SIGKILL)
        process.wait()
        book.seal()
        process = start(f"sqlite:///{path}", 1_000_000, f"w{instant}")
    process.kill()
    process.wait()
    state = book.check()
    assert state.ok, state.problems
    assert state.size % 3 == 0
    book.store.close()


def test_killed_writers_leave_a_valid_log(tmp_path: Path, sqlite_template: Path) -> None:
    kill_while_appending(tmp_path, sqlite_template, 4)


@pytest.mark.soak(cases=50, seed=0)
def test_writers_killed_at_fifty_instants_leave_a_valid_log(
    tmp_path: Path, sqlite_template: Path
) -> None:
    kill_while_appending(tmp_path, sqlite_template, 50)
