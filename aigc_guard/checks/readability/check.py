"""The check: long sentences with their place, and how hard the draft is as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.readability.settings import ReadabilitySettings
from aigc_guard.checks.readability.units import UNITS
from aigc_guard.records import CheckReport, Status


class ReadabilityCheck(Check):
    """Counts; needs no model. Findings carry what they counted, so policies limit ``values``."""

    id: ClassVar[str] = "readability"
    version: ClassVar[str] = "2"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "How hard the draft is to read: school grade, rare characters, long sentences.",
        "zh": "稿件的阅读难度：年级水平、生僻字、长句。",
    }
    labels: ClassVar[tuple[str, ...]] = tuple(UNITS)
    units: ClassVar[Mapping[str, Mapping[str, str]]] = UNITS
    settings_type: ClassVar[type[Settings]] = ReadabilitySettings

    def subject_digest(self, subject: Subject) -> str:
        """The draft's language: it chooses what is counted."""
        return _language(subject)

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable in other languages than English and Chinese."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        from aigc_guard.checks.readability.findings import counted

        language = _language(subject)
        if language not in ("en", "zh"):
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        found = counted(subject.text, language, self._own)
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

    @property
    def _own(self) -> ReadabilitySettings:
        assert isinstance(self.settings, ReadabilitySettings)
        return self.settings


def _language(subject: Subject) -> str:
    return subject.language.lower().replace("_", "-").partition("-")[0]
