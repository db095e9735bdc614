"""Lists that lie in a file beside the policy: read when the policy loads, named by digest.

One entry a line, UTF-8; empty lines and lines that begin with ``#`` don't count. What stands behind
a tab, `` => `` or `` | `` is the entry's second column (what to say instead, for one). In a
``.csv`` file the first line names the columns and the first two count; a ``.jsonl`` file holds a
string, a list or an object a line. A check's settings hold the file's name and sha256, so a changed
list makes new measurements.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, PlainSerializer, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

MAX_BYTES = 64 * 1024 * 1024
FOLDER = "folder"
"""Key of pydantic's validation context: the folder that file names in settings are relative to."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list as the policy names it, with its digest and what it holds."""

    file: str
    sha256: str
    rows: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def entries(self) -> tuple[str, ...]:
        """The first column."""
        return tuple(first for first, _ in self.rows)

    @property
    def pairs(self) -> dict[str, str]:
        """Both columns; of equal entries the last stands."""
        return dict(self.rows)


def _named(value: ListFile) -> dict[str, str]:
    return {"file": value.file, "sha256": value.sha256}


def _read(value: Any, info: ValidationInfo) -> ListFile:
    """The list named ``value``; raises PydanticCustomError with the mend."""
    if isinstance(value, ListFile):
        return value
    known = ""
    if isinstance(value, Mapping):  # settings that were dumped and come back
        known, value = str(value.get("sha256", "")), value.get("file")
    if not isinstance(value, str) or not value.strip():
        raise _refused(str(value), "is no file name", "write the name of a text file")
    if Path(value).is_absolute():
        raise _refused(value, "is an absolute path", "name it relative to the policy's folder")
    folder = Path((info.context or {}).get(FOLDER, "."))
    found = read_list(folder / value, value)
    if known and known != found.sha256:
        raise _refused(value, "has changed since", "load the policy again")
    return found


def read_list(path: Path, name: str) -> ListFile:
    """The list in ``path`` under the ``name`` a policy gives it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refused(name, "is larger than 64 MB", "split the list over several rules")
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        why = f"can't be read ({error.strerror})"
        raise _refused(name, why, "put the file beside the policy, or correct its name") from error
    except UnicodeDecodeError as error:
        raise _refused(name, "is not UTF-8", "save it as UTF-8 text") from error
    try:
        rows = tuple(_READERS.get(path.suffix.lower(), _rows)(text))
    except (ValueError, csv.Error) as error:
        raise _refused(name, "can't be read as its ending says", "correct the file") from error
    if not rows:
        raise _refused(name, "holds no entry", "write one entry a line")
    return ListFile(name, hashlib.sha256(data).hexdigest(), rows)


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        mark = next((one for one in _MARKS if one in plain), "\t")
        first, _, second = plain.partition(mark)
        yield first.strip(), second.strip()


def _csv_rows(text: str) -> Iterator[tuple[str, str]]:
    rows = csv.reader(text.splitlines(), strict=True)
    next(rows, None)
    for row in rows:
        if row and row[0].strip():
            yield row[0].strip(), (row[1] if len(row) > 1 else "").strip()


def _json_rows(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        held = json.loads(line)
        values = list(held.values()) if isinstance(held, dict) else held
        columns = [values] if isinstance(values, str) else list(values)
        if not columns or not all(isinstance(one, str) for one in columns[:2]):
            raise ValueError(line)
        yield columns[0].strip(), (columns[1] if len(columns) > 1 else "").strip()


_MARKS = ("\t", " => ", " | ")
_READERS = {".csv": _csv_rows, ".jsonl": _json_rows}


def _refused(name: str, why: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError(
        "list_file", "the list {name} {why}", {"name": name, "why": why, "mend": mend}
    )


FromFile = Annotated[
    ListFile,
    PlainValidator(_read, json_schema_input_type=str),
    PlainSerializer(_named, return_type=dict[str, str]),
]
"""Type of a settings field that names a list file."""


def list_digests(settings: BaseModel) -> tuple[str, ...]:
    """Digests of every list file that ``settings`` name, at any depth."""
    found: list[str] = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, ListFile):
                found.append(one.sha256)
            elif isinstance(one, BaseModel):
                found += list_digests(one)
    return tuple(found)
