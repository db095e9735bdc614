"""Cells to values and back: facts, sources, lists and origins, and plain rendering of numbers.

A cell may hold the written form (lines, semicolons), a JSON list or object in text, or (from JSONL
and Parquet) real lists and objects. ``render_*`` gives back a cell that reads as the same value.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from aigc_guard.i18n import both
from aigc_guard.records import Fact, Source

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_LIST_MARKS = re.compile(r"[;；\n]")
_COLON = re.compile(r"[:：]")
_BAR = re.compile(r"[|｜]")
_WEB_ADDRESS = re.compile(r"https?://\S+")
_SOURCE_KEYS = ("title", "url", "licence", "text")


class CellError(ValueError):
    """A cell that can't be read as its column's value; texts per language, without the value."""

    def __init__(self, problem: Mapping[str, str], mend: Mapping[str, str]) -> None:
        super().__init__(problem["en"])
        self.problem = dict(problem)
        self.mend = dict(mend)


def plain(value: Any) -> str:
    """A cell as text: 49.0 is ``49``, midnight is a date, line ends are ``\\n``."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes" if not value.second else "seconds")
    if isinstance(value, bytes):
        return plain(value.decode("utf-8", "surrogateescape"))
    return str(value)


def guarded(text: str) -> str:
    """``text`` so that a spreadsheet shows it instead of calculating it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """``text`` without a spreadsheet's apostrophe for "this is text, no formula"."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def scalar(value: Any) -> str:
    """A single value, trimmed; raises CellError for a list or an object."""
    if isinstance(value, list | tuple | dict):
        raise CellError(
            both("This cell holds a list or an object where one value belongs."),
            both("Write one value."),
        )
    return plain(value).strip()


def items(value: Any) -> tuple[str, ...]:
    """A list cell (``;`` or one per line), without blanks and repetitions."""
    value = _from_json(value)
    if isinstance(value, dict):
        raise CellError(
            both("This cell holds an object where a list belongs."),
            both("Write the values separated by semicolons, or one per line."),
        )
    parts = value if isinstance(value, list | tuple) else _LIST_MARKS.split(plain(value))
    return tuple(dict.fromkeys(text for part in parts if (text := _one_line(scalar(part)))))


def facts(value: Any) -> tuple[Fact, ...]:
    """Facts from lines ``name: value``, an object, or a list of objects or such lines."""
    return tuple(Fact(name, text) for name, text in _pairs(value, "facts"))


def origin(value: Any) -> dict[str, str]:
    """An origin from lines ``key: value`` or an object; raises CellError on a repeated key."""
    pairs = _pairs(value, "origin")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CellError(
            both("The origin states one key twice."), both("Keep one line for each key.")
        )
    return found


def sources(value: Any) -> tuple[Source, ...]:
    """Sources from lines ``title | url | licence | text`` or a list of objects."""
    value = _from_json(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list | tuple):
        value = plain(value).split("\n")
    entries = [entry for entry in value if not isinstance(entry, str) or entry.strip()]
    return tuple(_source(entry, number) for number, entry in enumerate(entries, 1))


def render_items(values: Sequence[str]) -> str:
    """A list as a cell."""
    text = "; ".join(values)
    return text if items(text) == tuple(values) else _json(list(values))


def render_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Facts or an origin as a cell of lines."""
    return "\n".join(f"{name}: {value}" for name, value in pairs)


def render_sources(values: Sequence[Source]) -> str:
    """Sources as a cell: lines, or JSON where a line would not read back as the same source."""
    lines = [
        " | ".join((source.title, source.url, source.licence, source.text)).rstrip(" |")
        for source in values
    ]
    text = "\n".join(lines)
    try:
        if sources(text) == tuple(values):
            return text
    except CellError:
        pass
    return _json([{key: getattr(source, key) for key in _SOURCE_KEYS} for source in values])


def render_raw(value: Any) -> str:
    """Any cell as text, as it came: structured values as JSON."""
    if isinstance(value, list | tuple | dict):
        return _json(value)
    return plain(value)


def _pairs(value: Any, column: str) -> list[tuple[str, str]]:
    value = _from_json(value)
    if isinstance(value, dict):
        if set(value) == {"name", "value"}:
            value = [value]
        else:
            return [_pair(name, item, n, column) for n, (name, item) in _flat(value)]
    lines = value if isinstance(value, list | tuple) else plain(value).split("\n")
    entries = [line for line in lines if not isinstance(line, str) or line.strip()]
    return [_entry(entry, number, column) for number, entry in enumerate(entries, 1)]


def _flat(value: Mapping[Any, Any]) -> Iterable[tuple[int, tuple[Any, Any]]]:
    """An object's members; a list under one name is several values of that name.

    Absent members of a Parquet struct come as None."""
    return enumerate(
        (
            (name, part)
            for name, item in value.items()
            if item is not None
            for part in (item if isinstance(item, list | tuple) else [item])
        ),
        1,
    )


def _entry(entry: Any, number: int, column: str) -> tuple[str, str]:
    if isinstance(entry, dict) and set(entry) == {"name", "value"}:
        return _pair(entry["name"], entry["value"], number, column)
    if isinstance(entry, list | tuple) and len(entry) == 2:
        return _pair(entry[0], entry[1], number, column)
    if isinstance(entry, str) and (colon := _COLON.search(entry)):
        name, value = entry[: colon.start()], entry[colon.end() :]
        if not value.startswith("//"):  # the colon of a web address separates nothing
            return _pair(name, value, number, column)
    raise _malformed(number, column)


def _pair(name: Any, value: Any, number: int, column: str) -> tuple[str, str]:
    try:
        pair = _one_line(scalar(name)), _one_line(scalar(value))
    except CellError:
        raise _malformed(number, column) from None
    if not all(pair) or _COLON.search(pair[0]):
        raise _malformed(number, column)
    return pair


def _malformed(number: int, column: str) -> CellError:
    return CellError(
        both(
            "Line {number} of {column} is not of the form `name: value`.",
            number=number,
            column=column,
        ),
        both("Write each on a line of its own, such as `price: 49 euros`."),
    )


def _source(entry: Any, number: int) -> Source:
    if isinstance(entry, dict):
        known = {"license": "licence"}
        given = {known.get(str(key), str(key)): scalar(item) for key, item in entry.items()}
        if set(given) - set(_SOURCE_KEYS):
            raise _no_source(number)
        parts = [given.get(key, "") for key in _SOURCE_KEYS]
    elif isinstance(entry, str):
        parts = [part.strip() for part in _BAR.split(plain(entry), maxsplit=3)]
        parts += [""] * (4 - len(parts))
    else:
        raise _no_source(number)
    title, url, licence, text = parts
    if not title or (url and not _WEB_ADDRESS.fullmatch(url)):
        raise _no_source(number)
    return Source(_one_line(title), url, _one_line(licence), text)


def _no_source(number: int) -> CellError:
    return CellError(
        both(
            "Line {number} of sources is not of the form `title | url | licence | text`.",
            number=number,
        ),
        both("Give at least the title; leave an unknown part empty between its bars."),
    )


def _from_json(value: Any) -> Any:
    """The value of a cell that holds a JSON list or object as text; any other cell unchanged."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, list | dict) else value
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _number(value: float | Decimal) -> str:
    number = value if isinstance(value, Decimal) else Decimal(format(value, ".15g"))
    if not number.is_finite():
        return "" if number.is_nan() else str(value)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime) -> str:
    if value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat(" ", timespec="minutes" if not value.second else "seconds")
