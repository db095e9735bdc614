"""Runs checks over a batch and believes nothing: every report is validated before it counts.

A check that raises, hangs, answers nonsense or skips text yields ``failed`` or ``incomplete``
reports; ``decide`` turns those into review. Independent checks run side by side, those that read
with one model one after the other.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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

    A check past its limit is abandoned (its thread is a daemon) and all its subjects fail; those
    that wait behind it go on in another thread.
    """
    jobs = [_Job(check, tuple(subjects)) for check, subjects in checks]
    lanes: dict[object, list[_Job]] = {}
    lane_of = {job: lanes.setdefault(job.check.reads_with or job, []) for job in jobs}
    for job, lane in lane_of.items():
        lane.append(job)
    for lane in lanes.values():
        _Lane(lane, context).start()
    measured = []
    for job, lane in lane_of.items():
        if not job.ends_within(seconds) and (rest := lane[lane.index(job) + 1 :]):
            _Lane(rest, context).start()
        measured.append(job.result(context, seconds))
    return measured


@dataclass(eq=False)
class _Job:
    """One check's part of a batch."""

    check: Check
    subjects: tuple[Subject, ...]
    reports: tuple[CheckReport, ...] | None = None
    given_up: bool = False
    began: float = 0.0
    started: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    claim: threading.Lock = field(default_factory=threading.Lock)

    def ends_within(self, seconds: float) -> bool:
        """Wait for it, at most ``seconds`` from its start; if not, whatever it says is late."""
        self.started.wait()  # the one before it in its lane has ended or was given up
        self.given_up = not self.done.wait(max(0.0, self.began + seconds - time.monotonic()))
        return not self.given_up

    def result(self, context: Context, seconds: float) -> Measured:
        reports = self.reports
        if self.given_up or reports is None:
            error = f"no answer within {seconds:g} s"
            reports = tuple(_failed(self.check, s, context, error) for s in self.subjects)
        return Measured(self.check, reports)


class _Lane(threading.Thread):
    """Measures its jobs one after the other.

    Checks that read with one model would stop each other's passes at every step, side by side.
    """

    def __init__(self, jobs: Sequence[_Job], context: Context) -> None:
        super().__init__(name=f"checks-{'-'.join(job.check.id for job in jobs)}", daemon=True)
        self._jobs, self._context = jobs, context

    def run(self) -> None:
        for job in self._jobs:
            if not job.claim.acquire(blocking=False):
                return  # it was thought to hang, and another lane has gone on
            job.began = time.monotonic()
            job.started.set()
            try:
                job.reports = measure_batch(job.check, job.subjects, self._context)
            except BaseException as error:  # a check that exits must not take the next along
                said = _describe(error)
                failed = (_failed(job.check, s, self._context, said) for s in job.subjects)
                job.reports = tuple(failed)
            finally:
                job.done.set()


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


def _describe(error: BaseException) -> str:
    """The error's kind and, for our own errors (which never hold text), its message."""
    if isinstance(error, GuardError):
        return str(error)
    return type(error).__name__
