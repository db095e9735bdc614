"""Tables for other programs, however long: CSV, JSON lines or Parquet, sent as they are read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from fastapi import HTTPException
from starlette.responses import StreamingResponse

from aigc_guard.errors import said

Row = Mapping[str, Any]
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_BATCH = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sent(rows: Iterable[Row], columns: Sequence[str], form: str, name: str) -> StreamingResponse:
    """``rows`` as a file called ``name`` in the form; raises HTTPException 404 for another form.

    Numbers stay numbers; everything else is written as text.
    """
    if form not in FORMATS:
        raise HTTPException(404)
    if form == "parquet":
        try:
            import pyarrow  # noqa: F401 - asked for before the answer has begun
        except ModuleNotFoundError:
            raise HTTPException(501, said("Parquet needs the package pyarrow")) from None
    writers = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
    return StreamingResponse(
        writers[form](rows, columns),
        media_type=FORMATS[form],
        headers={"content-disposition": f'attachment; filename="{name}.{form}"'},
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    yield _lines([columns])
    for batch in _batches(rows):
        yield _lines([[_cell(row[name]) for name in columns] for row in batch])


def _lines(table: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(table)
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a mark that makes it a text."""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _jsonl(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    for batch in _batches(rows):
        lines = [
            json.dumps({name: row[name] for name in columns}, ensure_ascii=False) for row in batch
        ]
        yield ("\n".join(lines) + "\n").encode("utf-8", "replace")


class _Sink(io.RawIOBase):
    """What Parquet's writer writes into; ``taken`` gives out what has come so far."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _parquet(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    batches = _batches(rows)
    first = next(batches, [])
    schema = pa.schema([(name, _type(pa, first, name)) for name in columns])
    sink = _Sink()
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        batch: list[Row] | None = first
        while batch:
            columns_of = {
                name: [_typed(row[name], schema.field(name).type, pa) for row in batch]
                for name in columns
            }
            writer.write_table(pa.table(columns_of, schema=schema))
            yield sink.taken()
            batch = next(batches, None)
    yield sink.taken()


def _type(pa: Any, rows: Sequence[Row], name: str) -> Any:
    values = [row[name] for row in rows]
    if values and all(isinstance(one, int) for one in values):
        return pa.int64()
    if values and all(isinstance(one, int | float) for one in values):
        return pa.float64()
    return pa.string()


def _typed(value: Any, kind: Any, pa: Any) -> Any:
    return str(value) if kind == pa.string() else value
