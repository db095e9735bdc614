"""Makes an index: texts in, one file out, with memory that does not grow with the texts.

Hashes go straight to disk; the positions to be looked up are dealt out to 256 piles by the first
eight bits of their hash, and each pile is sorted by itself at the end.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

from aigc_guard.checks.originality.grams import GRAM, WINDOW, chosen, gram_hashes
from aigc_guard.checks.originality.index import (
    BY_HASH,
    FORMAT,
    KEY_BITS,
    MAGIC,
    Document,
    Index,
    from_bytes,
    header_bytes,
)
from aigc_guard.checks.originality.tokens import SCHEME, words_of
from aigc_guard.errors import CheckError, said

_PILES = 256
_FULL = 1 << 14  # entries of a pile that are kept in memory
_MOST = (1 << 32) - 1
_BLOCK = 1 << 20


@dataclass(slots=True)
class _Counts:
    documents: int = 0
    tokens: int = 0
    grams: int = 0
    seeds: int = 0


class Builder:
    """Collects texts; ``finish`` writes the index. Use it as a context manager."""

    def __init__(self, *, width: Literal[2, 4] = 4, window: int = WINDOW, on_disk: bool = True):
        self.width, self.window = width, window
        self.counts = _Counts()
        self._make = tempfile.TemporaryFile if on_disk else io.BytesIO
        self._grams: IO[bytes] = self._make()
        self._piles = [array("Q") for _ in range(_PILES)]
        self._files: list[IO[bytes] | None] = [None] * _PILES
        self._firsts, self._seeded = array("I", [0]), array("I")
        self._names: IO[bytes] = self._make()
        self._name_ends = array("I")

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in (self._grams, self._names, *self._files):
            if file is not None:
                file.close()

    def add(self, document: Document, text: str) -> None:
        """Take in one text."""
        words = words_of(text)
        hashes = gram_hashes(words)
        places = chosen(hashes, self.window)
        base = self.counts.grams
        if base + len(hashes) > _MOST:
            raise CheckError(
                "originality",
                said("the texts are too long for one index"),
                hint=said("build several and name each in a rule of its own"),
            )
        kept = array("H", [one >> 16 for one in hashes]) if self.width == 2 else array("I", hashes)
        self._grams.write(kept.tobytes())
        for at in places:
            self._deal(hashes[at], base + at)
        self._names.write("\t".join((document.id, document.licence)).rstrip("\t").encode("utf-8"))
        self._name_ends.append(self._names.tell())
        self.counts.documents += 1
        self.counts.tokens += len(words)
        self.counts.grams += len(hashes)
        self.counts.seeds += len(places)
        self._firsts.append(self.counts.grams)
        self._seeded.append(len({hashes[at] for at in places}))

    def _deal(self, gram: int, position: int) -> None:
        number = gram >> 24
        pile = self._piles[number]
        known = gram if self.width == 4 else gram >> 16 << 16  # what the index keeps of it
        pile.append(known << 32 | position)
        if len(pile) >= _FULL:
            file = self._files[number]
            if file is None:
                file = self._files[number] = self._make()
            file.write(pile.tobytes())
            del pile[:]

    def finish(self, out: IO[bytes], about: Mapping[str, Any]) -> str:
        """Write the index to ``out`` and return its digest; ``about`` goes into its header."""
        sections: dict[str, list[int]] = {}
        with self._make() as body:
            self._section(sections, body, "grams", self._copied(self._grams))
            table = self._seeds(sections, body)
            for name, numbers in (
                ("table", table),
                ("firsts", self._firsts),
                ("seeded", self._seeded),
                ("name_ends", self._name_ends),
            ):
                self._section(sections, body, name, [numbers.tobytes()])
            self._section(sections, body, "names", self._copied(self._names))
            sha256 = hashlib.sha256()
            for block in self._copied(body):
                sha256.update(block)
            header = self._header(sections, sha256.hexdigest(), about)
            raw = header_bytes(header)
            out.write(MAGIC + len(raw).to_bytes(8, "little") + raw)
            out.write(b"\0" * (-(len(MAGIC) + 8 + len(raw)) % 8))
            for block in self._copied(body):
                out.write(block)
        return hashlib.sha256(raw).hexdigest()

    def _header(
        self, sections: Mapping[str, list[int]], body: str, about: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "scheme": SCHEME,
            "gram": GRAM,
            "window": self.window,
            "width": self.width,
            "order": BY_HASH,
            "documents": self.counts.documents,
            "tokens": self.counts.tokens,
            "seeds": self.counts.seeds,
            "sections": sections,
            "body_sha256": body,
            "about": about,
        }

    def _seeds(self, sections: dict[str, list[int]], body: IO[bytes]) -> array[int]:
        """Write the positions pile by pile; returns where each key begins."""
        table = array("I", bytes(4 * ((1 << KEY_BITS) + 1)))
        start, total = body.tell(), 0
        for number in range(_PILES):
            pile = self._piles[number]
            file = self._files[number]
            if file is not None:
                file.seek(0)
                pile.frombytes(file.read())
            ordered = sorted(pile)
            for entry in ordered:
                table[(entry >> (64 - KEY_BITS)) + 1] += 1
            body.write(array("I", [entry & _MOST for entry in ordered]).tobytes())
            total += len(ordered)
            del pile[:]
        table = array("I", accumulate(table))
        sections["seeds"] = [start, 4 * total]
        self._pad(body)
        return table

    def _section(
        self, sections: dict[str, list[int]], body: IO[bytes], name: str, blocks: Iterable[bytes]
    ) -> None:
        start = body.tell()
        for block in blocks:
            body.write(block)
        sections[name] = [start, body.tell() - start]
        self._pad(body)

    @staticmethod
    def _pad(body: IO[bytes]) -> None:
        body.write(b"\0" * (-body.tell() % 8))

    @staticmethod
    def _copied(file: IO[bytes]) -> Iterable[bytes]:
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def memory_index(
    texts: Iterable[tuple[str, str]],
    *,
    window: int = WINDOW,
    about: Mapping[str, Any] | None = None,
) -> Index:
    """An index of a few texts (id, text) that is never written to disk."""
    out = io.BytesIO()
    with Builder(window=window, on_disk=False) as builder:
        for name, text in texts:
            builder.add(Document(name), text)
        builder.finish(out, about or {})
    return from_bytes(out.getvalue())


def write_index(
    texts: Iterable[tuple[Document, str]],
    path: Path,
    *,
    about: Mapping[str, Any],
    width: Literal[2, 4] = 4,
) -> str:
    """Build the index of ``texts`` in ``path``, whole or not at all; returns its digest."""
    partial = path.with_name(path.name + ".partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with Builder(width=width) as builder:
            for document, text in texts:
                builder.add(document, text)
            with partial.open("wb") as out:
                digest = builder.finish(out, about)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return digest
