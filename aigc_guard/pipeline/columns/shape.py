"""The columns of some drafts: what a policy asks of each draft, and what was measured of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aigc_guard.policy.evidence import Gap
from aigc_guard.records import Brief, Draft

Array = NDArray[Any]
GAPS: tuple[Gap, ...] = tuple(Gap)
NO_GAP, MISSING = 0, 1 + GAPS.index(Gap.MISSING)
# Whether a cell can change while the draft's decision stays as it is.
FINAL, MAY_GROW, FRESH, TRY_AGAIN = range(4)


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything about a draft that rules ask and many drafts share."""

    kind: str
    channel: str
    language: str
    jurisdictions: tuple[str, ...]
    redacted: bool
    empty: bool

    @property
    def draft(self) -> Draft:
        """A draft in this setting, for asking policies about all of them at once."""
        made_by = "redaction" if self.redacted else "model"
        return Draft("", "", "", self.kind, self.language, self.channel, "" if self.empty else "-",
                     "", "", "", 0, 1, made_by=made_by)  # type: ignore[arg-type]  # fmt: skip

    @property
    def brief(self) -> Brief:
        """The brief of such a draft."""
        return Brief("", self.kind, self.language, self.channel, self.jurisdictions)


@dataclass(frozen=True)
class Rows:
    """Drafts, one a row. ``where`` and ``brief`` are positions in ``settings`` and ``briefs``."""

    draft_id: Array
    text: Array
    first: Array
    at: Array
    where: Array
    brief: Array
    settings: tuple[Setting, ...]
    briefs: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.draft_id)

    def of_settings(self, answers: Sequence[bool]) -> Array:
        """One answer per setting, spread over the rows."""
        return np.array(answers, dtype=bool)[self.where]

    def save(self, path: Path) -> None:
        """Write all columns into one file, at once or not at all."""
        settings = [[*(getattr(one, name) for name in Setting.__slots__)] for one in self.settings]
        arrays = {name: getattr(self, name) for name in _ROW_ARRAYS}
        _save(path, arrays, {"settings": settings, "briefs": self.briefs})

    @classmethod
    def load(cls, path: Path) -> Rows:
        """Read the columns; raises ValueError, KeyError or OSError for a file that is not whole."""
        arrays, told = _load(path, _ROW_ARRAYS)
        settings = tuple(
            Setting(kind, channel, language, tuple(places), redacted, empty)
            for kind, channel, language, places, redacted, empty in told["settings"]
        )
        return cls(**arrays, settings=settings, briefs=tuple(told["briefs"]))


@dataclass(frozen=True)
class Cells:
    """What one request says about each row, and every measured value, those of one label together.

    ``labels`` says where each label's values lie. ``m_row`` is the row a value belongs to,
    ``m_detail`` its position in ``details``. ``failed`` is a fingerprint of the row's failed
    measurements, which later ones may replace; 0 where there are none.
    """

    gap: Array
    applies: Array
    state: Array
    failed: Array
    m_row: Array
    m_score: Array
    m_start: Array
    m_end: Array
    m_quoted: Array
    m_stands: Array
    m_detail: Array
    labels: Mapping[str, tuple[int, int]]
    details: tuple[Mapping[str, str], ...]

    def values(self) -> Iterator[tuple[str, slice]]:
        """Each label with the place of its values."""
        for label, (start, end) in self.labels.items():
            yield label, slice(start, end)

    def save(self, path: Path) -> None:
        """Write all columns into one file, at once or not at all."""
        arrays = {name: getattr(self, name) for name in _CELL_ARRAYS}
        told = {"labels": self.labels, "details": [dict(one) for one in self.details]}
        _save(path, arrays, told)

    @classmethod
    def load(cls, path: Path) -> Cells:
        """Read the columns; raises ValueError, KeyError or OSError for a file that is not whole."""
        arrays, told = _load(path, _CELL_ARRAYS)
        labels = {label: (start, end) for label, (start, end) in told["labels"].items()}
        return cls(**arrays, labels=labels, details=tuple(told["details"]))

    def replaced(self, rows: Array, new: Cells) -> Cells:
        """These cells with those of ``rows`` taken from ``new``, whose rows are numbered anew."""
        made = Collected()
        changed = np.zeros(len(self.gap), dtype=bool)
        changed[rows] = True
        for cells, keep, number in ((self, ~changed, None), (new, None, rows)):
            made.take(cells, keep, number)
        columns: list[Array] = []
        for name in _STATE_ARRAYS:
            column = getattr(self, name).copy()
            column[rows] = getattr(new, name)
            columns.append(column)
        return made.cells(*columns)

    @property
    def may_change(self) -> bool:
        """Whether any cell can change while the drafts' decisions stay as they are."""
        return bool((self.state != FINAL).any() or self.failed.any())


