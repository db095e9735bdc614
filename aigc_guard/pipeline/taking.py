"""Takes the measurements that a policy needs of stored drafts and that were never taken.

Only those: what any stored report answers stays as it is. A check that compares a draft with its
run or with earlier releases is left out, because both were others then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from aigc_guard.audit.canary import trusted
from aigc_guard.checks.interface import Subject
from aigc_guard.pipeline.evidence import Source, find_reports
from aigc_guard.pipeline.measuring import MemoryArchive, measure_requests, subject_of
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import serves, stored_drafts
from aigc_guard.policy import CheckRequest, Policy
from aigc_guard.policy.ruleset import unique_requests
from aigc_guard.records import Brief, Draft, Status

_BATCH = 64
_DONE = (Status.OK, Status.NOT_APPLICABLE)


def take_missing(
    project: Project,
    policies: Sequence[Policy],
    *,
    since: str = "",
    kind: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """How many reports were taken and stored, for the drafts that ``replay`` would look at.

    ``progress(done, total)`` counts drafts. A measurement that fails is not stored: its drafts stay
    left out of the comparison.
    """
    context = replace(project.context, trusted=trusted(project.store))
    ids = project.store.decided_drafts(since=since, kind=kind)
    taken = 0
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        lacking = list(_lacking(project, policies, part))
        measured = measure_requests(
            [subject for subject, _ in lacking],
            [requests for _, requests in lacking],
            context,
            MemoryArchive(),
            seconds=project.config.limits.check_seconds,
        )
        done = [one for reports in measured for one in reports if one.status in _DONE]
        project.store.put_reports(done)
        taken += len(done)
        progress(start + len(part), len(ids))
    return taken


def _lacking(
    project: Project, policies: Sequence[Policy], ids: Sequence[str]
) -> Iterator[tuple[Subject, list[CheckRequest]]]:
    for draft, brief in stored_drafts(project, ids):
        rules = [
            rule
            for policy in policies
            if serves(policy, draft)
            for rule in policy.rules
            if rule.applies(brief) and not rule.shadow
        ]
        asked = [one for one in unique_requests(rules) if _can_be_taken(one)]
        missing = _unanswered(project, draft, brief, asked)
        if missing:
            yield subject_of(draft, brief), missing


def _can_be_taken(request: CheckRequest) -> bool:
    check = request.check_type
    return check.uses_model and not (check.compares or check.reads_releases)


def _unanswered(
    project: Project, draft: Draft, brief: Brief, asked: Sequence[CheckRequest]
) -> list[CheckRequest]:
    subject = subject_of(draft, brief)
    known = project.store.reports_of(draft.text_sha256) if asked else ()
    return [
        one
        for one in asked
        if find_reports(one.check, one.settings_digest(subject), known, ())[1] is Source.NOWHERE
    ]
