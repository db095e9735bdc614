"""Brief files to raw rows: CSV, XLSX, JSONL and Parquet, told apart by content, then by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigc_guard.i18n import both
from aigc_guard.intake import workbook
from aigc_guard.intake.cells import unguarded
from aigc_guard.intake.columns import COLUMNS, UNPLACED, canonical, known_columns, meant
from aigc_guard.intake.delimited import records
from aigc_guard.intake.encoding import decode

SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".parquet")
_FORMS = {
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "jsonl"),
    **dict.fromkeys((".csv", ".tsv", ".txt"), "csv"),
}
LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell (``column`` "" for the whole row), per language, valueless."""

    column: str
    problem: Mapping[str, str]
    mend: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it came. ``row`` is what a spreadsheet or editor shows: a table's header is row 1,
    a JSONL row is its line, a Parquet row counts from 1. ``cells`` is keyed by column."""

    file: str
    row: int
    cells: Mapping[str, Any]
    problems: tuple[Problem, ...] = field(default=())


class RefusedFileError(Exception):
    """A whole file that is no brief file; texts per language, without values."""

    def __init__(
        self,
        path: Path,
        problem: Mapping[str, str],
        mend: Mapping[str, str] | None = None,
        *,
        line: int | None = None,
    ) -> None:
        super().__init__(problem["en"])
        self.path = path
        self.problem = dict(problem)
        self.mend = dict(mend or _send_a_brief_file())
        self.line = line


def _send_a_brief_file() -> dict[str, str]:
    return both(
        "Send CSV, XLSX, JSONL or Parquet with the columns id, kind, language, channel and facts; "
        "the sample briefs show them."
    )


def expand(paths: Iterable[Path]) -> list[Path]:
    """The files named by ``paths``; a folder stands for the brief files directly in it."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(item for item in path.iterdir() if item.suffix.lower() in SUFFIXES)
        found.extend(inside or [path])  # an empty folder is refused when it is read
    return list(dict.fromkeys(found))


def read_file(path: Path, name: str) -> list[RawRow]:
    """All rows of one file under the display ``name``; raises RefusedFileError for no brief file.

    A row that can't be read is returned with its problem.
    """
    data = _bytes(path)
    form = _form(path, data)
    try:
        if form == "xlsx":
            rows = _from_table(path, name, workbook.xlsx_records(data))
        elif form == "parquet":
            rows = _from_objects(path, name, enumerate(workbook.parquet_rows(data), 1))
        elif form == "jsonl":
            rows = _from_objects(path, name, _json_lines(decode(data).text))
        else:
            found = records(decode(data).text)
            table = ((item.number, item.cells, item.broken) for item in found)
            rows = _from_table(path, name, table)
    except workbook.UnreadableError as error:
        raise RefusedFileError(
            path,
            both("This is not a readable {form} file ({reason}).", form=form, reason=str(error)),
            both("Save it again and send the new file."),
        ) from None
    if not rows:
        raise RefusedFileError(path, both("The file holds no row."))
    return rows


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise RefusedFileError(path, both("The folder holds no brief file."))
        if path.stat().st_size > LARGEST_FILE:
            raise RefusedFileError(
                path, both("The file is larger than 512 MiB."), both("Split it into several files.")
            )
        data = path.read_bytes()
    except OSError as error:
        raise RefusedFileError(
            path,
            both("The file can't be read ({reason}).", reason=error.strerror or "?"),
            both("Check its name and its permissions."),
        ) from None
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise RefusedFileError(path, both("The file is empty."))
    return data


def _form(path: Path, data: bytes) -> str:
    """By content where it is unmistakable: a workbook renamed to .csv is still a workbook."""
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedFileError(
            path, both("This is an Excel file of the old form."), both("Save it as .xlsx.")
        )
    suffix = path.suffix.lower()
    if form := _FORMS.get(suffix):
        return form
    if suffix in (".xlsx", ".parquet"):
        raise RefusedFileError(path, both("The content is not what the name's ending says."))
    raise RefusedFileError(path, both("Files with this ending are not read."))


