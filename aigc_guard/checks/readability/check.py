"""The check: long sentences with their place, and how hard the draft is as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.readability import chinese, english
from aigc_guard.checks.readability.sentences import Sentence, reading_sentences
from aigc_guard.checks.readability.settings import ReadabilitySettings
from aigc_guard.records import CheckReport, Finding, Status
from aigc_guard.text import Folded, reveal

_UNITS: Mapping[str, Mapping[str, str]] = {
    "grade": {"en": "grade", "zh": "年级（美国学制）"},
    "hard_characters": {"en": "percent rare characters", "zh": "生僻字占比（%）"},
    "sentence_characters": {"en": "characters", "zh": "字"},
    "sentence_words": {"en": "words", "zh": "词"},
}


class ReadabilityCheck(Check):
    """Counts; needs no model. Findings carry what they counted, so policies limit ``values``."""

    id: ClassVar[str] = "readability"
    version: ClassVar[str] = "2"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "How hard the draft is to read: school grade, rare characters, long sentences.",
        "zh": "稿件的阅读难度：年级水平、生僻字、长句。",
    }
    labels: ClassVar[tuple[str, ...]] = tuple(_UNITS)
    units: ClassVar[Mapping[str, Mapping[str, str]]] = _UNITS
    settings_type: ClassVar[type[Settings]] = ReadabilitySettings

    def subject_digest(self, subject: Subject) -> str:
        """The draft's language: it chooses what is counted."""
        return _language(subject)

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable in other languages than English and Chinese."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        language = _language(subject)
        if language not in ("en", "zh"):
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        plain = reveal(subject.text)
        found = list(self._english(plain) if language == "en" else self._chinese(plain))
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

    @property
    def _own(self) -> ReadabilitySettings:
        assert isinstance(self.settings, ReadabilitySettings)
        return self.settings

    def _english(self, plain: Folded) -> Iterator[Finding]:
        counted = english.measured(plain.text, reading_sentences(plain.text))
        known = {word for term in self._own.familiar for word in term.lower().split()}
        grade = english.grade(plain.text, counted, known)
        if grade is not None and grade > 0:
            yield _finding("grade", grade, self._own.grade)
        yield from _long(plain, counted, "sentence_words", self._own.sentence_words)

    def _chinese(self, plain: Folded) -> Iterator[Finding]:
        share = chinese.rare_share(plain.text, self._own.familiar)
        if share:
            yield _finding("hard_characters", share, self._own.hard_characters)
        counted = chinese.measured(plain.text, reading_sentences(plain.text))
        yield from _long(plain, counted, "sentence_characters", self._own.sentence_characters)


def _language(subject: Subject) -> str:
    return subject.language.lower().replace("_", "-").partition("-")[0]


def _long(plain: Folded, counted: Sequence[Sentence], label: str, hard: float) -> Iterator[Finding]:
    """Every long sentence, and the longest one whatever its length."""
    longest = max(counted, key=lambda one: one.length, default=None)
    for one in counted:
        if one.length >= hard or one is longest:
            place = plain.to_original(one.span.start, one.span.end)
            yield _finding(label, one.length, hard, place.start, place.end)


def _finding(label: str, value: float, hard: float, start: int = 0, end: int = 0) -> Finding:
    score = round(min(1.0, value / (2 * hard)), 4)
    unit = _UNITS[label]["en"]
    return Finding("readability", label, score, start, end, value=round(value, 1), unit=unit)
