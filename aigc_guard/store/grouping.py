"""Group commit: what several threads append at the same moment is made durable together.

A commit waits until the disk has it, and a disk does that a few hundred times a second at most.
So whoever comes while a commit is under way waits in line; then one of those in line takes along
what all of them brought, in order, in one transaction. Nobody returns before their own is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aigc_guard.errors import StoreError, said

Item = TypeVar("Item")


@dataclass(eq=False)
class _Waiting(Generic[Item]):
    items: Sequence[Item]
    turn: threading.Event = field(default_factory=threading.Event)
    last: int = 0
    error: BaseException | None = None
    is_done: bool = False


class Group(Generic[Item]):
    """``write`` stores all items in one transaction and returns the number of the last one.

    Items are numbered without a gap. When it fails nothing of the group was stored, and everybody
    in it gets the error.
    """

    def __init__(self, write: Callable[[Sequence[Item]], int]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._line: list[_Waiting[Item]] = []
        self._is_busy = False

    def append(self, items: Sequence[Item]) -> int:
        """Store ``items``, with what others bring meanwhile; the number of the last one."""
        own = _Waiting(items)
        with self._lock:
            self._line.append(own)
            leads, self._is_busy = not self._is_busy, True
        if not leads:
            self._wait(own)
        if not own.is_done:
            self._lead()
        if own.error is not None:
            raise own.error
        return own.last

    def _wait(self, own: _Waiting[Item]) -> None:
        try:
            own.turn.wait()
        except BaseException:
            # Interrupted: leave the line, and pass the lead on if it came to us meanwhile.
            with self._lock:
                if own in self._line:
                    self._line.remove(own)
                leads = own.turn.is_set() and not own.is_done
            if leads:
                self._lead()
            raise

    def _lead(self) -> None:
        with self._lock:
            group, self._line = self._line, []
        try:
            self._store(group)
        finally:
            with self._lock:
                for one in group:
                    one.is_done = True
                    one.turn.set()
                # Whoever came meanwhile leads the next group: nobody works for others for ever.
                self._is_busy = bool(self._line)
                if self._line:
                    self._line[0].turn.set()

    def _store(self, group: Sequence[_Waiting[Item]]) -> None:
        try:
            reached = self._write([item for one in group for item in one.items])
        except Exception as error:
            for one in group:
                one.error = error
            return
        except BaseException:
            for one in group:
                one.error = StoreError(said("the store was interrupted while it wrote"))
            raise
        for one in reversed(group):
            one.last, reached = reached, reached - len(one.items)
