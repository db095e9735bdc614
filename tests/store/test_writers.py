"""Several processes at once, on both databases: nothing lost, nothing twice, nobody locked out."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable

from aigc_guard.proof import merkle
from aigc_guard.records import Outcome
from aigc_guard.store import Store, tree
from aigc_guard.testing.records import (
    example_brief,
    example_decision,
    example_draft,
    example_report,
)
from tests.store.test_tree import leaves_of

BRIEF = example_brief()
DRAFTS = [example_draft(BRIEF, seed=seed, text=f"text {seed}") for seed in range(6)]
PROCESSES = 2


def in_processes(store: Store, work: Callable[[Store, int], None]) -> None:
    """Fork; each child opens a store of its own on the same database."""
    url = store.engine.url.render_as_string(hide_password=False)
    store.close()
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                own = Store(url)
                work(own, number)
                own.close()
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * PROCESSES


def test_events_of_several_writers_have_no_gap_and_no_double(store: Store) -> None:
    def work(own: Store, number: int) -> None:
        for turn in range(8):
            with own.transaction() as tx:
                tx.append_event("draft.written", f"{number}-{turn}", body={}, at="t")
                tx.append_event("draft.decided", f"{number}-{turn}", body={}, at="t")

    in_processes(store, work)
    events = store.events()
    assert [event.seq for event in events] == list(range(1, PROCESSES * 16 + 1))
    pairs = zip(events[::2], events[1::2], strict=True)
    assert all(one.subject == other.subject for one, other in pairs)
    assert len({(event.kind, event.subject) for event in events}) == len(events)
    with store.engine.connect() as connection:
        root = merkle.root(len(events), tree.subtrees(connection))
    assert root == merkle.root(len(events), merkle.over(leaves_of(store)))


def test_the_same_run_in_several_processes_is_stored_once(store: Store) -> None:
    def work(own: Store, _number: int) -> None:
        with own.transaction() as tx:
            if tx.put_run("run", at="t", seed=1):
                tx.append_event("run.started", "run", body={}, at="t")
            tx.put_briefs("run", [BRIEF])
        for draft in DRAFTS:
            with own.transaction() as tx:
                if tx.put_draft(draft, run_id="run"):
                    tx.append_event("draft.written", draft.draft_id, body={}, at="t")
            own.put_reports([example_report(draft)])
            with own.transaction() as tx:
                if tx.put_decision(example_decision(draft, Outcome.REVIEW), at="t"):
                    tx.append_event("draft.decided", draft.draft_id, body={}, at="t")

    in_processes(store, work)
    assert len(store.events(kind="run.started")) == 1
    assert len(store.events(kind="draft.written")) == len(DRAFTS)
    assert len(store.events(kind="draft.decided")) == len(DRAFTS)
    assert len(store.queue()) == len(DRAFTS)
    assert store.problems() == []


def test_one_process_begins_a_publication_and_the_others_go_on_with_it(store: Store) -> None:
    store.put_briefs("", [BRIEF])
    store.put_drafts(DRAFTS)

    def work(own: Store, number: int) -> None:
        for draft in DRAFTS:
            body = {"number": number}
            own.begin_publishing(f"{draft.draft_id}", draft_id=draft.draft_id, body=body, at="t")

    in_processes(store, work)
    assert len(store.publishing()) == len(DRAFTS)


# Whether another process can take the bytes of a SQLite file that every reader locks for itself.
_TAKE = """\
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        sys.exit(0)
sys.exit("nobody reads the store, it seems")
"""


def test_a_second_store_on_a_file_leaves_the_first_ones_locks_alone(sqlite_store: Store) -> None:
    """Else a writer elsewhere removes the log that this process reads: a malformed store."""
    url = sqlite_store.engine.url
    with sqlite_store.transaction():
        Store(url.render_as_string())
        taking = [sys.executable, "-c", _TAKE, str(url.database)]
        done = subprocess.run(taking, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
