"""Group commit: nothing lost or out of order, one commit for many, errors for all it concerns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from aigc_guard.errors import StoreError
from aigc_guard.proof import merkle
from aigc_guard.store import NewEvent, Store, tree
from aigc_guard.store.grouping import Group
from tests.store.test_tree import leaves_of


class Disk:
    """Stores items when it is let; remembers what came together."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.groups: list[list[str]] = []
        self.began, self.go = threading.Event(), threading.Event()
        self.fails = False

    def write(self, items: Sequence[str]) -> int:
        self.began.set()
        assert self.go.wait(10)
        if self.fails:
            raise StoreError("full")
        self.groups.append(list(items))
        self.stored.extend(items)
        return len(self.stored)


def waiting(group: Group[str], count: int) -> None:
    """Return when so many stand in line."""
    for _ in range(2_000):
        if len(group._line) == count:
            return
        threading.Event().wait(0.005)
    raise AssertionError("nobody stands in line")


def test_who_comes_during_a_commit_shares_the_next_one() -> None:
    disk = Disk()
    group = Group(disk.write)
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(group.append, ["a", "b"])
        assert disk.began.wait(10)
        rest = []
        for number in range(4):
            rest.append(pool.submit(group.append, [f"c{number}"]))
            waiting(group, number + 1)
        assert not any(one.done() for one in (first, *rest))  # nothing is on disk yet
        disk.go.set()
        assert first.result(10) == 2
        assert [one.result(10) for one in rest] == [3, 4, 5, 6]
    assert disk.groups == [["a", "b"], ["c0", "c1", "c2", "c3"]]
    assert group.append(["d"]) == 7


def test_when_a_group_fails_everybody_in_it_hears_of_it_and_the_next_goes_on() -> None:
    disk = Disk()
    group = Group(disk.write)
    disk.fails = True
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group.append, ["a"])
        assert disk.began.wait(10)
        second = pool.submit(group.append, ["b"])
        waiting(group, 1)
        disk.go.set()
        for one in (first, second):
            with pytest.raises(StoreError, match="full"):
                one.result(10)
    disk.fails = False
    assert group.append(["c"]) == 1
    assert disk.stored == ["c"]


def test_an_interrupted_leader_strands_nobody() -> None:
    disk = Disk()
    disk.go.set()
    group = Group(disk.write)

    def interrupted(_items: Sequence[str]) -> int:
        raise KeyboardInterrupt

    group._write = interrupted
    with pytest.raises(KeyboardInterrupt):
        group.append(["a"])
    group._write = disk.write
    assert group.append(["b"]) == 1


def test_threads_that_append_at_once_get_their_own_numbers(store: Store) -> None:
    def work(name: int) -> list[int]:
        return [
            store.append_event("draft.written", f"{name}-{n}", body={}, at="t") for n in range(6)
        ]

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(work, range(8)))
    assert sorted(seq for own in numbers for seq in own) == list(range(1, 49))
    by_seq = {event.seq: event.subject for event in store.events()}
    for name, own in enumerate(numbers):
        assert own == sorted(own)
        assert [by_seq[seq] for seq in own] == [f"{name}-{n}" for n in range(6)]
    with store.engine.connect() as connection:
        root = merkle.root(48, tree.subtrees(connection))
    assert root == merkle.root(48, merkle.over(leaves_of(store)))


def test_many_appends_need_few_commits(store: Store) -> None:
    commits = []
    sa.event.listen(store.engine, "commit", lambda _: commits.append(1))
    held, let = threading.Event(), threading.Event()

    def hold() -> None:
        with store.transaction():
            held.set()
            assert let.wait(10)

    event = NewEvent("draft.written", "x", {}, "t")
    with ThreadPoolExecutor(12) as pool:
        holding = pool.submit(hold)
        assert held.wait(10)
        appended = [pool.submit(store.append_events, [event]) for _ in range(10)]
        waiting(store._group, 9)  # one leads and waits for the database, nine stand in line
        let.set()
        holding.result(10)
        assert sorted(one.result(10) for one in appended) == list(range(1, 11))
    assert len(commits) == 3  # the holder's, the first leader's, and one for the other nine


def test_inside_a_transaction_events_stay_its_own(store: Store) -> None:
    def failing() -> None:
        with store.transaction() as tx:
            tx.append_event("draft.written", "lost", body={}, at="t")
            raise ValueError("lost")

    with pytest.raises(ValueError, match="lost"):
        failing()
    assert store.append_event("draft.written", "kept", body={}, at="t") == 1
    assert [event.subject for event in store.events()] == ["kept"]


@pytest.mark.parametrize("bad", [0.5, "x" * 400])
def test_a_refused_event_troubles_nobody_else(store: Store, bad: object) -> None:
    with ThreadPoolExecutor(2) as pool:
        wrong: Callable[[], int] = lambda: store.append_event("k", "s", body={"a": bad}, at="t")  # noqa: E731
        right: Callable[[], int] = lambda: store.append_event("k", "s", body={}, at="t")  # noqa: E731
        first, second = pool.submit(wrong), pool.submit(right)
        with pytest.raises(StoreError):
            first.result(10)
        assert second.result(10) == 1
