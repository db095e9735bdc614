"""Units of measure and money in English and Chinese: what they measure, and in which base.

A unit reads as ``(dimension, factor)`` pairs: several where a sign is ambiguous ("$" may be any
dollar, "pounds" money or mass). Two amounts are equal when they agree in one reading. The units
themselves stand in ``units.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

Reading = tuple[tuple[str, Decimal], ...]

CLASSIFIERS = (
    "名|位|家|台|件|项|款|次|个|辆|套|只|条|张|户|场|门|座|所|艘|架|部|本|篇|种|类|层|间|人|股|字"
    "|轮|届|集|首|册|批|组|对|双|杯|瓶|盒|箱|袋|片|粒|枚|支|根|颗|头|匹|棵|份|笔|处|起|例|票"
)
"""Chinese measure words: they count things, and are no unit of their own."""

_BEFORE = re.compile(
    r"[$€£¥₹₩]|^[A-Z]{3}$|^[A-Z]{2,3}[$¥]$|^Rs\.?$|^人民币$|^美元$|^港币$|^新台币$"
)
_MIXED = re.compile(r"[A-Z]")


def _load() -> dict[str, Reading]:
    found: dict[str, list[tuple[str, Decimal]]] = {}
    lines = Path(__file__).with_name("units.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line or line.startswith("#"):
            continue
        dimension, factor, spellings = (part.strip() for part in line.split("|"))
        is_money = dimension.isupper()
        for name in dimension.split() if is_money else [dimension]:
            for one in spellings.split(";"):
                found.setdefault(one, []).append((name, Decimal(factor)))
    return {one: tuple(readings) for one, readings in found.items()}


def _is_exact(spelling: str) -> bool:
    """Short signs and those with a capital mean something else in another case."""
    return len(spelling) <= 3 or bool(_MIXED.search(spelling))


_READINGS = _load()
_ANY_CASE = {one.casefold(): reading for one, reading in _READINGS.items() if not _is_exact(one)}
DIMENSIONS = frozenset(dimension for reading in _READINGS.values() for dimension, _ in reading)


def _pattern(spellings: Iterable[str]) -> str:
    def one(spelling: str) -> str:
        words = r"[ -]".join(re.escape(word) for word in spelling.split(" "))
        edge = r"(?![A-Za-z])" if spelling[-1].isascii() and spelling[-1].isalnum() else ""
        return (words if _is_exact(spelling) else f"(?i:{words})") + edge

    return "|".join(one(spelling) for spelling in sorted(spellings, key=len, reverse=True))


BEFORE = f"(?:{_pattern(one for one in _READINGS if _BEFORE.search(one))})"
"""Signs of money that stand before the number."""
AFTER = f"(?:{_pattern(_READINGS)})"
"""Units that stand after the number."""
HAN_AFTER = f"(?:{_pattern(one for one in _READINGS if not one.isascii())}|{CLASSIFIERS})"
"""What follows a number in Chinese numerals; without it the signs are part of a word."""


def reading_of(unit: str) -> Reading:
    """What a unit, as it stands in a text, measures; empty for a word that is no unit."""
    words = " ".join(unit.replace("-", " ").split())
    for one in (unit, words):
        found = _READINGS.get(one) or _ANY_CASE.get(one.casefold())
        if found:
            return found
    return ()
