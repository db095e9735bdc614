"""Long sentences with their place, and how hard the text is as a whole, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aigc_guard.checks.readability import chinese, english
from aigc_guard.checks.readability.sentences import Sentence, reading_sentences
from aigc_guard.checks.readability.settings import ReadabilitySettings
from aigc_guard.checks.readability.units import UNITS
from aigc_guard.records import Finding
from aigc_guard.text import Folded, reveal


def counted(text: str, language: str, own: ReadabilitySettings) -> list[Finding]:
    """The findings about ``text``, whose language is ``en`` or ``zh``."""
    plain = reveal(text)
    return list(_english(plain, own) if language == "en" else _chinese(plain, own))


def _english(plain: Folded, own: ReadabilitySettings) -> Iterator[Finding]:
    counted = english.measured(plain.text, reading_sentences(plain.text))
    known = {word for term in own.familiar for word in term.lower().split()}
    grade = english.grade(plain.text, counted, known)
    if grade is not None and grade > 0:
        yield _finding("grade", grade, own.grade)
    yield from _long(plain, counted, "sentence_words", own.sentence_words)


def _chinese(plain: Folded, own: ReadabilitySettings) -> Iterator[Finding]:
    share = chinese.rare_share(plain.text, own.familiar)
    if share:
        yield _finding("hard_characters", share, own.hard_characters)
    counted = chinese.measured(plain.text, reading_sentences(plain.text))
    yield from _long(plain, counted, "sentence_characters", own.sentence_characters)


def _long(plain: Folded, counted: Sequence[Sentence], label: str, hard: float) -> Iterator[Finding]:
    """Every long sentence, and the longest one whatever its length."""
    longest = max(counted, key=lambda one: one.length, default=None)
    for one in counted:
        if one.length >= hard or one is longest:
            place = plain.to_original(one.span.start, one.span.end)
            yield _finding(label, one.length, hard, place.start, place.end)


def _finding(label: str, value: float, hard: float, start: int = 0, end: int = 0) -> Finding:
    score = round(min(1.0, value / (2 * hard)), 4)
    unit = UNITS[label]["en"]
    return Finding("readability", label, score, start, end, value=round(value, 1), unit=unit)
