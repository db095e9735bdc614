"""Checks that find listed words, and variants that fail in every way a real one can."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.errors import CheckError
from aigc_guard.records import CheckReport, Finding, Span, sha256_text


class FakeSettings(Settings):
    """Which words are found, under which label, with which score."""

    words: tuple[str, ...] = Field(default=("badword",), description="words to find, as written")
    label: str = Field(default="word", description="label of each finding")
    score: float = Field(default=0.9, ge=0, le=1, description="score of each finding")
    seconds: float = Field(default=0.0, ge=0, description="how long a slow or hanging fake takes")


class FakeCheck(Check):
    """Finds the words of its settings, reads everything, and is otherwise well behaved."""

    id = "fake"
    version = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Finds listed words (for tests)",
        "zh": "查找所列词语（仅供测试）",
    }
    labels = ("word",)
    settings_type = FakeSettings

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One honest report per subject."""
        return [self._honest(subject, context) for subject in subjects]

    @property
    def fake_settings(self) -> FakeSettings:
        """The settings, by their own type."""
        assert isinstance(self.settings, FakeSettings)
        return self.settings

    def _honest(self, subject: Subject, context: Context) -> CheckReport:
        found = tuple(self._find(subject.text))
        top = max((finding.score for finding in found), default=0.0)
        return self.report(subject, context, findings=found, scores={self.fake_settings.label: top})

    def _find(self, text: str) -> Iterator[Finding]:
        settings = self.fake_settings
        for word in settings.words:
            for match in re.finditer(re.escape(word), text):
                yield Finding(self.id, settings.label, settings.score, match.start(), match.end())


class FakeCountingCheck(FakeCheck):
    """Gives each finding a value: how many letters the word has."""

    id = "fake_counting"
    units: ClassVar[Mapping[str, Mapping[str, str]]] = {"word": {"en": "letters", "zh": "个字母"}}

    def _find(self, text: str) -> Iterator[Finding]:
        for one in super()._find(text):
            yield replace(one, value=float(one.end - one.start), unit="letters")


class FakeRaisingCheck(FakeCheck):
    """Raises instead of measuring."""

    id = "fake_raising"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Never returns."""
        raise CheckError(self.id, "raises by design", hint="use another check")


class FakeHangingCheck(FakeCheck):
    """Answers only after ``seconds`` (0: never, until ``release`` is set)."""

    id = "fake_hanging"
    release: ClassVar[threading.Event] = threading.Event()

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Waits, then reports honestly: too late to count."""
        self.release.wait(self.fake_settings.seconds or None)
        return super().measure(subjects, context)


class FakeSlowCheck(FakeCheck):
    """Takes ``seconds`` over a batch and then reports honestly: within its limit it counts."""

    id = "fake_slow"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Honest reports, later."""
        threading.Event().wait(self.fake_settings.seconds)
        return super().measure(subjects, context)


class FakeNaNCheck(FakeCheck):
    """Reports a score that is not a number."""

    id = "fake_nan"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Reports whose score compares false with every limit."""
        label, nan = self.fake_settings.label, float("nan")
        return [
            self.report(
                subject, context, findings=[Finding(self.id, label, nan)], scores={label: nan}
            )
            for subject in subjects
        ]


class FakeSkippingCheck(FakeCheck):
    """Reads the first half of each text and says so."""

    id = "fake_skipping"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Status ok, coverage of the first half only."""
        return [
            replace(
                self._honest(subject, context),
                findings=(),
                scores={self.fake_settings.label: 0.0},
                coverage=(Span(0, len(subject.text) // 2),),
            )
            for subject in subjects
        ]


class FakeMiscountingCheck(FakeCheck):
    """Returns one report too few."""

    id = "fake_miscounting"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """All reports but the last."""
        return super().measure(subjects, context)[:-1]


class FakeMisplacedCheck(FakeCheck):
    """Points beyond the end of the text."""

    id = "fake_misplaced"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One finding per text that starts where the text ends."""
        settings = self.fake_settings
        return [
            self.report(
                subject,
                context,
                findings=[
                    Finding(
                        self.id,
                        settings.label,
                        settings.score,
                        len(subject.text),
                        len(subject.text) + 1,
                    )
                ],
            )
            for subject in subjects
        ]


class FakeWrongTextCheck(FakeCheck):
    """Reports about another text than the one it was given."""

    id = "fake_wrong_text"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """Clean reports under a foreign digest."""
        return [
            replace(report, text_sha256=sha256_text("another text"))
            for report in super().measure(subjects, context)
        ]


FAKE_CHECKS: Mapping[str, type[FakeCheck]] = {
    kind.id: kind
    for kind in (
        FakeCheck,
        FakeCountingCheck,
        FakeRaisingCheck,
        FakeHangingCheck,
        FakeSlowCheck,
        FakeNaNCheck,
        FakeSkippingCheck,
        FakeMiscountingCheck,
        FakeMisplacedCheck,
        FakeWrongTextCheck,
    )
}


def fake_as(check_id: str, kind: type[FakeCheck]) -> type[FakeCheck]:
    """``kind`` under another check's id, to stand in its place in a policy under test."""
    return type(f"{kind.__name__}As{check_id.title()}", (kind,), {"id": check_id})
