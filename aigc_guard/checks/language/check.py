"""The check: is the draft in the language its brief asks for, and in which Chinese script?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.language.labels import PASSAGE, PERCENT, WHOLE
from aigc_guard.records import CheckReport, Status


class LanguageSettings(Settings):
    """Which Chinese is asked for."""

    chinese: Literal["simplified", "traditional", "any"] = Field(
        "simplified", description="Characters that Chinese drafts are written in."
    )


class LanguageCheck(Check):
    """Tells languages by their script and their small words; needs no model."""

    id: ClassVar[str] = "language"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Drafts and passages in another language than the one asked for.",
        "zh": "与任务单所要求语言不符的稿件与段落。",
    }
    labels: ClassVar[tuple[str, ...]] = (
        PASSAGE, WHOLE, "simplified_script", "traditional_script",
    )  # fmt: skip
    units: ClassVar[Mapping[str, Mapping[str, str]]] = {WHOLE: PERCENT}
    settings_type: ClassVar[type[Settings]] = LanguageSettings

    def subject_digest(self, subject: Subject) -> str:
        """The language asked for; it stands beside the text."""
        return _asked(subject)

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where the language asked for is not known."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        from aigc_guard.checks.language.findings import foreign

        assert isinstance(self.settings, LanguageSettings)
        found = foreign(subject.text, _asked(subject), self.settings.chinese)
        if found is None:
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)


def _asked(subject: Subject) -> str:
    return subject.language.lower().replace("_", "-").partition("-")[0]
