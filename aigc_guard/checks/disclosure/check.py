"""The check: what a text itself says of the AI that made it, and which places ask for a notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from aigc_guard.checks.disclosure.order import channel, maker, places
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.records import CheckReport, digest_of


class DisclosureSettings(Settings):
    """Which AI a notice may name."""

    systems: tuple[Annotated[str, Field(min_length=1, pattern=r"\S")], ...] = Field(
        (), description="Further names of AI systems, such as the house's own assistant."
    )


class DisclosureCheck(Check):
    """Reads notices by their wording. Which notices a policy adds, the policy knows itself."""

    id: ClassVar[str] = "disclosure"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "What the text itself says of the AI that made it, and where readers must be told.",
        "zh": "文本自身对 AI 生成的说明，以及哪些地区要求标识。",
    }
    labels: ClassVar[tuple[str, ...]] = (
        "chatbot_remark", "false_notice", "needs_notice", "own_notice", "partial_notice",
    )  # fmt: skip
    settings_type: ClassVar[type[Settings]] = DisclosureSettings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of who made the text and where it goes."""
        if subject.brief is None and subject.draft is None:
            return ""
        return digest_of([maker(subject), places(subject), channel(subject)])

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; without an order only the text's own words are looked at."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        from aigc_guard.checks.disclosure.findings import disclosed

        assert isinstance(self.settings, DisclosureSettings)
        found = disclosed(subject, self.settings.systems)
        scores = dict.fromkeys(self.labels, 0.0)
        for finding in found:
            scores[finding.label] = max(scores[finding.label], finding.score)
        return self.report(subject, context, findings=found, scores=scores)
