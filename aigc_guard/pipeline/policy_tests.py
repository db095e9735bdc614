"""Runs the tests of policy files over real checks; models measure a text only once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from aigc_guard.checks.interface import Batch, Context, Subject
from aigc_guard.pipeline.measuring import (
    Archive,
    MemoryArchive,
    ReportKey,
    measure_requests,
    subject_of,
)
from aigc_guard.policy import CheckRequest, Policy
from aigc_guard.policy.cases import CaseWork, PolicyCase, case_work
from aigc_guard.policy.trial import CaseResult, case_requests, judge_case
from aigc_guard.records import (
    CheckReport,
    Fact,
    Status,
    digest_of,
    dump,
    load,
    sha256_text,
)

_BATCH = 32
_KEPT = (Status.OK, Status.NOT_APPLICABLE)


@dataclass
class CaseArchive:
    """Measurements of test drafts in a file of JSON lines; what can't be read is measured again."""

    path: Path
    reports: dict[ReportKey, CheckReport] = field(init=False)

    def __post_init__(self) -> None:
        self.reports = {}
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            lines = []
        for line in lines:
            try:
                report = load(CheckReport, json.loads(line))
            except (ValueError, ValidationError):
                continue
            self.reports[report.key] = report

    def get_reports(self, keys: Sequence[ReportKey]) -> Mapping[ReportKey, CheckReport]:
        """The reports under ``keys`` that exist."""
        return {key: self.reports[key] for key in keys if key in self.reports}

    def put_reports(self, reports: Sequence[CheckReport]) -> None:
        """Keep those that measured; a failed measurement is taken again."""
        fresh = [one for one in reports if one.status in _KEPT and one.key not in self.reports]
        if not fresh:
            return
        self.reports.update({one.key: one for one in fresh})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            for one in fresh:
                file.write(json.dumps(dump(one), ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class _Job:
    policy: Policy
    case: PolicyCase
    work: CaseWork
    requests: tuple[CheckRequest, ...]


def run_cases(
    policies: Sequence[Policy], context: Context, archive: Archive, *, seconds: float
) -> list[CaseResult]:
    """Every test of the policies, in order. ``seconds`` limits each check per batch of drafts.

    Model-backed checks measure through ``context``, and ``archive`` keeps what they measured;
    the others see only what each test says about its writer.
    """
    jobs = [
        _Job(policy, case, case_work(case, policy.form), case_requests(policy, case))
        for policy in policies
        for case in policy.cases
    ]
    by_model = measure_requests(
        [subject_of(job.work.draft, job.work.brief) for job in jobs],
        [[one for one in job.requests if one.check_type.uses_model] for job in jobs],
        context,
        archive,
        seconds=seconds,
        batch_size=_BATCH,
    )
    without = _without_models(jobs, context, seconds)
    return [
        judge_case(job.policy, job.case, job.work, (*reports, *others))
        for job, reports, others in zip(jobs, by_model, without, strict=True)
    ]


def _without_models(
    jobs: Sequence[_Job], context: Context, seconds: float
) -> list[tuple[CheckReport, ...]]:
    """What checks without a model say of each test, which sees only its own writer and batch.

    Tests that see the same are measured together: a check's start costs more than a short text.
    """
    found: list[tuple[CheckReport, ...]] = [()] * len(jobs)
    subjects = [subject_of(job.work.draft, job.work.brief) for job in jobs]
    asked = [[one for one in job.requests if not one.check_type.uses_model] for job in jobs]
    groups: dict[str, list[int]] = {}
    for number, job in enumerate(jobs):
        if asked[number]:
            alone = str(number) if job.case.form.batch else ""
            groups.setdefault(alone or digest_of(job.work.models), []).append(number)
    for numbers in groups.values():
        first = numbers[0]
        own = replace(
            context,
            models=jobs[first].work.models,
            batch=_beside(jobs[first].case, subjects[first]),
        )
        reports = measure_requests(
            [subjects[number] for number in numbers],
            [asked[number] for number in numbers],
            own,
            MemoryArchive(),
            seconds=seconds,
        )
        for number, own_reports in zip(numbers, reports, strict=True):
            found[number] = own_reports
    return found


def _beside(case: PolicyCase, subject: Subject) -> Batch:
    """The test draft and the others of its run, each under an order of its own.

    Empty where the test names none: comparing checks have nothing to say then.
    """
    if not case.form.batch or subject.brief is None:
        return Batch()
    others = []
    for number, other in enumerate(case.form.batch, start=1):
        brief = replace(subject.brief, id=f"{subject.brief.id}-{number}")
        if other.facts is not None:
            facts = tuple(Fact(name, value) for name, value in other.facts.items())
            brief = replace(brief, facts=facts)
        if other.may_publish is not None:
            brief = replace(brief, may_publish=other.may_publish)
        text = other.text
        others.append(Subject(text, sha256_text(text), subject.language, brief=brief))
    return Batch((subject, *others))
