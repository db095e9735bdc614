"""How hard English text is: words per sentence, and the grade of Flesch and Kincaid.

J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: Derivation of New Readability Formulas
for Navy Enlisted Personnel, Research Branch Report 8-75, 1975:

    grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59

Syllables are counted by rule. A number or an address is a word, but says nothing about syllables.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from aigc_guard.checks.readability.sentences import Sentence
from aigc_guard.records import Span

LEAST_WORDS = 30
"""Below, a grade says more about one long name than about the text."""

_WORD = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[^\W_]+(?:[’'.,][^\W_]+|&[^\W_]+)*"
)
_SPELT = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_SILENT = re.compile(r"(?:[^laeiouy]es|(?<![td])ed|[^laeiouy]e)$")
_SOUNDED = re.compile(r"(?:[csxz]|ch|sh|g)es$")
_GROUPS = re.compile(r"[aeiouy]+")
_TWO_VOWELS = re.compile(
    r"ia(?!l|n)|i[ou](?!s|n)|eo(?!us)|ua(?!r)|u[ou]|ying|yin|[aeiou]{3}|[^q]uity|[^tcs]ian|[^tcs]ial"
    r"|rea[tl]|oing|ea(?:te|ti)|eing|iet|(?:id|ar)ea|ier\b"
)


def measured(text: str, spans: Sequence[Span]) -> list[Sentence]:
    """``spans`` that hold words, with their number of words."""
    counted = [Sentence(one, len(_WORD.findall(text, one.start, one.end))) for one in spans]
    return [one for one in counted if one.length]


def grade(text: str, counted: Sequence[Sentence], familiar: Collection[str]) -> float | None:
    """School grade of ``text``; None where there are too few words to say.

    ``familiar`` are single words in small letters that don't count as hard.
    """
    words = sum(one.length for one in counted)
    spelt = [word for word in _SPELT.findall(text) if word.lower() not in familiar]
    if words < LEAST_WORDS or not spelt:
        return None
    per_word = sum(map(syllables, spelt)) / len(spelt)
    return 0.39 * words / len(counted) + 11.8 * per_word - 15.59


@lru_cache(maxsize=65536)
def syllables(word: str) -> int:
    """Syllables of an English word, by its spelling; an abbreviation such as EU is spelt out."""
    if 1 < len(word) <= 4 and word.isupper():
        return len(word) + 2 * word.count("W")
    lower = word.lower().replace("’", "'").removesuffix("'s")
    plain = re.sub(r"[^a-z]", "", lower)
    if len(plain) <= 3:
        return max(1, len(_GROUPS.findall(plain.removesuffix("e"))))
    stem = plain if _SOUNDED.search(plain) else _SILENT.sub(_kept, plain)
    return max(1, len(_GROUPS.findall(stem)) + len(_TWO_VOWELS.findall(stem)))


def _kept(match: re.Match[str]) -> str:
    """What stands before a silent e."""
    found = match[0]
    return "" if found == "ed" else found[0]
