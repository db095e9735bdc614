"""Mutated brief files: rows, problems or one refusal, and never anything else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.intake.reading import RefusedFileError
from aigc_guard.intake.rows import Entry

RowsOf = Callable[[Path], list[Entry]]


@cache
def sample(form: str) -> bytes:
    """A small sound file of ``form``."""
    rows = [
        {"id": f"n{n}", "kind": "news", "channel": "wire", "facts": f'headline: "A", {n}\nwhat: b'}
        for n in range(3)
    ]
    if form == "jsonl":
        return "\n".join(json.dumps(row) for row in rows).encode()
    import pandas as pd

    frame, buffer = pd.DataFrame(rows), io.BytesIO()
    if form == "csv":
        return frame.to_csv(index=False).encode("utf-8")
    if form == "xlsx":
        frame.to_excel(buffer, index=False)
    else:
        frame.to_parquet(buffer)
    return buffer.getvalue()


FORMS = ("csv", "jsonl", "xlsx", "parquet")
PIECES = st.sampled_from([b'"', b",", b"\n", b"\x00", b"\xff", b"\r", b"{"]) | st.binary(max_size=4)


def read_mutated(path: Path, rows_of: RowsOf, raw: bytes, data: st.DataObject) -> None:
    """Reads ``raw`` with a few pieces exchanged: rows, problems or one refusal, nothing else."""
    mutated = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mutated)))
        mutated[at : at + data.draw(st.integers(0, 3))] = data.draw(PIECES)
    path.write_bytes(bytes(mutated))
    try:
        entries = rows_of(path)
    except RefusedFileError:
        return
    for entry in entries:
        assert (entry.brief is None) == bool(entry.problems)
        assert all(problem.mend["zh"] for problem in entry.problems)


@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_mutated_files_never_raise_anything_else(
    tmp_path: Path, rows_of: RowsOf, form: str, data: st.DataObject
) -> None:
    read_mutated(tmp_path / f"briefs.{form}", rows_of, sample(form), data)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_many_mutated_files_never_raise_anything_else(
    tmp_path: Path, rows_of: RowsOf, form: str, data: st.DataObject
) -> None:
    read_mutated(tmp_path / f"briefs.{form}", rows_of, sample(form), data)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    column=st.sampled_from(["id", "kind", "facts", "sources", "origin", "text", "may_publish"]),
)
def test_any_json_in_any_column_never_raises(
    tmp_path: Path, rows_of: RowsOf, value: object, column: str
) -> None:
    row = {"id": "n1", "kind": "news", "facts": {"headline": "A"}} | {column: value}
    path = tmp_path / "briefs.jsonl"
    other = {"id": "n2", "kind": "news", "facts": {"headline": "B"}}
    path.write_text(f"{json.dumps(other)}\n{json.dumps(row)}", encoding="utf-8")
    _, entry = rows_of(path)
    assert (entry.brief is None) == bool(entry.problems)
