"""Keeps the columns beside the store, and brings them up to date: only what changed is read again.

Decisions are only ever appended, so what was read up to one stands; a draft that was decided again
gets a new row and its old one is dead. Of the rest only cells that can still change are looked at:
a failed or missing measurement may have been taken since. A folder that is damaged, or was made
from another store or by other code, is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aigc_guard.errors import ModelError
from aigc_guard.pipeline.columns import reading, shape
from aigc_guard.pipeline.columns.manifest import (
    Held,
    Manifest,
    live_mask,
    live_rows,
    read_whole,
)
from aigc_guard.pipeline.columns.shape import (
    FRESH,
    MAY_GROW,
    TRY_AGAIN,
    Array,
    Cells,
    Rows,
    Segment,
)
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import CheckRequest, Policy
from aigc_guard.records import digest_of
from aigc_guard.store.archive import Decided, DecisionMark

SEGMENT = 50_000


@contextmanager
def segments(
    project: Project, folder: Path, policy: Policy, requests: Sequence[CheckRequest]
) -> Iterator[Iterator[Segment]]:
    """The archive as it is now, in pieces, with the cells of ``requests``.

    ``policy`` is either of those compared: what is kept depends on none. Raises OSError where the
    folder can't be written, and Damaged, also while the pieces are read, where it must be deleted.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = _Kept(project, folder, policy, requests)
        kept.update()
        yield kept.read()


