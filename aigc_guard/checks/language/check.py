"""The check: is the draft in the language its brief asks for, and in which Chinese script?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.language.passages import Reading, can_judge, read_passages
from aigc_guard.checks.language.scripts import written_in
from aigc_guard.records import CheckReport, Finding, Span, Status
from aigc_guard.text import Folded, reveal, sentences

WHOLE = "other_language"
PASSAGE = "foreign_passage"


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
    units: ClassVar[Mapping[str, Mapping[str, str]]] = {
        WHOLE: {"en": "percent of the text", "zh": "占全文的百分比"}
    }
    settings_type: ClassVar[type[Settings]] = LanguageSettings

    def subject_digest(self, subject: Subject) -> str:
        """The language asked for; it stands beside the text."""
        return _asked(subject)

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where the language asked for is not known."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        asked = _asked(subject)
        if not can_judge(asked):
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        plain = reveal(subject.text)
        reading = read_passages(plain.text, asked)
        found = [*_passages(plain, reading), *self._scripts(plain, asked)]
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

    def _scripts(self, plain: Folded, asked: str) -> Iterator[Finding]:
        """Sentences in the other Chinese script."""
        assert isinstance(self.settings, LanguageSettings)
        wanted = self.settings.chinese
        if asked != "zh" or wanted == "any":
            return
        runs: list[Span] = []
        for span in sentences(plain.text):
            if written_in(plain.text, span) in ("", wanted):
                continue
            if runs and runs[-1].end == span.start:
                runs[-1] = Span(runs[-1].start, span.end)
            else:
                runs.append(span)
        other = "traditional_script" if wanted == "simplified" else "simplified_script"
        for run in runs:
            end = run.start + len(plain.text[run.start : run.end].rstrip())
            place = plain.to_original(run.start, end)
            yield Finding("language", other, 1.0, place.start, place.end)


def _asked(subject: Subject) -> str:
    return subject.language.lower().replace("_", "-").partition("-")[0]


def _passages(plain: Folded, reading: Reading) -> Iterator[Finding]:
    for one in reading.passages:
        place = plain.to_original(one.start, one.end)
        detail = {"found": one.found}
        yield Finding(
            "language", PASSAGE, round(one.score, 2), place.start, place.end, detail=detail
        )
    if reading.passages:
        share = min(1.0, reading.share)
        most = max(reading.passages, key=lambda one: one.weight)
        yield Finding(
            "language",
            WHOLE,
            round(share, 4),
            value=round(100 * share, 1),
            unit="percent of the text",
            detail={"found": most.found},
        )
