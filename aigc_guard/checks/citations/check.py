"""The check: what a draft cites is looked up in its brief and in the team's authorities.

A citation's form proves nothing: an invented case is as well formed as a real one. Only slot and
name together, found among the authorities, verify it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from aigc_guard.checks.citations.settings import CitationsSettings
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.records import CheckReport, digest_of

if TYPE_CHECKING:
    from aigc_guard.checks.citations.known import Authorities

LABELS = ("impossible_year", "mismatch", "not_found", "unchecked", "unknown_reporter", "verified")


class CitationsCheck(Check):
    """Reads legal citations of the US, the EU, the common law and China; needs no model."""

    id: ClassVar[str] = "citations"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Legal citations that neither the brief nor the team's authorities bear out.",
        "zh": "任务单与团队权威目录均无法佐证的法律引证。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    settings_type: ClassVar[type[Settings]] = CitationsSettings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of what is read of the brief."""
        brief = subject.brief
        return digest_of([brief.facts, brief.sources, brief.required_terms]) if brief else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; a text without citations has no findings."""
        from aigc_guard.checks.citations.findings import authorities

        assert isinstance(self.settings, CitationsSettings)
        known: dict[str, Authorities] = {}
        reports = []
        for subject in subjects:
            key = self.subject_digest(subject)
            if key not in known:
                known[key] = authorities(self.settings, subject.brief)
            reports.append(self._measure(subject, known[key], context))
        return reports

    def _measure(self, subject: Subject, known: Authorities, context: Context) -> CheckReport:
        from aigc_guard.checks.citations.findings import looked_up

        found = looked_up(subject.text, known)
        scores = dict.fromkeys(LABELS, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)
