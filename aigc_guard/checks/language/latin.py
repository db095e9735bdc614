"""Which language words in Latin script belong to: told by its small words and its letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aigc_guard.ordinary import is_ordinary

UNKNOWN = "und"
_FILE = Path(__file__).with_name("function_words.txt")
# Letters, and endings, that hardly any other of the languages has.
_LETTERS: Mapping[str, tuple[str, ...]] = {
    "ß": ("de",), "ñ": ("es",), "¿": ("es",), "ã": ("pt",), "õ": ("pt",), "œ": ("fr",),
    "ê": ("fr", "pt", "vi"), "è": ("fr", "it"), "ç": ("fr", "pt", "tr"), "ł": ("pl",),
    "ę": ("pl",), "ą": ("pl",), "ś": ("pl",), "ż": ("pl",), "ř": ("cs",), "ě": ("cs",),
    "ů": ("cs",), "ő": ("hu",), "ű": ("hu",), "ș": ("ro",), "ț": ("ro",), "ă": ("ro", "vi"),
    "ğ": ("tr",), "ı": ("tr",), "ş": ("tr",), "å": ("sv", "da", "no"), "ø": ("da", "no"),
    "æ": ("da", "no"), "đ": ("vi",), "ư": ("vi",), "ơ": ("vi",), "ạ": ("vi",), "ế": ("vi",),
    "ü": ("de", "tr", "hu"), "ä": ("de", "sv", "fi"), "ö": ("de", "sv", "fi", "tr", "hu"),
}  # fmt: skip
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "ung": ("de",), "keit": ("de",), "lich": ("de",), "schaft": ("de",), "ción": ("es",),
    "mente": ("es", "it", "pt"), "ción.": ("es",), "zione": ("it",), "ção": ("pt",),
    "eux": ("fr",), "ement": ("fr",), "ité": ("fr",), "heid": ("nl",), "elijk": ("nl",),
    "ssa": ("fi",), "ssä": ("fi",), "lla": ("fi",), "nen": ("fi", "de"), "ości": ("pl",),
    "ing": ("en",), "tion": ("en", "fr"), "ly": ("en",), "lar": ("tr",), "ler": ("tr",),
}  # fmt: skip
_LETTER, _ENDING = 0.6, 0.4
_OWN_SHARE = 0.7
_FEW_SHARE = 0.34
_EVIDENCE = 1.5
_MANY = 4


@cache
def function_words() -> Mapping[str, tuple[str, ...]]:
    """The languages in which a word is one of the small ones."""
    found: dict[str, list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        language, _, words = line.partition(":")
        if words and not line.startswith("#"):
            for word in dict.fromkeys(words.split()):
                found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


@cache
def known_languages() -> frozenset[str]:
    """The languages that can be told apart."""
    return frozenset(one for languages in function_words().values() for one in languages)


@dataclass(frozen=True, slots=True)
class Told:
    """What some words say: the likeliest language, its evidence, and that for the asked one."""

    language: str
    evidence: float
    own: float


def evidence(words: Sequence[str]) -> defaultdict[str, float]:
    """Points per language; a word or letter that several share counts less for each."""
    small = function_words()
    points: defaultdict[str, float] = defaultdict(float)
    for raw in words:
        if len(raw) == 1 and raw.isupper():  # an initial
            continue
        word = raw.casefold().replace("’", "'")
        for language in small.get(word, ()):
            points[language] += 1 / len(small[word]) ** 0.5
        if not word.isascii():
            for letter in set(word):
                for language in _LETTERS.get(letter, ()):
                    points[language] += _LETTER / len(_LETTERS[letter])
        if len(word) > 4:
            for size in (2, 3, 4, 5, 6):
                for language in _ENDINGS.get(word[-size:], ()):
                    points[language] += _ENDING / len(_ENDINGS[word[-size:]])
    return points


def foreign(words: Sequence[str], asked: str) -> Told | None:
    """Which other language ``words`` are in; None where they may be in the ``asked`` one.

    Names and figures say nothing: without evidence for another language, words are the draft's.
    """
    points = evidence(words)
    own = points.pop(asked, 0.0)
    language, best = max(points.items(), key=lambda one: (one[1], one[0]), default=(UNKNOWN, 0.0))
    ordinary = _ordinary_share(words, language) if asked == "en" else 0.0
    if ordinary is None or ordinary >= _OWN_SHARE:
        return None
    if best < _EVIDENCE or best <= own * 1.2:
        is_strange = ordinary < _FEW_SHARE and _small(words) >= _MANY and own < 1
        return Told(UNKNOWN, _EVIDENCE, own) if is_strange and asked == "en" else None
    return Told(language, best, own)


def likeliest(words: Sequence[str]) -> str:
    """The language with most evidence; ``und`` where there is none."""
    points = evidence(words)
    if _ordinary_share(words) == 1:
        points["en"] += 1
    return max(points.items(), key=lambda one: (one[1], one[0]), default=(UNKNOWN, 0.0))[0]


def is_running_text(words: Sequence[str]) -> bool:
    """Whether words are a sentence rather than a name: small words, or several in small letters."""
    if len(words) < 4:
        return False
    small = function_words()
    joined = sum(word.casefold() in small for word in words)
    return joined >= 2 or _small(words) >= 3


def _small(words: Sequence[str]) -> int:
    return sum(len(word) > 2 and word[0].islower() for word in words)


def _ordinary_share(words: Sequence[str], rival: str = "") -> float | None:
    """Share of English words among those that are no names; None if hardly any is left.

    "Hat" and "den" count for no English where they are small words of the ``rival`` language.
    """
    small = function_words()
    pieces = []
    for word in words:
        lower = word.casefold().replace("’", "'")
        if word[0].islower() or lower in small:
            pieces.append(lower.partition("'")[0])
    if len(pieces) < 3:
        return None
    english = [one for one in pieces if is_ordinary(one) or _is_inflected(one)]
    rivals = [one for one in english if rival in small.get(one, ()) and "en" not in small[one]]
    return (len(english) - len(rivals)) / len(pieces)


def _is_inflected(word: str) -> bool:
    return any(
        word.endswith(end) and is_ordinary(word[: -len(end)])
        for end in ("s", "es", "ed", "d", "ly", "ing", "er")
    )
