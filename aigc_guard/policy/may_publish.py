"""Whether a value in a draft is one that its brief allows to stand.

Compared without case, width, surplus space and phone punctuation. A part of an allowed value may
stand too (the surname of a named spokesperson), but never a part of a number or of an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BREAK = re.compile(r"[\s,;:()<>\[\]|/，。；：（）、【】《》「」“”\"]+")
_EDGE = ".!?'’*_-–—•"
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-–—]*\d")
_NUMERIC = re.compile(r"[\d\s().+\-–—/]+")
_MIN_DIGITS = 5


def plain(value: str) -> str:
    """A value as it is compared: NFKC, without case, invisible characters or surplus space."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    kept = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(kept.split())


def identity(value: str) -> str:
    """Equal for two spellings of one value: digits for numbers, plain words otherwise."""
    words = plain(value)
    if is_number(words):
        return min(_number_forms(words), key=lambda form: (len(form), form))
    return " ".join(_tokens(words)) or words


def is_number(value: str) -> bool:
    """Whether a value is compared by its digits: five or more, and signs of grouping."""
    text = plain(value)
    return bool(_NUMERIC.fullmatch(text)) and len(re.sub(r"\D", "", text)) >= _MIN_DIGITS


@dataclass(frozen=True, slots=True)
class Allowed:
    """The values of a brief that may stand, prepared for comparing."""

    words: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    numbers: frozenset[str]

    @classmethod
    def of(cls, values: Iterable[str]) -> Allowed:
        """Prepare ``values``; empty ones allow nothing."""
        texts = tuple(text for text in map(plain, values) if text)
        numbers = {
            form for text in texts for run in _NUMBER.findall(text) for form in _number_forms(run)
        }
        return cls(tuple(tuple(_tokens(text)) for text in texts), texts, frozenset(numbers))

    def has(self, value: str) -> bool:
        """Whether ``value`` may stand."""
        text = plain(value)
        if is_number(text):
            return bool(self.numbers & _number_forms(text))
        tokens = tuple(_tokens(text))
        if not tokens:
            return False
        if any(_contains(whole, tokens) for whole in self.words):
            return True
        # Chinese is written without spaces: a part of two characters or more may stand.
        return _is_han(text) and len(text) >= 2 and any(text in whole for whole in self.texts)


def _tokens(text: str) -> list[str]:
    tokens = (token.strip(_EDGE) for token in _BREAK.split(text))
    return [token for token in tokens if token]


def _contains(whole: tuple[str, ...], part: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _number_forms(text: str) -> set[str]:
    """The digits with and without a leading 00, + or the country codes of the US and China."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < _MIN_DIGITS:
        return set()
    forms = {digits}
    short = digits.removeprefix("00")
    forms.add(short)
    if len(short) == 11 and short[0] == "1" and short[1] in "23456789" and not _is_cn_mobile(text):
        forms.add(short[1:])
    if len(short) == 13 and short.startswith("861"):
        forms.add(short[2:])
    return forms


def _is_cn_mobile(text: str) -> bool:
    """Eleven digits in one run, or grouped 3-4-4, read as a Chinese mobile number."""
    return bool(re.fullmatch(r"1[3-9]\d([\s-]?)\d{4}\1\d{4}", text.strip()))


def _is_han(text: str) -> bool:
    return all("\u4e00" <= char <= "\u9fff" for char in text)
