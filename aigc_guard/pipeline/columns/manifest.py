"""What a folder of columns holds, as its manifest says: segments, which rows live, which cells."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aigc_guard.pipeline.columns.shape import Array
from aigc_guard.store.archive import DecisionMark

_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass
class Held:
    """A segment on disk. ``dead`` rows were decided again; ``cells`` says how each was made."""

    name: str
    size: int
    dead: list[int] = field(default_factory=list)
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Manifest:
    """What the folder holds, made from which store, by which code, up to which decision."""

    made_by: str
    store: str
    mark: DecisionMark = field(default_factory=DecisionMark)
    segments: list[Held] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path) -> Manifest | None:
        """The folder's manifest; None where there is none that can be read."""
        try:
            told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            return cls(
                told["made_by"],
                told["store"],
                DecisionMark(**told["mark"]),
                [Held(**one) for one in told["segments"]],
            )
        except _DAMAGED:
            return None

    def written(self) -> str:
        """The manifest as its file holds it."""
        return json.dumps(asdict(self))

    def save(self, folder: Path) -> None:
        """Write the manifest in one step, then delete the segments it no longer names."""
        unfinished = folder / "manifest.partial"
        unfinished.write_text(self.written(), encoding="utf-8")
        os.replace(unfinished, folder / "manifest.json")
        names = {held.name for held in self.segments}
        for path in folder.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path)


class Damaged(Exception):
    """A file of the folder can't be read: the folder has to be made anew."""


@contextmanager
def read_whole() -> Iterator[None]:
    """A file of the folder is read; raises Damaged where it can't be."""
    try:
        yield
    except _DAMAGED as error:
        raise Damaged(str(error)) from error


def live_mask(held: Held) -> Array:
    """Which rows still stand."""
    live: Array = np.ones(held.size, dtype=bool)
    live[held.dead] = False
    return live


def live_rows(held: Held) -> Array:
    """The numbers of the rows that still stand."""
    rows: Array = np.flatnonzero(live_mask(held))
    return rows
