"""``grounding``: what the draft states stands in its brief.

Every figure with its unit, date, name, identifier and quotation is looked up in the brief's facts
and sources. Presence in the brief is what is proved, not truth.

How texts are read stands in modules that load with the first measurement: a policy names this check
without reading anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aigc_guard.checks.grounding.examples import EXAMPLES as EXAMPLES
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.records import CheckReport, Status, digest_of

if TYPE_CHECKING:
    from aigc_guard.checks.grounding.material import Material

LABELS = ("FIGURE", "DATE", "PERSON", "ORGANIZATION", "NAME", "CODE", "QUOTATION")


class GroundingSettings(Settings):
    """Which findings are reported."""

    floor: float = Field(0.3, ge=0.0, le=1.0, description="lowest score that makes a finding")


class GroundingCheck(Check):
    """Looks every stated value up in the brief; needs no model."""

    id: ClassVar[str] = "grounding"
    version: ClassVar[str] = "2"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Figures, dates, names and quotations that the brief does not bear out.",
        "zh": "任务单无法佐证的数字、日期、名称与引语。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    settings_type: ClassVar[type[Settings]] = GroundingSettings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of what is read of the brief."""
        brief = subject.brief
        if brief is None:
            return ""
        return digest_of([brief.facts, brief.sources, brief.required_terms, brief.may_publish])

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable without facts or sources to compare with."""
        from aigc_guard.checks.grounding.material import Material

        known: dict[str, Material] = {}
        reports = []
        for subject in subjects:
            brief = subject.brief
            if brief is None:
                reports.append(self.report(subject, context, status=Status.NOT_APPLICABLE))
                continue
            material = known.setdefault(self.subject_digest(subject), Material(brief))
            reports.append(self._measure(subject, material, context))
        return reports

    def _measure(self, subject: Subject, material: Material, context: Context) -> CheckReport:
        if material.is_empty:
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        from aigc_guard.checks.grounding.findings import untraced

        assert isinstance(self.settings, GroundingSettings)
        floor = self.settings.floor
        kept = [one for one in untraced(subject, material) if one.score >= floor]
        scores = dict.fromkeys(LABELS, 0.0)
        for one in kept:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=kept, scores=scores)
