"""Takes the measurements a policy asks for, once per (text, check, version, model, settings)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.errors import ModelError
from aigc_guard.policy import CheckRequest, Policy, required_checks
from aigc_guard.records import Brief, CheckReport, Draft, Status
from aigc_guard.text import union

ReportKey = tuple[str, str, str, str, str]
_DONE = (Status.OK, Status.NOT_APPLICABLE)


class Archive(Protocol):
    """Where measurements are kept: the store, or memory for texts that are only judged."""

    def get_reports(self, keys: Sequence[ReportKey]) -> Mapping[ReportKey, CheckReport]: ...

    def put_reports(self, reports: Sequence[CheckReport]) -> object: ...


@dataclass
class MemoryArchive:
    """Keeps measurements for as long as it lives."""

    reports: dict[ReportKey, CheckReport] = field(default_factory=dict)

    def get_reports(self, keys: Sequence[ReportKey]) -> Mapping[ReportKey, CheckReport]:
        """The reports under ``keys`` that exist."""
        return {key: self.reports[key] for key in keys if key in self.reports}

    def put_reports(self, reports: Sequence[CheckReport]) -> None:
        """Keep ``reports`` under their keys."""
        self.reports.update({report.key: report for report in reports})


@dataclass
class _Group:
    """One check with one set of settings, and the work items that asked for it."""

    check: Check
    items: list[int] = field(default_factory=list)


def subject_of(draft: Draft, brief: Brief | None) -> Subject:
    """What the checks see of a draft."""
    return Subject(
        text=draft.text,
        text_sha256=draft.text_sha256,
        language=draft.language,
        draft=draft,
        brief=brief,
    )


def measure_subjects(
    work: Sequence[tuple[Subject, Policy | None]],
    context: Context,
    archive: Archive,
    *,
    seconds: float,
    batch_size: int = 256,
) -> list[tuple[CheckReport, ...]]:
    """All reports each subject's policy asks for; only what the archive lacks is measured.

    Failed and incomplete reports don't count as known: asking again measures again.
    """
    requests = [required_checks(policy) if policy else () for _, policy in work]
    return measure_requests(
        [subject for subject, _ in work],
        requests,
        context,
        archive,
        seconds=seconds,
        batch_size=batch_size,
    )


def measure_requests(
    subjects: Sequence[Subject],
    requests: Sequence[Sequence[CheckRequest]],
    context: Context,
    archive: Archive,
    *,
    seconds: float,
    batch_size: int = 256,
) -> list[tuple[CheckReport, ...]]:
    """All reports of ``requests[i]`` on ``subjects[i]``."""
    groups = _group(requests)
    results: list[list[CheckReport]] = [[] for _ in subjects]
    for start in range(0, len(subjects), batch_size):
        inside = range(start, min(start + batch_size, len(subjects)))
        _measure_slice(subjects, groups, inside, context, archive, seconds, results)
    return [tuple(reports) for reports in results]


def _group(requests: Sequence[Sequence[CheckRequest]]) -> list[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for index, asked in enumerate(requests):
        for request in asked:
            check = request.create()
            group = groups.setdefault((check.id, check.settings_digest), _Group(check))
            group.items.append(index)
    return list(groups.values())


def _measure_slice(
    subjects: Sequence[Subject],
    groups: Sequence[_Group],
    inside: range,
    context: Context,
    archive: Archive,
    seconds: float,
    results: list[list[CheckReport]],
) -> None:
    """Measure one slice of the subjects; all checks of the slice run side by side."""
    keyed = [
        [
            (index, _key(group.check, subjects[index], context))
            for index in group.items
            if index in inside
        ]
        for group in groups
    ]
    kept = archive.get_reports(sorted({key for pairs in keyed for _, key in pairs}))
    held = {group.check.id for group in groups if _is_held_back(group.check, context)}
    known = {
        key: report
        for key, report in kept.items()
        if report.status in _DONE and report.check not in held
    }
    todo = [{key: subjects[index] for index, key in pairs if key not in known} for pairs in keyed]
    asked = [(g.check, list(t.values())) for g, t in zip(groups, todo, strict=True) if t]
    measured = iter(measure_all(asked, context, seconds=seconds) if asked else [])
    fresh: list[CheckReport] = []
    for pairs, missing in zip(keyed, todo, strict=True):
        answers = dict(zip(missing, next(measured).reports, strict=True)) if missing else {}
        fresh += answers.values()
        for index, key in pairs:
            results[index].append(answers[key] if key in answers else known[key])
    archive.put_reports(fresh)


def _is_held_back(check: Check, context: Context) -> bool:
    """Whether its model is held back; one whose model is missing fails when it runs."""
    try:
        return check.is_held_back(context)
    except ModelError:
        return False


def recall(
    subject: Subject, policy: Policy | None, context: Context, archive: Archive
) -> tuple[CheckReport, ...]:
    """The kept measurements of one subject; nothing is measured."""
    checks = [request.prototype for request in (required_checks(policy) if policy else ())]
    keys = [_key(check, subject, context) for check in checks]
    known = archive.get_reports(keys)
    return tuple(known[key] for key in dict.fromkeys(keys) if key in known)


def _key(check: Check, subject: Subject, context: Context) -> ReportKey:
    """The identity a measurement will have; without its model the check fails when it runs."""
    try:
        basis = check.basis_digest(context)
    except ModelError:
        basis = "unavailable"
    digest = check.report_settings_digest(subject)
    return (subject.text_sha256, check.id, check.version, basis, digest)


def coverage_share(report: CheckReport, length: int) -> float:
    """Share of the text's characters that the check read, 0-1; 1 for an empty text."""
    if length == 0:
        return 1.0
    return sum(span.end - span.start for span in union(report.coverage)) / length
