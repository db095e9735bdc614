"""A text as tokens that case, width, punctuation and white space don't change, with their places.

A token is one Chinese (or kana) character, or one word: letters and digits with nothing between
them but an apostrophe. Mixed text counts both alike: "AI内容 guide" has four tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from aigc_guard.characters import plain
from aigc_guard.lookalikes import LOOK_ALIKES

SCHEME = "1"
"""Changes when tokens are read otherwise: an index of another scheme is not compared with."""

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:['\u2019][^\W_{_HAN}]+)*")
_OTHER = re.compile("[^\\t\\n\\x20-\\x7e\u2019\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff]")
_APOSTROPHE = str.maketrans("", "", "'\u2019")
_SILENT = ("So", "Sk")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text; token ``i`` stands at ``text[starts[i]:ends[i]]`` of the original."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)


def tokens(text: str) -> Tokens:
    """Read ``text``; what nobody can see (zero-width signs, emoji, accents) makes no difference."""
    read, places = _folded(text)
    words, starts, ends = [], [], []
    for match in _TOKEN.finditer(read):
        first, last = match.start(), match.end() - 1
        words.append(match[0].translate(_APOSTROPHE))
        starts.append(first if places is None else places[first])
        ends.append((last if places is None else places[last]) + 1)
    return Tokens(tuple(words), tuple(starts), tuple(ends))


def words_of(text: str) -> list[str]:
    """The tokens of ``text`` without their places: quicker, for building an index."""
    read, _ = _folded(text)
    return [word.translate(_APOSTROPHE) for word in _TOKEN.findall(read)]


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text as it is read, and for each of its characters where it stood; None if unmoved."""
    if text.isascii():
        return text.lower(), None
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals become two letters
        lower = text
    if not _OTHER.search(lower):
        return lower, None
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for match in _OTHER.finditer(lower):
        start = match.start()
        pieces.append(lower[at:start])
        places.extend(range(at, start))
        read = _read(match[0])
        pieces.append(read)
        places.extend([start] * len(read))
        at = start + 1
    pieces.append(lower[at:])
    places.extend(range(at, len(lower)))
    return "".join(pieces), places


@lru_cache(maxsize=65536)
def _read(char: str) -> str:
    """What one character is read as; look-alikes always as Latin: both sides are read alike."""
    if unicodedata.category(char) in _SILENT and unicodedata.normalize("NFKC", char) == char:
        return " "
    return "".join(LOOK_ALIKES.get(one, one) for one in plain(char))
