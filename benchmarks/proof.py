"""How long a proof takes: verifying a release, appending to the log, proving from a long one.

``python benchmarks/proof.py [--entries 1000000] [--postgres URL]`` fills logs of its own, on SQLite
and on a PostgreSQL that it starts where one is installed. It ends with 1 when a bound is missed: 5
ms to verify in process, 1,000 appends a second.

An append returns when the disk has it, so one writer alone can't be faster than the disk's own
flushes, whose rate is measured first. The bound is for many writers, who share commits, and for
many entries in one transaction.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aigc_guard.audit.checkpoints import Copies, keep, sign_log
from aigc_guard.audit.log_check import check_log
from aigc_guard.policy.labels import Labels
from aigc_guard.policy.model import LabelForm
from aigc_guard.proof import merkle
from aigc_guard.proof.public_keys import Purpose
from aigc_guard.release import Installation, Marking, publish
from aigc_guard.release.proving import write_proofs
from aigc_guard.release.verify import State, verify
from aigc_guard.signing import Keyring, open_signer
from aigc_guard.store import NewEvent, Store
from aigc_guard.testing.postgres import running_server, server_programs
from aigc_guard.testing.records import (
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

AT = "2026-01-05T09:00:00Z"
VERIFY_BOUND = 0.005
APPEND_BOUND = 1000
WRITERS = 64
LABEL = {"id": "eu", "text": {"en": "Written with AI.", "zh": "由AI生成"}}
BODY = {"text_sha256": "ab" * 32, "policy_digest": "cd" * 32, "outcome": "release"}


class Bench:
    """A store with keys in a folder of its own."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.store = Store(url or f"sqlite:///{folder / 'log.db'}")
        self.store.migrate()
        self.ring = Keyring(folder / "keys", {})
        self.ring.ensure(at=AT)
        self.copies = Copies((folder / "copies",), self.ring.trust())

    def append(self, count: int, together: int) -> float:
        """Append so many entries, some of them in one transaction; entries a second."""
        event = NewEvent("draft.decided", "ef" * 16, BODY, AT)
        began = time.perf_counter()
        for _ in range(count // together):
            self.store.append_events([event] * together)
        return count / (time.perf_counter() - began)

    def append_at_once(self, count: int) -> float:
        """So many writers append one entry after the other, each in a call of its own."""
        event = NewEvent("draft.decided", "ef" * 16, BODY, AT)

        def write(_: int) -> None:
            for _turn in range(count // WRITERS):
                self.store.append_events([event])

        began = time.perf_counter()
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
        return count / (time.perf_counter() - began)

    def appends(self, name: str) -> list[str]:
        """Print the rates of appending in every way; the bounds that were missed."""
        began = time.process_time()
        single = self.append(1000, 1)
        each = (time.process_time() - began) / 1000
        print(
            f"{name}, one writer, one entry a transaction: {single:,.0f} a second, "
            f"{each * 1000:.2f} ms of processor time each"
        )
        many = self.append_at_once(WRITERS * 60)
        bound = f"(at least {APPEND_BOUND:,})"
        print(f"{name}, {WRITERS} writers, one entry a call: {many:,.0f} a second {bound}")
        together = self.append(20_000, 100)
        print(f"{name}, one writer, 100 entries together: {together:,.0f} a second {bound}")
        return [f"append on {name}"] if min(many, together) < APPEND_BOUND else []

    def seal(self) -> None:
        """A checkpoint, its copy, and the proofs of what it newly covers."""
        sealed = sign_log(self.store, open_signer(self.ring, Purpose.LOG), self.copies)
        write_proofs(self.store, self.folder / "outbox", sealed)
        keep(self.store, sealed, at=AT)

    def release(self) -> Path:
        """One released page of some hundred words."""
        brief = example_brief()
        draft = example_draft(brief, text="The library opens on Monday. " * 100)
        self.store.put_briefs("", [brief])
        self.store.put_draft(draft)
        decision = example_decision(draft)
        self.store.put_decision(decision, at=AT)
        signer = open_signer(self.ring, Purpose.RELEASE)
        done = publish(
            self.store,
            self.folder / "outbox",
            draft=draft,
            brief=brief,
            decision=decision,
            reports=[example_report(draft)],
            marking=Marking(
                Labels((LabelForm.model_validate(LABEL),)), installation=Installation(signer=signer)
            ),
            file_form="html",
            clock=lambda: AT,
        )
        return self.folder / "outbox" / done.folder


def median(
    work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """The median time of one call, in seconds."""
    taken = []
    for _ in range(times):
        began = clock()
        work()
        taken.append(clock() - began)
    return statistics.median(taken)


def main() -> int:
    """Print every figure; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--postgres", default="", help="URL of an empty database to append to, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"the disk here: {flushes(folder):,.0f} flushes a second")
        missed = measure(Bench(folder), given.entries)
        (folder / "postgres").mkdir()
        missed += on_postgres(folder / "postgres", given.postgres)
    print("missed: " + ", ".join(missed) if missed else "every bound is kept")
    return 1 if missed else 0


def flushes(folder: Path) -> float:
    """How often a second this disk makes four kilobytes durable."""
    handle = os.open(folder / "flushed", os.O_CREAT | os.O_WRONLY, 0o600)
    began = time.perf_counter()
    for _ in range(200):
        os.write(handle, b"x" * 4096)
        os.fdatasync(handle)
    os.close(handle)
    return 200 / (time.perf_counter() - began)


def on_postgres(folder: Path, url: str) -> list[str]:
    """The same appends on PostgreSQL, whose commits wait for the disk."""
    if url:
        return Bench(folder, url).appends("PostgreSQL")
    programs = server_programs()
    if programs is None:
        print("PostgreSQL: not measured, it is not installed here")
        return []
    with running_server(programs, durable=True) as server:
        bench = Bench(folder, f"{server}/postgres")
        missed = bench.appends("PostgreSQL")
        bench.store.close()
    return missed


def measure(bench: Bench, entries: int) -> list[str]:
    """Every figure of one store; the bounds that were missed."""
    missed = []
    page = bench.release() / "release.html"
    bench.seal()
    trust = bench.ring.trust()
    if verify(page, trust).state is not State.VERIFIED:
        raise SystemExit("the release does not verify")
    # Processor time: what else runs on the machine is not the verifier's.
    taken = median(lambda: verify(page, trust), 300, time.process_time)
    wall = median(lambda: verify(page, trust), 300)
    print(
        f"verify in process: {taken * 1000:.2f} ms of processor time "
        f"(at most {VERIFY_BOUND * 1000:.0f}), {wall * 1000:.2f} ms in all"
    )
    if taken > VERIFY_BOUND:
        missed.append("verify")

    missed += bench.appends("SQLite")
    bench.append((entries - bench.store.log_size()) // 1000 * 1000, 1000)
    size = bench.store.log_size()
    print(f"the log now has {size:,} entries")
    prove(bench, size)
    return missed


def prove(bench: Bench, size: int) -> None:
    """Proofs and checkpoints of a long log."""
    draw = random.Random(0)
    store = bench.store
    proofs = [store.entries_in([draw.randrange(1, size + 1)], size)[0] for _ in range(20)]
    root = store.log_root(size)
    for one in proofs:
        leaf = merkle.leaf_hash(one.data)
        if not merkle.verify_inclusion(leaf, one.index, size, one.hashes, root):
            raise SystemExit("a proof does not hold")
    taken = median(
        lambda: store.entries_in([draw.randrange(1, size + 1)], size), 50, time.process_time
    )
    print(
        f"inclusion proof, {len(proofs[0].hashes)} hashes: {taken * 1000:.1f} ms of processor time"
    )
    taken = median(lambda: store.consistency(draw.randrange(1, size), size), 50, time.process_time)
    print(f"consistency proof: {taken * 1000:.1f} ms of processor time")
    taken = median(lambda: store.log_root(size), 50, time.process_time)
    print(f"root: {taken * 1000:.1f} ms of processor time")
    began = time.perf_counter()
    bench.seal()
    print(f"checkpoint with its copy: {(time.perf_counter() - began) * 1000:.0f} ms")
    began = time.perf_counter()
    if not check_log(store, bench.copies).ok:
        raise SystemExit("the log is not well")
    print(f"the whole log read again: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
