"""Delimited text to records: finds the delimiter, and goes on after a record it can't read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from aigc_guard.intake.columns import known_columns

DELIMITERS = (",", ";", "\t", "|")
_LARGEST_FIELD = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``number`` counts from 1 as a spreadsheet does; ``broken`` is its raw line when
    quotation marks make it unreadable."""

    number: int
    cells: tuple[str, ...]
    broken: str = ""


def records(text: str) -> list[Record]:
    """All records under the delimiter that fits a brief file best, blank ones left out."""
    lines = io.StringIO(text, newline="").readlines()
    before = csv.field_size_limit(_LARGEST_FIELD)  # cells are judged by length later, by row
    try:
        marked = _marked_delimiter(lines[0]) if lines else ""
        delimiter = marked or _best_delimiter(lines)
        found = list(_parse(lines[1:] if marked else lines, delimiter, first=2 if marked else 1))
    finally:
        csv.field_size_limit(before)
    return [record for record in found if record.broken or any(record.cells)]


def _marked_delimiter(line: str) -> str:
    """Excel's own first line, ``sep=;``."""
    line = line.strip("\r\n ")
    return line[4:] if line[:4].lower() == "sep=" and line[4:] in DELIMITERS else ""


def _best_delimiter(lines: list[str]) -> str:
    """The delimiter under which the header shows most columns of a brief."""

    def score(delimiter: str) -> int:
        for record in _parse(lines[:50], delimiter, first=1):
            if any(record.cells):
                return len(known_columns(record.cells))
        return 0

    return max(DELIMITERS, key=score)


def _parse(lines: list[str], delimiter: str, *, first: int) -> Iterator[Record]:
    """Strict CSV. After an unreadable record, reading starts again at the line below its first:
    one stray quotation mark must not swallow the rest of the file."""
    number, start = first - 1, 0
    while start < len(lines):
        begun = start
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                number += 1
                begun = start + reader.line_num
                yield Record(number, tuple(cells))
            return
        except csv.Error:
            number += 1
            yield Record(number, (), broken=lines[begun].rstrip("\r\n") or "\n")
            start = begun + 1
