"""Reads the whole log again: every entry against its hash, every root against its checkpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aigc_guard.audit.checkpoints import Copies, believed, copied_notes
from aigc_guard.errors import AuditError, said
from aigc_guard.proof import merkle
from aigc_guard.proof.checkpoint import Checkpoint, read_note
from aigc_guard.store import Store
from aigc_guard.store.tree import WIDTH, leaf_of

MOST = 20


@dataclass(frozen=True, slots=True)
class LogProblem:
    """What is wrong, and from which entry on (0: none); with ``last``, somewhere up to there."""

    entry: int
    message: str
    last: int = 0


@dataclass(frozen=True, slots=True)
class LogState:
    """What reading the log again showed; at most the first twenty problems."""

    size: int
    checkpoints: int
    problems: tuple[LogProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check_log(store: Store, copies: Copies, *, notes: Sequence[str] = ()) -> LogState:
    """Read everything again. ``notes`` are checkpoints that somebody kept elsewhere."""
    problems: list[LogProblem] = []
    signed = _checkpoints(store, copies, notes, problems)
    wanted: dict[int, list[Checkpoint]] = {}
    for one in signed:
        wanted.setdefault(one.size, []).append(one)
    problems += _forks(wanted)
    reading = _Reading(wanted)
    for row in store.log_rows():
        reading.take(int(row["seq"]), leaf_of(row))
    problems += reading.finish()
    problems += _cached(store, reading.leaves)
    problems += _statements(store)
    problems = _narrowed(problems)
    problems.sort(key=lambda one: one.entry or reading.size + 1)
    return LogState(reading.size, len(signed), tuple(problems[:MOST]))


@dataclass
class _Reading:
    """The tree as it grows, compared with each checkpoint when its size is reached."""

    wanted: dict[int, list[Checkpoint]]
    leaves: list[bytes] = field(default_factory=list)
    stack: list[tuple[int, bytes]] = field(default_factory=list)
    problems: list[LogProblem] = field(default_factory=list)
    good: int = 0
    size: int = 0

    def take(self, seq: int, leaf: bytes) -> None:
        """One more entry; a number that is not the next one is a gap."""
        if seq != self.size + 1:
            self.problems.append(_missing(self.size + 1, seq - 1))
        self.size = seq
        self.leaves.append(leaf)
        level, node = 0, leaf
        while self.stack and self.stack[-1][0] == level:
            node = merkle.node_hash(self.stack.pop()[1], node)
            level += 1
        self.stack.append((level, node))
        self._compare(seq)

    def finish(self) -> list[LogProblem]:
        """Checkpoints beyond the end: what they count is gone."""
        longest = max(self.wanted, default=0)
        if longest > self.size:
            self.problems.append(_missing(self.size + 1, longest))
        return self.problems

    def _compare(self, size: int) -> None:
        for known in self.wanted.get(size, ()):
            if self._root() == known.root:
                self.good = size
            else:
                message = said(
                    "an entry from {first} to {last} is not the one that was signed",
                    first=self.good + 1,
                    last=size,
                )
                self.problems.append(LogProblem(self.good + 1, message, size))

    def _root(self) -> bytes:
        reached = self.stack[-1][1]
        for _, node in self.stack[-2::-1]:
            reached = merkle.node_hash(node, reached)
        return reached


def _narrowed(problems: list[LogProblem]) -> list[LogProblem]:
    """Without the ranges that a problem at one entry explains."""
    exact = [one.entry for one in problems if one.entry and not one.last]
    first = min(exact, default=None)
    return [one for one in problems if not one.last or first is None or one.last < first]


def _missing(first: int, last: int) -> LogProblem:
    if first == last:
        return LogProblem(first, said("entry {number} is gone", number=first))
    return LogProblem(first, said("entries {first} to {last} are gone", first=first, last=last))


def _checkpoints(
    store: Store, copies: Copies, notes: Sequence[str], problems: list[LogProblem]
) -> list[Checkpoint]:
    """Every checkpoint of this log, in the store and elsewhere, whose signature holds."""
    origin = store.log_origin()
    found = [(f"checkpoint {one.size}", one.note) for one in store.checkpoints()]
    found += [("--checkpoint", note) for note in notes]
    for folder in copies.folders:
        found += [(str(path), _read(path)) for path in copied_notes(folder, origin)]
    signed = []
    for place, text in found:
        try:
            checkpoint = read_note(believed(text, copies.trust, place=place)).checkpoint
        except AuditError as error:
            problems.append(LogProblem(0, error.message))
            continue
        if checkpoint.origin != origin:
            problems.append(
                LogProblem(0, said("{place} is a checkpoint of another log", place=place))
            )
            continue
        signed.append(checkpoint)
    return signed


def _forks(wanted: dict[int, list[Checkpoint]]) -> Iterator[LogProblem]:
    for size, signed in sorted(wanted.items()):
        if len({one.root for one in signed}) > 1:
            yield LogProblem(
                size, said("two logs were signed at {size} entries: a fork", size=size)
            )


def _cached(store: Store, leaves: list[bytes]) -> Iterator[LogProblem]:
    """The tree's kept hashes against the entries they are of."""
    level, expected = 0, leaves
    while expected:
        kept = store.log_hashes(level)
        reach = WIDTH**level
        for place in range(max(len(kept), len(expected))):
            same = place < min(len(kept), len(expected)) and kept[place] == expected[place]
            if not same:
                first = place * reach + 1
                message = said("entry {number} is not the one that was logged", number=first)
                if level:
                    message = said(
                        "the tree's hash over the entries from {first} on is wrong", first=first
                    )
                yield LogProblem(first, message, first + reach - 1 if level else 0)
                break
        expected = [
            merkle.fold(expected[start : start + WIDTH])
            for start in range(0, len(expected) - WIDTH + 1, WIDTH)
        ]
        level += 1


def _statements(store: Store) -> Iterator[LogProblem]:
    """What was signed must be what was logged."""
    logged = {
        (row["seq"], str(json.loads(row["body"]).get("statement_sha256", "")))
        for row in store.log_rows()
        if row["kind"] == "release.published"
    }
    kept = {(one.event_seq, one.statement_sha256) for one in store.statements()}
    for seq, digest in sorted(kept - logged):
        yield LogProblem(
            seq, said("statement {digest} is not what entry {number} logs",
                      digest=digest[:16], number=seq)
        )  # fmt: skip
    for seq, digest in sorted(logged - kept):
        if digest:
            yield LogProblem(
                seq, said("the statement that entry {number} logs is gone", number=seq)
            )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