class _Kept:
    def __init__(
        self, project: Project, folder: Path, policy: Policy, requests: Sequence[CheckRequest]
    ) -> None:
        self.project, self.folder, self.policy = project, folder, policy
        self.requests = {key_of(request): request for request in requests}
        self.manifest = self._known()
        self._measured: dict[int, frozenset[str] | None] = {}
        self._last: tuple[str, Rows] | None = None  # the rows that were read last

    def _known(self) -> Manifest:
        """The folder's manifest; an empty one where it is of other code or another store."""
        new = Manifest(_code(), self.project.store.actor_id("columns"))
        known = Manifest.load(self.folder)
        if known is None:
            return new
        same = (known.made_by, known.store) == (new.made_by, new.store)
        if not same or self.project.store.decision_mark(known.mark.seq) != known.mark:
            return new
        return known

    def update(self) -> None:
        """Read what the folder lacks, and write down what it holds now."""
        store = self.project.store
        before = self.manifest.written()
        measured, now = store.measurement_mark(), store.decision_mark()
        if now.seq > self.manifest.mark.seq:
            self._extend(now, measured)
        for held in self.manifest.segments:
            self._complete(held, measured)
        if self.manifest.written() != before:
            self.manifest.save(self.folder)

    def _extend(self, now: DecisionMark, measured: int) -> None:
        """Rows for every draft that was decided since; small segments are joined on the way."""
        store, since = self.project.store, self.manifest.mark.seq
        for after in range(since, now.seq, SEGMENT):
            upto = min(after + SEGMENT, now.seq)
            decided = store.decided_between(after, upto, as_of=now.seq)
            if self.manifest.segments and decided:
                self._bury([one.draft_id for one in decided])
            decided += self._absorbed(len(decided), now)
            for start in range(0, len(decided), SEGMENT):
                self._add(decided[start : start + SEGMENT], measured)
        self.manifest.mark = now

    def _bury(self, drafts: Sequence[str]) -> None:
        new = np.array([name.encode() for name in drafts])
        for held in self.manifest.segments:
            again = np.flatnonzero(np.isin(self._rows(held).draft_id, new))
            held.dead = sorted({*held.dead, *again.tolist()})

    def _absorbed(self, size: int, now: DecisionMark) -> list[Decided]:
        """The living drafts of the last segments, as long as these are no larger than the new one.

        So a draft is read again a few times at most, and there are few segments.
        """
        found: list[Decided] = []
        while self.manifest.segments:
            last = self.manifest.segments[-1]
            if last.size - len(last.dead) > min(size + len(found), SEGMENT // 2):
                break
            self.manifest.segments.pop()
            ids = self._rows(last).draft_id[live_rows(last)]
            names = [one.decode() for one in ids.tolist()]
            found += self.project.store.decided_of(names, as_of=now.seq).values()
        return found

    def _add(self, decided: Sequence[Decided], measured: int) -> None:
        rows = reading.RowsMaker()
        made = {key: reading.CellsMaker.of(one) for key, one in self.requests.items()}
        for chunk in reading.works(self.project, self.policy, decided):
            rows.add(chunk)
            for maker in made.values():
                maker.add(self.project, chunk)
        held = Held(f"segment-{secrets.token_hex(6)}", len(decided))
        (self.folder / held.name).mkdir(mode=0o700)
        rows.rows().save(self._path(held, "rows"))
        for key, maker in made.items():
            self._keep(held, key, maker.cells(), measured)
        self.manifest.segments.append(held)

    def _complete(self, held: Held, measured: int) -> None:
        """Cells that the segment lacks, and those that may have changed."""
        lacking = [key for key in self.requests if key not in held.cells]
        if lacking:
            for key, cells in self._cells(held, lacking, None).items():
                self._keep(held, key, cells, measured)
        for key, request in self.requests.items():
            if key in lacking:
                continue
            if not held.cells[key]["open"]:
                continue
            cells = self._load(held, key)
            stale = self._stale(held, key, request, cells)
            if len(stale):
                (new,) = self._cells(held, [key], stale).values()
                self._keep(held, key, cells.replaced(stale, new), measured)
            else:
                held.cells[key]["mark"] = measured

    def _stale(self, held: Held, key: str, request: CheckRequest, cells: Cells) -> Array:
        """Rows whose cell can have changed since it was read."""
        known = held.cells[key]
        stale = (cells.state == TRY_AGAIN) | self._mended(held, request, cells)
        if known["basis"] != self._basis(request):
            stale |= cells.state == FRESH
        may_grow = (cells.state == MAY_GROW) | (cells.state == FRESH)
        texts = self._measured_since(known["mark"])
        if texts is None:
            stale |= may_grow
        elif texts:
            new = np.array([text.encode() for text in texts])
            stale |= may_grow & np.isin(self._rows(held).text, new)
        found: Array = np.flatnonzero(stale & live_mask(held))
        return found

    def _mended(self, held: Held, request: CheckRequest, cells: Cells) -> Array:
        """Rows with a failed measurement that is not what it was."""
        changed: Array = np.zeros(held.size, dtype=bool)
        rows = np.flatnonzero((cells.failed != 0) & live_mask(held))
        if len(rows):
            texts = [text.decode() for text in self._rows(held).text[rows].tolist()]
            now = self.project.store.failed_reports(request.check, texts)
            prints = [reading.fingerprint(now.get(text, ())) for text in texts]
            changed[rows] = cells.failed[rows] != np.array(prints, dtype=np.int64)
        return changed

    def _measured_since(self, mark: int) -> frozenset[str] | None:
        if mark not in self._measured:
            self._measured[mark] = self.project.store.texts_measured_since(mark)
        return self._measured[mark]

    def _cells(self, held: Held, keys: Sequence[str], chosen: Array | None) -> dict[str, Cells]:
        ids = self._rows(held).draft_id
        names = [one.decode() for one in (ids if chosen is None else ids[chosen]).tolist()]
        found = self.project.store.decided_of(names, as_of=self.manifest.mark.seq)
        made = {key: reading.CellsMaker.of(self.requests[key]) for key in keys}
        for chunk in reading.works(self.project, self.policy, [found[name] for name in names]):
            for maker in made.values():
                maker.add(self.project, chunk)
        return {key: maker.cells() for key, maker in made.items()}

    def _keep(self, held: Held, key: str, cells: Cells, measured: int) -> None:
        cells.save(self._path(held, key))
        held.cells[key] = {
            "mark": measured,
            "basis": self._basis(self.requests[key]),
            "open": cells.may_change,
        }

    def _basis(self, request: CheckRequest) -> str:
        """What a measurement taken now rests on; what is stored does not change with it."""
        if request.check_type.uses_model:
            return ""
        check = request.prototype
        try:
            return f"{check.version}:{check.basis_digest(self.project.context)}"
        except ModelError:
            return "unavailable"

    def _path(self, held: Held, key: str) -> Path:
        return self.folder / held.name / f"{key}.npz"

    def _rows(self, held: Held) -> Rows:
        if self._last is None or self._last[0] != held.name:
            with read_whole():
                self._last = (held.name, Rows.load(self._path(held, "rows")))
        return self._last[1]

    def _load(self, held: Held, key: str) -> Cells:
        with read_whole():
            return Cells.load(self._path(held, key))

    def read(self) -> Iterator[Segment]:
        """One segment after the other."""
        for held in self.manifest.segments:
            cells = {key: self._load(held, key) for key in self.requests}
            yield Segment(self._rows(held), live_mask(held), cells)


def key_of(request: CheckRequest) -> str:
    """The name of a request's cells: equal for equal checks under equal settings."""
    return digest_of(list(request.key))[:24]


def _code() -> str:
    """Digest of the code that decides what stands in a column: other code, other columns."""
    import aigc_guard
    from aigc_guard import quotes, text
    from aigc_guard.pipeline import evidence as finding
    from aigc_guard.policy import case, evidence, limits, may_publish

    digest = hashlib.sha256(aigc_guard.__version__.encode())
    for module in (
        shape,
        reading,
        quotes,
        text,
        finding,
        case,
        evidence,
        limits,
        may_publish,
    ):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()
