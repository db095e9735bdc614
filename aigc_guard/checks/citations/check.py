"""The check: what a draft cites is looked up in its brief and in the team's authorities.

A citation's form proves nothing: an invented case is as well formed as a real one. Only slot and
name together, found among the authorities, verify it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from aigc_guard.checks.citations.citation import Citation
from aigc_guard.checks.citations.known import Authorities, of_brief, of_rows, read_citations
from aigc_guard.checks.citations.settings import CitationsSettings
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.records import CheckReport, Finding, digest_of
from aigc_guard.text import Folded, reveal

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
        known: dict[str, Authorities] = {}
        reports = []
        for subject in subjects:
            key = self.subject_digest(subject)
            if key not in known:
                known[key] = self._authorities(subject)
            reports.append(self._measure(subject, known[key], context))
        return reports

    def _authorities(self, subject: Subject) -> Authorities:
        assert isinstance(self.settings, CitationsSettings)
        own = of_rows(self.settings.rows)
        brief = subject.brief
        if brief is None:
            return Authorities(own)
        listed, words = of_brief(brief)
        is_full = bool(brief.facts or brief.sources)
        return Authorities([*listed, *own], words, is_full=is_full)

    def _measure(self, subject: Subject, known: Authorities, context: Context) -> CheckReport:
        plain = reveal(subject.text)
        found = list(_findings(plain, read_citations(plain.text), known))
        found.sort(key=lambda one: (one.start, one.end, one.label))
        scores = dict.fromkeys(LABELS, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)


def _findings(
    plain: Folded, citations: Sequence[Citation], known: Authorities
) -> Iterator[Finding]:
    """What is known of each citation; a later, shorter reference stands with its full form."""
    today = datetime.now(UTC).year
    works = {one.slot.work for one in citations if not one.is_short}
    for one in citations:
        if one.is_short and one.slot.work in works:
            continue
        answer = known.ask(one)
        if answer.status == "verified":
            yield _finding(plain, one, "verified", 0.0, answer.detail)
        elif not one.is_known_form:
            yield _finding(plain, one, "unknown_reporter", 1.0, {})
        else:
            yield _finding(plain, one, answer.status, 1.0, answer.detail)
        if not (answer.is_dated or one.is_possible_in(today)):
            yield _finding(plain, one, "impossible_year", 1.0, {})


def _finding(
    plain: Folded, one: Citation, label: str, score: float, detail: Mapping[str, str]
) -> Finding:
    place = plain.to_original(one.start, one.end)
    told = {"system": one.slot.system, **detail}
    return Finding("citations", label, score, place.start, place.end, detail=told)
