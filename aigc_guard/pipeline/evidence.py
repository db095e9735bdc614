"""Which stored measurements answer a rule about a stored draft, and measuring what needs no model.

A draft's latest decision was made from certain reports: where they answer, nothing else counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import Enum

from aigc_guard.checks.interface import Subject
from aigc_guard.pipeline.measuring import MemoryArchive, ReportKey, measure_requests
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import CheckRequest
from aigc_guard.records import CheckReport


class Source(Enum):
    """Where the reports that answer a rule come from."""

    DECISION = "decision"
    OTHER = "other"
    NOWHERE = "nowhere"


def find_reports(
    check: str,
    settings_digest: str,
    known: Iterable[CheckReport],
    measured: Collection[ReportKey],
) -> tuple[tuple[CheckReport, ...], Source]:
    """The reports that answer a request, of all that is ``known`` of the draft's text.

    ``measured`` are the keys of those that its latest decision was made from.
    """
    answers = [
        report
        for report in known
        if report.check == check and report.settings_digest == settings_digest
    ]
    own = tuple(report for report in answers if report.key in measured)
    if own:
        return own, Source.DECISION
    return tuple(answers), Source.OTHER if answers else Source.NOWHERE


def measure_fresh(
    project: Project, subjects: Sequence[Subject], request: CheckRequest
) -> list[CheckReport]:
    """One report per subject, measured now and stored nowhere; for checks without a model."""
    if not subjects:
        return []
    measured = measure_requests(
        subjects,
        [[request]] * len(subjects),
        project.context,
        MemoryArchive(),
        seconds=project.config.limits.check_seconds,
    )
    return [report for (report,) in measured]