@dataclass
class Collected:
    """Measured values while they are gathered, by label."""

    by_label: dict[str, list[Sequence[Array]]] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)

    def code(self, detail: Mapping[str, str]) -> int:
        """The position of a detail among all details."""
        key = json.dumps(detail, sort_keys=True) if detail else "{}"
        return self.codes.setdefault(key, len(self.codes))

    def take(self, cells: Cells, keep: Array | None, number: Array | None) -> None:
        """Add values of other cells: those of the rows to ``keep``, under other row numbers."""
        own = np.array([self.code(one) for one in cells.details], dtype=np.int32)
        for label, at in cells.values():
            columns = [getattr(cells, name)[at] for name in _VALUE_ARRAYS]
            if keep is not None:
                chosen = keep[columns[0]]
                columns = [column[chosen] for column in columns]
            if number is not None:
                columns[0] = number[columns[0]].astype(np.int32)
            columns[-1] = own[columns[-1]]
            self.by_label.setdefault(label, []).append(columns)

    def add(self, label: str, values: Sequence[Sequence[Any]]) -> None:
        """Add values of one label: (row, score, start, end, quoted, stands, detail) each."""
        columns: list[Array] = [
            np.array(column, dtype=kind)
            for column, kind in zip(zip(*values, strict=True), _VALUE_ARRAYS.values(), strict=True)
        ]
        self.by_label.setdefault(label, []).append(columns)

    def cells(self, gap: Array, applies: Array, state: Array, failed: Array) -> Cells:
        """All of it as cells."""
        labels, parts, end = {}, [], 0
        for label in sorted(self.by_label):
            columns = [np.concatenate(some) for some in zip(*self.by_label[label], strict=True)]
            labels[label] = (end, end + len(columns[0]))
            end = labels[label][1]
            parts.append(columns)
        whole = {
            name: np.concatenate([part[index] for part in parts]) if parts else np.zeros(0, kind)
            for index, (name, kind) in enumerate(_VALUE_ARRAYS.items())
        }
        details = tuple(json.loads(one) for one in self.codes)
        return Cells(gap, applies, state, failed, **whole, labels=labels, details=details)


@dataclass(frozen=True)
class Segment:
    """Some of the archive's drafts: rows, which of them still stand, and the cells per request."""

    rows: Rows
    live: Array
    cells: Mapping[str, Cells]

    @cached_property
    def places(self) -> tuple[tuple[Draft, Brief], ...]:
        """A draft and a brief for each setting."""
        return tuple((one.draft, one.brief) for one in self.rows.settings)


_ROW_ARRAYS = ("draft_id", "text", "first", "at", "where", "brief")
_VALUE_ARRAYS = {
    "m_row": np.int32,
    "m_score": np.float64,
    "m_start": np.int32,
    "m_end": np.int32,
    "m_quoted": np.bool_,
    "m_stands": np.bool_,
    "m_detail": np.int32,
}
_STATE_ARRAYS = ("gap", "applies", "state", "failed")
_CELL_ARRAYS = (*_STATE_ARRAYS, *_VALUE_ARRAYS)
_TOLD = "told"


def _save(path: Path, arrays: Mapping[str, Array], told: Any) -> None:
    """Plain arrays and JSON: nothing in the file is code when it is read again."""
    words = np.frombuffer(json.dumps(told).encode("utf-8"), dtype=np.uint8)
    unfinished = path.with_suffix(".partial")
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **{_TOLD: words, **arrays})
    os.replace(unfinished, path)


def _load(path: Path, names: Sequence[str]) -> tuple[dict[str, Array], Any]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in names}, json.loads(file[_TOLD].tobytes())
