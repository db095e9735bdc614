"""Finds the line of a key in a TOML file: the standard parser keeps values but no places."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")


def key_lines(text: str) -> dict[str, int]:
    """1-based line per dotted key and per table header. Keys of inline tables are not listed."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _plain(header.group(1))
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = _plain(key.group(1))
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def line_of(lines: dict[str, int], name: str) -> int | None:
    """The line of ``name``, or of the nearest table or key that contains it."""
    while name:
        if name in lines:
            return lines[name]
        name = name.rpartition(".")[0]
    return None


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