def _from_table(
    path: Path, name: str, table: Iterable[tuple[int, Sequence[Any], str]]
) -> list[RawRow]:
    """Rows under a header; the header is the first record."""
    found = iter(table)
    _, header, broken = next(found, (0, (), ""))
    names = [canonical(cell) if isinstance(cell, str) else "" for cell in header]
    if broken or len(set(known_columns(names))) < 2:
        raise RefusedFileError(path, both("The first row is no header of a brief file."), line=1)
    if twice := [column for column in COLUMNS if names.count(column) > 1]:
        raise RefusedFileError(
            path,
            both("The header names the column {column} twice.", column=twice[0]),
            both("Keep one of them."),
            line=1,
        )
    about_header = _header_problems(names)
    return [_table_row(name, names, about_header, *record) for record in found]


def _table_row(
    file: str,
    names: list[str],
    about_header: tuple[Problem, ...],
    number: int,
    cells: Sequence[Any],
    broken: str,
) -> RawRow:
    if broken:
        problem = Problem(
            "",
            both(
                "The quotation marks in this row do not pair up, so its cells can't be told apart."
            ),
            both('Double each quotation mark inside a cell ("") and close every cell you open.'),
        )
        return RawRow(file, number, {UNPLACED: broken}, (problem,))
    values = {
        column: unguarded(cell) if isinstance(cell, str) else cell
        for column, cell in zip(names, cells, strict=False)
        if column
    }
    beyond = [str(cell) for cell in cells[len(names) :] if cell not in ("", None)]
    problems = list(about_header)
    if beyond:
        values[UNPLACED] = " | ".join(beyond)
    if beyond or len(cells) < len(names):
        problems.append(
            Problem(
                "",
                both(
                    "This row has {count} cells and the header has {wanted}.",
                    count=len(cells),
                    wanted=len(names),
                ),
                both("Put cells that hold the delimiter in quotation marks; leave none out."),
            )
        )
    return RawRow(file, number, values, tuple(problems))


def _header_problems(names: Sequence[str]) -> tuple[Problem, ...]:
    """A required column that is missing, or a header that looks like a slip, stops its rows."""
    problems = []
    slips = {wanted: name for name in names if (wanted := meant(name))}
    for wanted, column in slips.items():
        if wanted in names:
            continue
        problems.append(
            Problem(
                wanted,
                both(
                    "Column {number} of the header is not known; it looks like {column}.",
                    number=names.index(column) + 1,
                    column=wanted,
                ),
                both("Name the column {column}, or give it a quite different name.", column=wanted),
            )
        )
    missing = [column for column in ("id", "kind") if column not in names and column not in slips]
    if not {"facts", "text"} & {*names, *slips}:
        missing.append("facts")
    problems += [
        Problem(
            column,
            both("The column {column} is missing.", column=column),
            both("Add the column {column} to the header and fill it.", column=column),
        )
        for column in missing
    ]
    return tuple(problems)


def _from_objects(path: Path, name: str, objects: Iterable[tuple[int, Any]]) -> list[RawRow]:
    """Rows that name their own columns."""
    rows, briefs = [], 0
    for number, value in objects:
        if isinstance(value, _BadLine):
            rows.append(RawRow(name, number, {UNPLACED: value.line}, (value.problem,)))
            continue
        cells = {canonical(str(key)): item for key, item in value.items()}
        briefs += len(known_columns(cells)) >= 2
        rows.append(RawRow(name, number, cells, _header_problems(list(cells))))
    if rows and not briefs:
        raise RefusedFileError(path, both("No row looks like a brief."))
    return rows


@dataclass(frozen=True, slots=True)
class _BadLine:
    line: str
    problem: Problem


def _json_lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _json_line(line.strip())


def _json_line(line: str) -> dict[str, Any] | _BadLine:
    problem = both("This line is not one JSON object.")
    try:
        value = json.loads(line, object_pairs_hook=_members, parse_constant=_no_constant)
        if isinstance(value, dict):
            return value
    except _RepeatedKeyError:
        problem = both("This line names one key twice.")
    except (ValueError, RecursionError):
        pass
    mend = both("Write one object on each line, such as {example}.", example='{"id": "m-1", ...}')
    return _BadLine(line, Problem("", problem, mend))


class _RepeatedKeyError(ValueError):
    pass


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedKeyError
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)
