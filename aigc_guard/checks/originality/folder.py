"""The texts of a folder, one after another, so that memory holds one of them at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from aigc_guard.checks.originality.index import Document
from aigc_guard.errors import ConfigError, LocatedError, said

LONGEST = 64 * 1024 * 1024
_PLAIN = (".txt", ".md")
_MARKED = (".html", ".htm")
_LINES = (".jsonl",)


class IndexSourceError(LocatedError):
    """A text that can't be taken into an index, with its file and line."""


def texts_in(folder: Path, *, licence: str = "") -> Iterator[tuple[Document, str]]:
    """Every text below ``folder`` in the order of names; raises where one can't be read."""
    if not folder.is_dir():
        raise ConfigError(
            said("{folder} is not a folder", folder=folder),
            hint=said("name a folder of .txt, .md, .html or .jsonl files"),
        )
    found = False
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        for document, text in _texts(path, name, licence):
            found = True
            yield document, text
    if not found:
        raise ConfigError(
            said("{folder} holds no text", folder=folder),
            hint=said("name a folder of .txt, .md, .html or .jsonl files"),
        )


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(where) / name
            if path.suffix.lower() in (*_PLAIN, *_MARKED, *_LINES):
                yield path


def _texts(path: Path, name: str, licence: str) -> Iterator[tuple[Document, str]]:
    suffix = path.suffix.lower()
    if suffix in _LINES:
        yield from _lines(path, name, licence)
        return
    if path.stat().st_size > LONGEST:
        raise IndexSourceError(
            said("the file is larger than 64 MB"),
            path=path,
            hint=said("cut it into several files, or into lines of a .jsonl file"),
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, None) from error
    yield Document(_plain(name), licence), _without_marks(text) if suffix in _MARKED else text


def _lines(path: Path, name: str, licence: str) -> Iterator[tuple[Document, str]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                raise _not_utf8(path, number) from error
            except ValueError as error:
                raise _no_row(path, number) from error
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise _no_row(path, number)
            own = row.get("licence", row.get("license")) or licence
            yield Document(_plain(f"{name}#{row.get('id', number)}"), str(own)), row["text"]


def _plain(name: str) -> str:
    """Ids stand in findings and reports: one line, not endless."""
    return " ".join(name.split())[:200]


def _not_utf8(path: Path, line: int | None) -> IndexSourceError:
    return IndexSourceError(
        said("the text is not UTF-8"), path=path, line=line, hint=said("save it as UTF-8 text")
    )


def _no_row(path: Path, line: int) -> IndexSourceError:
    return IndexSourceError(
        said("this line lacks a text"),
        path=path,
        line=line,
        hint=said('write {"id": …, "text": …}'),
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.pieces.append("\n" if tag in ("p", "div", "br", "li", "tr", "h1", "h2", "h3") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _without_marks(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "".join(reader.pieces)
