"""XLSX and Parquet to raw rows. Their readers are imported when such a file comes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

MOST_CELLS = 20_000_000
MOST_UNPACKED = 1024**3
_PARQUET_ROWS = 256


class UnreadableError(ValueError):
    """The bytes are not a sound file of their form; the message is short and valueless."""


def xlsx_records(data: bytes) -> Iterator[tuple[int, Sequence[Any], str]]:
    """(row number, cells, "") of the first sheet that holds anything, blank rows left out.

    A formula counts as the value the spreadsheet last showed; one that was never calculated (a
    text that begins with ``=``) stays the text it is.
    """
    yield from _numbered(_merged(data))


def _numbered(rows: list[list[Any]]) -> Iterator[tuple[int, Sequence[Any], str]]:
    width = 0
    for number, row in enumerate(rows, 1):
        if not any(cell not in (None, "") for cell in row):
            continue
        if not width:
            width = _used(row)
        cells = row[: max(width, _used(row))]
        yield number, [*cells, *[None] * (width - len(cells))], ""


def _used(row: Sequence[Any]) -> int:
    """Cells up to the last filled one: sheets are often formatted far to the right."""
    return max((n for n, cell in enumerate(row, 1) if cell not in (None, "")), default=0)


def _merged(data: bytes) -> list[list[Any]]:
    written, formulas = _sheet(data, shown=False)
    if not formulas:
        return written
    shown, _ = _sheet(data, shown=True)
    for row, column in formulas:
        if row < len(shown) and column < len(shown[row]) and shown[row][column] is not None:
            written[row][column] = shown[row][column]
    return written


def _refuse_endless(data: bytes) -> None:
    """A few kilobytes can unpack to more than any machine holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise UnreadableError("more than 1 GiB unpacked")


def _sheet(data: bytes, *, shown: bool) -> tuple[list[list[Any]], list[tuple[int, int]]]:
    from openpyxl import load_workbook

    rows: list[list[Any]] = []
    formulas: list[tuple[int, int]] = []
    seen = 0
    try:
        _refuse_endless(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=shown, keep_links=False)
        for sheet in book.worksheets:
            for cells in sheet.iter_rows():
                # One filled cell far down and right stands for all those before it.
                seen += len(cells) or 1
                if seen > MOST_CELLS:
                    raise UnreadableError("more than 20 million cells")
                for column, cell in enumerate(cells):
                    if cell.data_type == "f":
                        formulas.append((len(rows), column))
                values = [_value(cell) for cell in cells]
                rows.append(values[: _used(values)])
            if any(cell not in (None, "") for row in rows for cell in row):
                break
            rows, formulas = [], []
        book.close()
    except UnreadableError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML and zip readers raise
        raise UnreadableError(type(error).__name__) from None
    return rows, formulas


def _value(cell: Any) -> Any:
    """What the sheet shows: 0.15 under a percent format is ``15%``."""
    value = cell.value
    form = getattr(cell, "number_format", "") or ""
    if isinstance(value, int | float) and not isinstance(value, bool) and form.endswith("%"):
        return f"{format(value * 100, '.10g')}%"
    return value


def parquet_rows(data: bytes) -> list[dict[str, Any]]:
    """The rows of a Parquet file, with real lists and objects."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rows: list[dict[str, Any]] = []
    unpacked = 0
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            unpacked += batch.nbytes
            if unpacked > MOST_UNPACKED:
                raise UnreadableError("more than 1 GiB unpacked")
            rows += batch.to_pylist()
    except UnreadableError:
        raise
    except Exception as error:  # pyarrow, and Python's own date and decoding errors on bad values
        raise UnreadableError(type(error).__name__) from None
    return rows
