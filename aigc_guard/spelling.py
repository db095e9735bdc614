"""Strong words behind a spelling that hides them: stretched, masked, broken, mistyped, leet.

Only words that nobody would write otherwise are repaired: the spelling found is no common word or
abbreviation, and exactly one small change makes it a strong one. Both word lists are kept as
hashes: enough to recognise a word, nothing to read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

_FILE = Path(__file__).with_name("words.bin")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b",
    "9": "g", "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "(": "c",
}  # fmt: skip
_CONTRACTION = re.compile(r".*['’](?:ll|s|t|d|re|ve|m)")
_LONGEST = 24


@cache
def _lists() -> tuple[frozenset[int], frozenset[int]]:
    """(common words, strong words) as CRC-32 of the lower-case word."""
    data = _FILE.read_bytes()
    numbers = [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)]
    common = numbers[0]
    return frozenset(numbers[1 : 1 + common]), frozenset(numbers[1 + common :])


def pack(common: Iterable[str], strong: Iterable[str]) -> bytes:
    """The content of the word file."""
    first = sorted({zlib.crc32(word.encode()) for word in common})
    second = sorted({zlib.crc32(word.encode()) for word in strong})
    return b"".join(number.to_bytes(4, "big") for number in (len(first), *first, *second))


def is_common(word: str) -> bool:
    """Whether ``word`` is an everyday English word, name or abbreviation."""
    return zlib.crc32(word.encode()) in _lists()[0]


def is_strong(word: str) -> bool:
    """Whether ``word`` is strong profanity or a slur."""
    return len(word) >= 3 and zlib.crc32(word.encode()) in _lists()[1]


def holds_strong(words: Iterable[str]) -> bool:
    """Whether any of many ``words`` is strong; one of one or two letters may pass for it."""
    strong, hashed = _lists()[1], zlib.crc32
    return any(hashed(word.encode()) in strong for word in words)


def _first_strong(words: Iterable[str]) -> str | None:
    return next((word for word in words if is_strong(word)), None)


@lru_cache(maxsize=8192)
def unstretched(word: str) -> str | None:
    """``word`` with each run of three or more letters cut to one or two, if that is a word."""
    parts = re.split(r"((.)\2{2,})", word)
    choices = [
        [part] if index % 3 == 0 else [part[0], part[0] * 2]
        for index, part in enumerate(parts)
        if index % 3 != 2
    ]
    variants = ["".join(variant) for variant in product(*choices[:9])]
    return _first_strong(variants) or next((word for word in variants if is_common(word)), None)


@lru_cache(maxsize=8192)
def unleeted(word: str) -> str | None:
    """The strong word that ``word`` spells with digits and signs, if it does."""
    if len(word) > _LONGEST:
        return None
    choices = [_LEET.get(char, char) for char in word]
    if sum(len(choice) > 1 for choice in choices) > 5:
        return None
    return _first_strong("".join(variant) for variant in product(*choices))


@lru_cache(maxsize=8192)
def unmasked(word: str) -> str | None:
    """The strong word of letters and one or two signs (``*``, ``#``, ``-``), if it is one."""
    if len(word) > _LONGEST or _CONTRACTION.fullmatch(word):
        return None
    joined = re.sub(r"[^a-z]", "", word)
    if is_strong(joined):
        return joined
    holes = [i for i, char in enumerate(word) if char in "*#-"]
    if not 1 <= len(holes) <= 2:
        return None
    parts = re.split(r"[^a-z]", word)
    if "-" in word and all(len(part) > 1 and is_common(part) for part in parts):
        return None
    return _first_strong(_filled(word, holes))


def _filled(word: str, holes: list[int]) -> Iterator[str]:
    for letters in product(_LETTERS, repeat=len(holes)):
        chars = list(word)
        for hole, letter in zip(holes, letters, strict=True):
            chars[hole] = letter
        yield "".join(chars)


@lru_cache(maxsize=8192)
def untyped(word: str) -> str | None:
    """The strong word that an uncommon ``word`` mistypes: two letters swapped, or one left out."""
    if not 3 <= len(word) <= _LONGEST or is_common(word) or is_strong(word):
        return None
    swaps = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 2))
    if found := _first_strong(swaps):
        return found
    return _first_strong(
        word[:i] + letter + word[i:] for i in range(1, len(word)) for letter in _LETTERS
    )


def joined(first: str, second: str) -> str | None:
    """The strong word that two pieces make, unless both are words of their own."""
    whole = first + second
    if len(whole) < 4 or not is_strong(whole):
        return None
    words = len(first) > 1 and len(second) > 1 and is_common(first) and is_common(second)
    return None if words else whole
