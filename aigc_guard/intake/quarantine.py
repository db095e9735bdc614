"""What intake gives back, and the file of bad rows that can be mended and sent again."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.i18n import pick, translate
from aigc_guard.intake import cells
from aigc_guard.intake.columns import COLUMNS, IGNORED, UNPLACED
from aigc_guard.intake.encoding import readable
from aigc_guard.intake.rows import Entry
from aigc_guard.records import Brief, Quarantined, digest_of

_PLACE = {column: place for place, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A quarantined row as it came, cell by cell, with every problem found in it."""

    file: str
    row: int
    cells: Mapping[str, str]
    problems: tuple[Quarantined, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """What a run has to work on, and what it could not use.

    ``quarantined`` has one entry per problem, ``rows`` one per bad row; a whole file that can't be
    read is an entry with row 0. ``duplicates`` counts repetitions of an identical brief.
    """

    briefs: tuple[Brief, ...]
    quarantined: tuple[Quarantined, ...] = ()
    rows: tuple[BadRow, ...] = ()
    duplicates: int = 0
    docs: Path | None = None

    @property
    def bad_rows(self) -> int:
        """How many rows, or whole files, were quarantined."""
        return len({(entry.file, entry.row) for entry in self.quarantined})


def bad_row(entry: Entry) -> BadRow:
    """The quarantine record of an entry with problems."""
    raw = entry.raw
    texts = {name: readable(cells.render_raw(value)) for name, value in raw.cells.items()}
    digest = digest_of(texts)  # of the whole row: a single value could be guessed from its digest
    return BadRow(
        file=raw.file,
        row=raw.row,
        cells=texts,
        problems=tuple(
            Quarantined(raw.file, raw.row, found.column, found.problem, found.mend, digest)
            for found in sorted(entry.problems, key=lambda one: _PLACE.get(one.column, -1))
        ),
    )


def write_quarantine(intake: Intake, path: Path, *, language: str = "en") -> Path | None:
    """Writes the bad rows complete, with a ``mend`` column, readable by their owner only (0600).

    The file is a brief file: mended rows can be sent as they stand. Returns None, and writes
    nothing, when no row is bad.
    """
    if not intake.rows:
        return None
    others = sorted({name for row in intake.rows for name in row.cells} - {*COLUMNS, *IGNORED})
    header = ["mend", *COLUMNS, *others]
    if any(UNPLACED in row.cells for row in intake.rows):
        header.append(UNPLACED)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for row in intake.rows:
        mend = _mend(row, language)
        writer.writerow([mend, *(cells.guarded(row.cells.get(name, "")) for name in header[1:])])
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_private(path, b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8"))
    return path


def _mend(row: BadRow, language: str) -> str:
    place = translate("{file}, row {row}", language, file=row.file, row=row.row)
    lines = [
        f"{found.column + ': ' if found.column else ''}"
        f"{pick(found.problem, language)} {pick(found.mend, language)}"
        for found in row.problems
    ]
    return cells.guarded("\n".join([place, *lines]))


def _write_private(path: Path, data: bytes) -> None:
    """Replaces ``path`` whole; no moment shows it to others or half-written."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    os.replace(partial, path)
