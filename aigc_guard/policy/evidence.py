"""Which reports count for a draft, and what is wrong with those that don't.

Nothing is believed: a report about another text or other settings is missing, one with an
impossible score or span, or that skipped a character, leaves its check unverified.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aigc_guard.policy.limits import Measure
from aigc_guard.policy.ruleset import CheckRequest
from aigc_guard.records import CheckReport, Finding, Status
from aigc_guard.text import is_complete


class Gap(StrEnum):
    """Why a check says nothing reliable about a draft; the most telling first."""

    MISSING = "missing"
    FAILED = "failed"
    IMPOSSIBLE = "impossible"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one requested check says about one draft."""

    measures: tuple[Measure, ...] = ()
    gap: Gap | None = None
    applies: bool = True


def gather(
    request: CheckRequest,
    reports: Iterable[CheckReport],
    *,
    text_sha256: str,
    settings_digest: str,
    length: int,
) -> Evidence:
    """All matching reports together: the order doesn't count, and the worst one does."""
    mine = [
        report
        for report in reports
        if report.check == request.check
        and report.text_sha256 == text_sha256
        and report.settings_digest == settings_digest
    ]
    if not mine:
        return Evidence(gap=Gap.MISSING)
    gaps = [gap for report in mine if (gap := _gap(report, length)) is not None]
    return Evidence(
        measures=tuple(measure for report in mine for measure in _measures(report, length)),
        gap=min(gaps, key=list(Gap).index, default=None),
        applies=any(report.status is not Status.NOT_APPLICABLE for report in mine),
    )


def _gap(report: CheckReport, length: int) -> Gap | None:
    if report.status is Status.FAILED:
        return Gap.FAILED
    if not all(_is_score(score) for score in report.scores.values()):
        return Gap.IMPOSSIBLE
    if not all(_is_possible(finding, report.check, length) for finding in report.findings):
        return Gap.IMPOSSIBLE
    if report.status is Status.NOT_APPLICABLE:
        return None
    if any(not 0 <= span.start <= span.end <= length for span in report.coverage):
        return Gap.IMPOSSIBLE
    if report.status is not Status.OK or not is_complete(report.coverage, length):
        return Gap.INCOMPLETE
    return None


def _is_possible(finding: Finding, check: str, length: int) -> bool:
    whole = finding.start == finding.end == 0
    value = finding.value
    return (
        finding.check == check
        and _is_score(finding.score)
        and (whole or 0 <= finding.start < finding.end <= length)
        and (value is None or math.isfinite(value))
    )


def _is_score(score: object) -> bool:
    return (
        isinstance(score, int | float)
        and not isinstance(score, bool)
        and math.isfinite(score)
        and 0.0 <= score <= 1.0
    )


def _measures(report: CheckReport, length: int) -> Sequence[Measure]:
    """The usable findings, and each label's score where no finding accounts for it."""
    usable = [f for f in report.findings if _is_possible(f, report.check, length)]
    found = [Measure(f.label, f.score, f.start, f.end, f.detail, f.value, f.unit) for f in usable]
    highest: dict[str, float] = {}
    for one in found:
        highest[one.label] = max(one.score, highest.get(one.label, 0.0))
    return [
        *found,
        *(
            Measure(label, score, 0, 0, {})
            for label, score in report.scores.items()
            if _is_score(score) and score > highest.get(label, -1.0)
        ),
    ]
