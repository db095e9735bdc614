"""Listed Chinese terms that are written in Latin letters (mianfei, mian fei, 免fei for 免费).

Whole words only, cut where syllables end; words that are all ordinary English hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from aigc_guard.errors import ConfigError, said
from aigc_guard.ordinary import is_ordinary
from aigc_guard.text import Folded

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TERM = re.compile(rf"[{_HAN}]{{2,}}")
_PIECE = re.compile(rf"[a-z]+|[{_HAN}]")
_GAP = re.compile(r"[1-5]?[ '·.-]?")
_FEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class _Reading:
    """A term, and where its syllables begin in its letters; the last entry is their number."""

    term: str
    cuts: tuple[int, ...]


@dataclass(slots=True)
class _Run:
    """Words and characters in a row: their letters, and where each piece begins in them."""

    letters: str
    pieces: dict[int, re.Match[str]]


class Pinyin:
    """Terms of two or more Chinese characters, recognised by how they are pronounced."""

    def __init__(self, terms: Iterable[str]) -> None:
        own = [term for term in dict.fromkeys(terms) if _TERM.fullmatch(term)]
        self._sounds: dict[str, str] = {}
        self._automaton: Any = None
        by_letters: dict[str, list[_Reading]] = {}
        for term, syllables in zip(own, _pronounced(own), strict=True):
            for char, sound in zip(term, syllables, strict=True):
                self._sounds.setdefault(char, sound)
            letters = "".join(syllables)
            if len(letters) >= _FEWEST_LETTERS:
                cuts = [sum(map(len, syllables[:at])) for at in range(len(syllables) + 1)]
                by_letters.setdefault(letters, []).append(_Reading(term, tuple(cuts)))
        if by_letters:
            self._automaton = import_module("ahocorasick").Automaton()
            for letters, readings in by_letters.items():
                self._automaton.add_word(letters, (letters, tuple(readings)))
            self._automaton.make_automaton()

    def hits(self, folded: Folded) -> Iterator[tuple[str, int, int]]:
        """(term, start, end) in ``folded``, in small letters without accents."""
        if self._automaton is None:
            return
        for run in self._runs(folded.text):
            for last, (letters, readings) in self._automaton.iter(run.letters):
                start, end = last + 1 - len(letters), last + 1
                if start not in run.pieces or not _ends_piece(run, end):
                    continue
                inside = {at - start: one for at, one in run.pieces.items() if start <= at < end}
                place = min(m.start() for m in inside.values()), _end_of(inside.values())
                yield from ((one.term, *place) for one in readings if _spells(one, inside))

    def _runs(self, text: str) -> Iterator[_Run]:
        """Runs that hold a Latin word; a character of no listed term ends one."""
        run, end = _Run("", {}), 0
        for piece in _PIECE.finditer(text):
            sound = self._sound(piece[0])
            if sound is None or not _GAP.fullmatch(text, end, piece.start()):
                if _has_latin(run):
                    yield run
                run = _Run("", {})
            if sound is not None:
                run.pieces[len(run.letters)] = piece
                run.letters += sound
            end = piece.end()
        if _has_latin(run):
            yield run

    def _sound(self, piece: str) -> str | None:
        return piece.replace("v", "u") if piece.isascii() else self._sounds.get(piece)


def _has_latin(run: _Run) -> bool:
    return any(one[0].isascii() for one in run.pieces.values())


def _ends_piece(run: _Run, end: int) -> bool:
    return end == len(run.letters) or end in run.pieces


def _end_of(pieces: Iterable[re.Match[str]]) -> int:
    """Where the last piece ends, its tone included."""
    last = max(pieces, key=lambda one: one.start())
    tone = re.compile("[1-5](?![0-9a-z])").match(last.string, last.end())
    return tone.end() if tone and last[0].isascii() else last.end()


def _spells(reading: _Reading, inside: dict[int, re.Match[str]]) -> bool:
    """Whether the pieces are the term's syllables, and not all of them English or Chinese."""
    if not inside.keys() <= set(reading.cuts):
        return False
    latin = [one[0] for one in inside.values() if one[0].isascii()]
    if len(latin) == len(inside):
        return not all(is_ordinary(word) for word in latin)
    return bool(latin) and all(
        one[0] == reading.term[reading.cuts.index(at)]
        for at, one in inside.items()
        if not one[0].isascii()
    )


def _pronounced(terms: list[str]) -> list[list[str]]:
    """The syllables of each term without tones, ü as u; ConfigError without the library."""
    if not terms:
        return []
    if find_spec("pypinyin") is None:
        raise ConfigError(
            said("the check terms needs pypinyin to read pinyin"),
            hint=said("pip install 'aigc-guard[pinyin]', or leave out `pinyin: true`"),
        )
    lazy = import_module("pypinyin").lazy_pinyin
    return [[one.replace("v", "u").replace("ü", "u") for one in lazy(term)] for term in terms]
