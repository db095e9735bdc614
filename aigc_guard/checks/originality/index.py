"""An index of texts: hashes and positions, no word. One file, read where it lies (mmap).

Layout: eight bytes of magic, the header's length, the header as JSON, then sections of plain
little-endian numbers. ``grams`` holds a hash for every run of six tokens in document order: runs
are followed there to their exact ends. ``seeds`` holds the positions that are looked up, by the
first 16 bits of their hash; ``table`` says where each of these begins, and there they stand in the
order of their hashes, so that looking one up takes a few steps however many there are.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from aigc_guard.checks.originality.grams import GRAM, WINDOW
from aigc_guard.checks.originality.tokens import SCHEME
from aigc_guard.errors import CheckError, said

MAGIC = b"AGINDEX1"
FORMAT = 1
KEY_BITS = 16
BY_HASH = "hash"
"""Order of ``seeds`` below one entry of ``table``; indices without it are searched one by one."""
_HEAD = len(MAGIC) + 8
_LONGEST_HEADER = 1 << 20
_SECTIONS = ("grams", "seeds", "table", "firsts", "seeded", "names", "name_ends")


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed text: its id, and its licence where that is known."""

    id: str
    licence: str = ""


class Index:
    """An opened index; cheap to open, nothing is copied."""

    def __init__(self, data: bytes | mmap.mmap, header: Mapping[str, Any], begin: int) -> None:
        view = memoryview(data)[begin:]
        self.header = header
        self.width = int(header["width"])
        self.window = int(header["window"])
        self._view = view
        self.grams = self._section("grams", "H" if self.width == 2 else "I")
        self.seeds = self._section("seeds", "I")
        self.table = self._section("table", "I")
        self.firsts = self._section("firsts", "I")
        self.seeded = self._section("seeded", "I")
        self._names = self._section("names", "B")
        self._name_ends = self._section("name_ends", "I")

    def _section(self, name: str, kind: Literal["B", "H", "I"]) -> memoryview[int]:
        start, size = self.header["sections"][name]
        section: memoryview[int] = self._view[start : start + size].cast("B").cast(kind)
        return section

    @property
    def digest(self) -> str:
        """Identity of the index: sha256 of its header, which names the sha256 of its body."""
        return digest_of_header(self.header)

    @property
    def documents(self) -> int:
        """How many texts it holds."""
        return len(self.seeded)

    def document(self, number: int) -> Document:
        """What is known of a text."""
        start = self._name_ends[number - 1] if number else 0
        text = bytes(self._names[start : self._name_ends[number]]).decode("utf-8")
        name, _, licence = text.partition("\t")
        return Document(name, licence)

    def document_at(self, position: int) -> int:
        """The text that a position of ``grams`` belongs to."""
        return bisect_right(self.firsts, position) - 1

    def bounds(self, number: int) -> tuple[int, int]:
        """The positions of a text in ``grams``, half open."""
        return self.firsts[number], self.firsts[number + 1]

    def shown(self, hashes: Sequence[int]) -> Sequence[int]:
        """Hashes as this index keeps them."""
        return [one >> 16 for one in hashes] if self.width == 2 else hashes

    def candidates(self, gram: int) -> Iterator[int]:
        """Looked-up positions whose hash (as the index keeps it) is ``gram``."""
        key = gram if self.width == 2 else gram >> 16
        found = self.seeds[self.table[key] : self.table[key + 1]]
        if self.width == 2:
            yield from found
            return
        grams = self.grams
        if self.header.get("order") != BY_HASH:
            yield from (position for position in found if grams[position] == gram)
            return
        at = bisect_left(found, gram, key=grams.__getitem__)
        while at < len(found) and grams[found[at]] == gram:
            yield found[at]
            at += 1

    @cached_property
    def is_sound(self) -> bool:
        """Whether the body is the one that the header names; reads all of it, once."""
        return hashlib.sha256(self._view).hexdigest() == str(self.header["body_sha256"])


def digest_of_header(header: Mapping[str, Any]) -> str:
    """Hex sha256 of the header as it stands in the file."""
    return hashlib.sha256(header_bytes(header)).hexdigest()


def header_bytes(header: Mapping[str, Any]) -> bytes:
    """The header as JSON with sorted keys."""
    return json.dumps(header, sort_keys=True, ensure_ascii=False).encode("utf-8")


def read_header(path: Path) -> dict[str, Any]:
    """The header of an index file; raises CheckError for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            length = int.from_bytes(head[len(MAGIC) :], "little")
            raw = file.read(length) if length <= _LONGEST_HEADER else b""
    except OSError as error:
        raise _refused(path, said("can't be read ({problem})", problem=error.strerror)) from error
    return _header(path, head, raw, path.stat().st_size)


def open_index(path: Path) -> Index:
    """Open an index file; raises CheckError when it is none or of another version."""
    header = read_header(path)
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Index(data, header, _begin(header))


def from_bytes(data: bytes) -> Index:
    """An index that was made in memory."""
    length = int.from_bytes(data[len(MAGIC) : _HEAD], "little")
    header = _header(Path("-"), data[:_HEAD], data[_HEAD : _HEAD + length], len(data))
    return Index(data, header, _begin(header))


def _begin(header: Mapping[str, Any]) -> int:
    return -(-(_HEAD + len(header_bytes(header))) // 8) * 8


def _header(path: Path, head: bytes, raw: bytes, size: int) -> dict[str, Any]:
    try:
        header = json.loads(raw)
    except ValueError:
        header = None
    if head[: len(MAGIC)] != MAGIC or not isinstance(header, dict):
        raise _refused(path, said("is no index"))
    fits = (
        header.get("format") == FORMAT
        and header.get("scheme") == SCHEME
        and header.get("gram") == GRAM
        and header.get("window") in (1, WINDOW)
        and sys.byteorder == "little"
    )
    if not fits:
        raise _refused(path, said("was made by another version of this program"))
    sections = header.get("sections", {})
    ends = [sum(sections[name]) for name in _SECTIONS if name in sections]
    if len(ends) < len(_SECTIONS) or _begin(header) + max(ends) > size:
        raise _refused(path, said("is cut off"))
    return header


def _refused(path: Path, why: object) -> CheckError:
    return CheckError(
        "originality",
        said("the index {path} {why}", path=path.name, why=why),
        hint=said("build it again: aigc-guard index build FOLDER --out FILE"),
    )
