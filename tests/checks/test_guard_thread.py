"""One thread for all guards; what happens there is the caller's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aigc_guard.checks import guard_thread
from aigc_guard.checks.guard_thread import in_own_thread


def test_all_work_is_done_in_one_thread_that_is_not_the_callers() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: in_own_thread(threading.get_ident), range(20)))
    assert len(found) == 1
    assert found != {threading.get_ident()}


def test_what_it_raises_reaches_the_caller_and_the_next_is_served() -> None:
    def wrong() -> None:
        raise ValueError("no such window")

    with pytest.raises(ValueError, match="no such window"):
        in_own_thread(wrong)
    assert in_own_thread(lambda: 7) == 7


def test_a_forked_process_starts_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_own_thread(threading.get_ident)
    monkeypatch.setattr(guard_thread.os, "getpid", lambda: -1)
    assert in_own_thread(threading.get_ident) != before
    guard_thread._queues.pop(-1)
