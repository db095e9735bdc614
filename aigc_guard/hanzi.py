"""Chinese characters written otherwise: traditional for simplified, in two halves (拆字).

This folds deeper than ``fold``. The guards have learned from ``fold`` and go on reading that; what
looks things up reads this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path

from aigc_guard.folded import Folded, edited
from aigc_guard.folding import fold

_SIMPLIFIED = Path(__file__).with_name("hanzi_simplified.txt")
_SPLIT = Path(__file__).with_name("hanzi_split.txt")
_DRAWN_ALIKE = (range(0x2E80, 0x2FD6), range(0xF900, 0xFADA))
_LONGEST = 4
_ROUNDS = 8


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@cache
def _table() -> dict[int, str]:
    drawn = (chr(code) for block in _DRAWN_ALIKE for code in block)  # ⼥ for 女
    table = {ord(char): unicodedata.normalize("NFKC", char) for char in drawn}
    pairs = (line[at : at + 2] for line in _lines(_SIMPLIFIED) for at in range(0, len(line), 2))
    table |= {ord(pair[0]): pair[1] for pair in pairs}
    return {code: char.translate(table) for code, char in table.items() if ord(char) != code}


@cache
def _halves() -> tuple[dict[str, str], re.Pattern[str]]:
    """What is written for a character, and the signs that such a writing begins with."""
    entries = [entry for line in _lines(_SPLIT) for entry in line.split()]
    table = {entry[1:]: entry[0] for entry in entries}
    return table, re.compile("[" + "".join(sorted({halves[0] for halves in table})) + "]")


@cache
def _written_for() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Of a character: its traditional ones, and its halves."""
    old: dict[str, tuple[str, ...]] = {}
    for line in _lines(_SIMPLIFIED):
        for at in range(0, len(line), 2):
            old[line[at + 1]] = (*old.get(line[at + 1], ()), line[at])
    split: dict[str, tuple[str, ...]] = {}
    for written, char in _halves()[0].items():
        split[char] = (*split.get(char, ()), written)
    return old, split


def traditional_of(char: str) -> tuple[str, ...]:
    """The traditional characters that are read as ``char``."""
    return _written_for()[0].get(char, ())


def halves_of(char: str) -> tuple[str, ...]:
    """What is written in halves for ``char``."""
    return _written_for()[1].get(char, ())


def simplified(text: str) -> str:
    """``text`` with its traditional characters simplified, one for one."""
    return text if text.isascii() else text.translate(_table())


def simplify(folded: Folded) -> Folded:
    """``folded`` in simplified characters; one stands for one, so offsets stay."""
    text = simplified(folded.text)
    return folded if text == folded.text else Folded(text, folded.starts, folded.ends)


def join_halves(folded: Folded, wanted: Container[str] | None = None) -> Folded:
    """``folded`` with characters that are written in halves (女马 for 妈) put together.

    ``wanted`` are the characters that may come out; None lets all.
    """
    while not folded.text.isascii():
        joined = edited(folded, _joins(folded.text, wanted))
        if joined is folded:
            break
        folded = joined
    return folded


def _joins(text: str, wanted: Container[str] | None) -> Iterator[tuple[int, int, str]]:
    table, first = _halves()
    at = 0
    for match in first.finditer(text):
        start = match.start()
        for size in range(_LONGEST, 1, -1) if start >= at else ():
            halves = text[start : start + size]
            char = table.get(halves)
            if char is not None and (wanted is None or char in wanted):
                at = start + len(halves)
                yield start, at, char
                break


def fold_deeply(text: str) -> Folded:
    """``fold``, then simplified characters, then halves put together, until nothing changes.

    Folding a folded text changes nothing. Halves may be words of their own (女子 for 好): this is
    for looking up what nobody would write by chance, never for showing.
    """
    folded = fold(simplified(text))
    for _ in range(_ROUNDS):
        before = folded.text
        folded = join_halves(simplify(folded))
        if folded.text == before:
            break
        folded = folded.then(fold(folded.text))
        if folded.text == before:
            break
    return folded
