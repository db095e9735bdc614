"""The words of the material: which names it knows, in full, shortened or inflected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\d]*(?:['’&.-]\p{L}[\p{L}\p{M}]*)*\.?")
_PARTS = regex.compile(r"[^\p{L}\p{M}]+")
_ENDINGS = ("s", "es", "n", "an", "ian", "ean", "ic", "ish", "ese", "i", "er", "ers", "se", "ns")
_SHORTENED = {
    "corp": "corporation", "inc": "incorporated", "ltd": "limited", "co": "company",
    "dept": "department", "univ": "university", "intl": "international", "govt": "government",
    "assn": "association", "bros": "brothers", "st": "saint", "mt": "mount", "ft": "fort",
}  # fmt: skip
_LONG = {long: short for short, long in _SHORTENED.items()}
_SMALL = frozenset(
    ["of", "the", "and", "for", "de", "la", "du", "von", "van", "in", "on", "to", "a"]
)


def stem_of(token: str) -> str:
    """A word as it is compared: no case, no possessive, no stops."""
    word = token.casefold().replace("’", "'").rstrip(".")
    word = word.removesuffix("'s").removesuffix("'")
    return word.replace(".", "")


class Vocabulary:
    """Words of all texts, and the initials of runs of capitalised words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._initials: set[str] = set()
        for text in texts:
            tokens = [match[0] for match in _WORD.finditer(text)]
            for token in tokens:
                word = stem_of(token)
                self._words.add(word)
                self._words.update(part for part in _PARTS.split(word) if len(part) > 1)
            self._initials.update(_initials(tokens))
        self._short = {word for word in self._words if word.isalpha() and 2 <= len(word) <= 6}

    def knows(self, word: str) -> bool:
        """Whether the material holds the word, an inflection, its long form or its initials."""
        if word in self._words or word in self._initials:
            return True
        if _SHORTENED.get(word) in self._words or _LONG.get(word) in self._words:
            return True
        parts = [part for part in _PARTS.split(word) if part]
        if len(parts) > 1 and all(part in self._words or len(part) == 1 for part in parts):
            return True
        return any(
            word.endswith(ending) and word[: -len(ending)] in self._words
            for ending in _ENDINGS
            if len(word) - len(ending) >= 3
        ) or any(len(word) >= 3 and word + ending in self._words for ending in _ENDINGS)

    def abbreviates(self, tokens: Sequence[str]) -> bool:
        """Whether the initials of the words stand in the material: WHO for World Health …"""
        stems = [stem_of(token) for token in tokens]
        letters = "".join(word[0] for word in stems if word and word not in _SMALL)
        return len(letters) >= 3 and letters in self._short


def _initials(tokens: Sequence[str]) -> Iterable[str]:
    """Initials of every run of three to six words, small words left out."""
    pairs = [(stem_of(token), token[0].isupper()) for token in tokens]
    pairs = [(word, capital) for word, capital in pairs if word and word not in _SMALL]
    for start in range(len(pairs)):
        for size in range(2, 7):
            run = pairs[start : start + size]
            if len(run) < size or not run[-1][1]:
                break
            if all(capital for _, capital in run):
                yield "".join(word[0] for word, _ in run)
