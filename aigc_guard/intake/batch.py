"""The whole way in: files to rows, rows past the suite of their kind, rows to briefs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from aigc_guard.errors import BriefError, said, said_as
from aigc_guard.i18n import both
from aigc_guard.intake.quarantine import BadRow, Intake, bad_row
from aigc_guard.intake.reading import RawRow, RefusedFileError, expand, read_file
from aigc_guard.intake.rows import Entry, read_row
from aigc_guard.intake.table import TableRow, check_tables
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief, Quarantined


class Limits(Protocol):
    """What intake needs of the configured limits."""

    @property
    def max_cell_chars(self) -> int:
        """Most characters in one cell."""


def read_briefs(
    paths: Sequence[Path],
    kinds: Mapping[str, Kind],
    *,
    limits: Limits,
    docs_folder: Path | None = None,
    writers_for: Callable[[str, str], bool],
) -> Intake:
    """Every usable brief of ``paths`` (files, or folders of them), in order, and what was not.

    A bad row never stops a good one, and a file that can't be read never stops another. Rows that
    differ under one id are all quarantined: nobody can tell which one was meant. Raises BriefError
    when not one file can be read, KindError when a kind's suite can't be run.
    """
    rows, refused = _read_files(expand(paths))
    entries = [
        read_row(raw, kinds, max_cell_chars=limits.max_cell_chars, writers_for=writers_for)
        for raw in rows
    ]
    _apply_suites(entries, kinds, docs_folder)
    briefs, duplicates = _distinct(entries)
    bad = tuple(bad_row(entry) for entry in entries if entry.problems)
    return Intake(
        briefs=briefs,
        quarantined=(*refused, *_problems(bad)),
        rows=bad,
        duplicates=duplicates,
        docs=docs_folder if docs_folder is not None and docs_folder.is_dir() else None,
    )


def _read_files(paths: Sequence[Path]) -> tuple[list[RawRow], list[Quarantined]]:
    rows: list[RawRow] = []
    errors: list[tuple[str, RefusedFileError]] = []
    read = 0
    for path, name in zip(paths, _display_names(paths), strict=True):
        try:
            rows.extend(read_file(path, name))
            read += 1
        except RefusedFileError as error:
            errors.append((name, error))
    if not read:
        raise _nothing_to_read(errors)
    return rows, [Quarantined(name, 0, "", e.problem, e.mend) for name, e in errors]


def _nothing_to_read(errors: Sequence[tuple[str, RefusedFileError]]) -> BriefError:
    if not errors:
        return BriefError(
            said("no brief file was named"), path="briefs", hint=said("name at least one file")
        )
    error = errors[0][1]
    problem, more = said_as(error.problem), len(errors) - 1
    if more:
        problem = said(
            "{problem} (and {more} more files can't be read)", problem=problem, more=more
        )
    return BriefError(problem, path=error.path, line=error.line, hint=said_as(error.mend))


def _display_names(paths: Sequence[Path]) -> list[str]:
    """File names; with their folders where two files have the same name."""
    names = [path.name for path in paths]
    return [path.name if names.count(path.name) == 1 else path.as_posix() for path in paths]


def _apply_suites(
    entries: Sequence[Entry], kinds: Mapping[str, Kind], docs_folder: Path | None
) -> None:
    """Adds what the suites find to the entries; a failing row loses its brief."""
    tables: dict[str, list[TableRow]] = {}
    places: dict[tuple[str, int], Entry] = {}
    for entry in entries:
        if entry.table is not None:
            raw = entry.raw
            tables.setdefault(entry.kind, []).append(TableRow(raw.file, raw.row, entry.table))
            places[raw.file, raw.row] = entry
    for failure in check_tables(tables, kinds, docs_folder):
        found = failure.expectation
        places[failure.file, failure.row].add(found.column, found.problem, found.mend)


def _distinct(entries: Iterable[Entry]) -> tuple[tuple[Brief, ...], int]:
    """The briefs with one id each, and how many rows repeated one of them."""
    by_id: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.brief is not None and not entry.problems:
            by_id.setdefault(entry.brief.id, []).append(entry)
    briefs: list[Brief] = []
    duplicates = 0
    for same in by_id.values():
        first = same[0].brief
        if first is not None and all(entry.brief == first for entry in same):
            briefs.append(first)
            duplicates += len(same) - 1
            continue
        for entry in same:
            others = [other.raw for other in same if other is not entry]
            _note_conflict(entry, others)
    return tuple(briefs), duplicates


def _note_conflict(entry: Entry, others: Sequence[RawRow]) -> None:
    places = ", ".join(f"{raw.file}:{raw.row}" for raw in others[:5])
    entry.add(
        "id",
        both("Another row has the same id and says something else ({places}).", places=places),
        both("Keep the right row, or give each row an id of its own."),
    )


def _problems(bad: Iterable[BadRow]) -> Iterable[Quarantined]:
    for row in bad:
        yield from row.problems
