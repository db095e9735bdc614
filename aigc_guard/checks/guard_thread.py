"""The thread in which all guards read: OpenMP's team and the memory of a pass stay with it.

A thread that ends takes both along, and who comes next waits for new ones; a second thread that
reads has a team of its own, and two teams on the same cores wait for each other.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

_NAME = "guards"
_LARGEST = 31 << 20
"""Bytes of a block that glibc still learns from: it heeds none of 32 MiB or more."""

Answer = TypeVar("Answer")

_LOCK = threading.Lock()
_Work = tuple[Callable[[], Any], "Future[Any]"]
_queues: dict[int, SimpleQueue[_Work]] = {}
"""The queue of this process: a forked one has lost the thread, and starts its own."""


def in_own_thread(work: Callable[[], Answer]) -> Answer:
    """What ``work`` returns or raises; one piece of work after the other."""
    if threading.current_thread().name == _NAME:
        return work()
    with _LOCK:
        queue = _queues.get(os.getpid())
        if queue is None:
            _keep_memory()
            queue = _queues[os.getpid()] = SimpleQueue()
            threading.Thread(target=_serve, args=(queue,), name=_NAME, daemon=True).start()
    answer: Future[Answer] = Future()
    queue.put((work, answer))
    return answer.result()


def _serve(queue: SimpleQueue[_Work]) -> None:
    while True:
        work, answer = queue.get()
        try:
            answer.set_result(work())
        except BaseException as error:  # it is the caller's, whatever it is
            answer.set_exception(error)
        del work, answer


def _keep_memory() -> None:
    """Have the C library keep what a pass frees: it takes as much again at its next step.

    glibc gives blocks back that are larger than any it saw freed, and what lies free beyond twice
    that (mallopt(3), M_MMAP_THRESHOLD); each page of them costs a fault when it is needed again.
    """
    import torch

    torch.empty(_LARGEST, dtype=torch.uint8)
