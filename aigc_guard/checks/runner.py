"""Runs checks over a batch and believes nothing: every report is validated before it counts.

A check that raises, hangs, answers nonsense or skips text yields ``failed`` or ``incomplete``
reports; ``decide`` turns those into review. Independent checks run side by side.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.errors import GuardError
from aigc_guard.records import CheckReport, Span, Status
from aigc_guard.text import is_complete

HELD_BACK = "its model changed and is held back: run the nightly audit, or accept the model"


@dataclass(frozen=True, slots=True)
class Measured:
    """All reports of one check over a batch, in the order of its subjects."""

    check: Check
    reports: tuple[CheckReport, ...]


def measure_all(
    checks: Sequence[tuple[Check, Sequence[Subject]]],
    context: Context,
    *,
    seconds: float,
) -> list[Measured]:
    """Run each check on its subjects, at most ``seconds`` per check and batch.

    A check past its limit is abandoned (its thread is a daemon) and all its subjects fail.
    """
    workers = [_Worker(check, subjects, context) for check, subjects in checks]
    deadline = time.monotonic() + seconds
    for worker in workers:
        worker.start()
    return [worker.result(deadline, seconds) for worker in workers]


class _Worker(threading.Thread):
    def __init__(self, check: Check, subjects: Sequence[Subject], context: Context) -> None:
        super().__init__(name=f"check-{check.id}", daemon=True)
        self.check = check
        self.subjects = tuple(subjects)
        self.context = context
        self.reports: tuple[CheckReport, ...] | None = None

    def run(self) -> None:
        self.reports = measure_batch(self.check, self.subjects, self.context)

    def result(self, deadline: float, seconds: float) -> Measured:
        self.join(max(0.0, deadline - time.monotonic()))
        if self.reports is None:
            error = f"no answer within {seconds:g} s"
            failed = (_failed(self.check, s, self.context, error) for s in self.subjects)
            return Measured(self.check, tuple(failed))
        return Measured(self.check, self.reports)


def measure_batch(
    check: Check, subjects: Sequence[Subject], context: Context
) -> tuple[CheckReport, ...]:
    """Validated reports, one per subject.

    When the batch as a whole raises, each subject is tried alone, so that one draft that a check
    can't digest holds only itself.
    """
    try:
        if check.is_held_back(context):
            return tuple(_failed(check, s, context, HELD_BACK) for s in subjects)
        return _validated(check, subjects, check.measure(list(subjects), context), context)
    except Exception as error:
        if len(subjects) == 1 or isinstance(error, GuardError):
            return tuple(_failed(check, s, context, _describe(error)) for s in subjects)
    return tuple(report for s in subjects for report in measure_batch(check, [s], context))


def _validated(
    check: Check, subjects: Sequence[Subject], reports: object, context: Context
) -> tuple[CheckReport, ...]:
    if not isinstance(reports, list | tuple) or len(reports) != len(subjects):
        return tuple(
            _failed(check, s, context, "did not return one report per draft") for s in subjects
        )
    return tuple(
        _validate(check, subject, report, context)
        for subject, report in zip(subjects, reports, strict=True)
    )


def _validate(check: Check, subject: Subject, report: CheckReport, context: Context) -> CheckReport:
    """The report itself when it can be believed, else a failed or incomplete one."""
    if not isinstance(report, CheckReport) or report.text_sha256 != subject.text_sha256:
        return _failed(check, subject, context, "reported about another text")
    if (report.check, report.version) != (check.id, check.version):
        return _failed(check, subject, context, "reported under another name or version")
    if report.settings_digest != check.report_settings_digest(subject):
        return _failed(check, subject, context, "reported under other settings")
    if check.compares and report.model_digest != check.basis_digest(context):
        return _failed(check, subject, context, "compared with another batch")
    if report.status is Status.FAILED:
        return replace(report, findings=(), coverage=(), scores={})
    scores = [*report.scores.values(), *(finding.score for finding in report.findings)]
    if not all(_is_score(score) for score in scores):
        return _failed(check, subject, context, "a score is not a number from 0 to 1")
    length = len(subject.text)
    spans = [Span(f.start, f.end) for f in report.findings] + list(report.coverage)
    if not all(0 <= span.start <= span.end <= length for span in spans):
        return _failed(check, subject, context, "a span lies outside the text")
    if report.status is Status.OK and not is_complete(report.coverage, length):
        return replace(
            report, status=Status.INCOMPLETE, error=report.error or "did not read the whole text"
        )
    return report


def _is_score(score: object) -> bool:
    return (
        isinstance(score, int | float)
        and not isinstance(score, bool)
        and math.isfinite(score)
        and 0.0 <= score <= 1.0
    )


def _failed(check: Check, subject: Subject, context: Context, error: str) -> CheckReport:
    try:
        return check.report(subject, context, status=Status.FAILED, error=error)
    except Exception:  # the check's own digests can't be computed, as when its model is missing
        return CheckReport(
            check=check.id,
            version=check.version,
            text_sha256=subject.text_sha256,
            model_digest="",
            settings_digest="",
            status=Status.FAILED,
            error=error,
        )


def _describe(error: Exception) -> str:
    """The error's kind and, for our own errors (which never hold text), its message."""
    if isinstance(error, GuardError):
        return str(error)
    return type(error).__name__
