"""From the store to columns: drafts are read some hundred at a time, and only arrays stay.

Which report answers a rule is said here as in the replay of single drafts (``evidence_for``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from aigc_guard.checks.interface import Check, Subject
from aigc_guard.pipeline.columns.shape import (
    FINAL,
    FRESH,
    GAPS,
    MAY_GROW,
    NO_GAP,
    TRY_AGAIN,
    Cells,
    Collected,
    Rows,
    Setting,
)
from aigc_guard.pipeline.evidence import Source, find_reports, measure_fresh
from aigc_guard.pipeline.project import Project
from aigc_guard.policy import CheckRequest, Policy
from aigc_guard.policy.case import Case
from aigc_guard.policy.evidence import Evidence, gather
from aigc_guard.policy.limits import asked_detail
from aigc_guard.records import Brief, CheckReport, Draft, Status, digest_of
from aigc_guard.store.archive import Decided

CHUNK = 500
_DONE = (Status.OK, Status.NOT_APPLICABLE)


@dataclass
class Work:
    """One stored draft, and what is worked out once for all requests."""

    decided: Decided
    draft: Draft
    brief: Brief
    known: Sequence[CheckReport]
    case: Case

    subject: Subject = field(init=False)

    def __post_init__(self) -> None:
        own = self.decided.text_sha256  # the store checked it when it read the text
        self.subject = Subject(self.draft.text, own, self.draft.language, self.draft, self.brief)


def works(project: Project, policy: Policy, decided: Sequence[Decided]) -> Iterator[list[Work]]:
    """The drafts in chunks, with their briefs and everything measured of their texts."""
    store = project.store
    for start in range(0, len(decided), CHUNK):
        some = decided[start : start + CHUNK]
        drafts = store.drafts([one.draft_id for one in some])
        briefs = store.get_briefs({draft.brief_digest for draft in drafts.values()})
        reports = store.reports_of_texts(one.text_sha256 for one in some)
        chunk = []
        for one in some:
            if one.draft_id not in drafts:  # erased
                continue
            draft = drafts[one.draft_id]
            brief = briefs[draft.brief_digest]
            case = Case(policy, draft, brief, ())
            chunk.append(Work(one, draft, brief, reports.get(one.text_sha256, ()), case))
        yield chunk


@dataclass
class RowsMaker:
    """Gathers the rows of a segment."""

    decided: list[Decided] = field(default_factory=list)
    where: list[int] = field(default_factory=list)
    brief: list[int] = field(default_factory=list)
    settings: dict[Setting, int] = field(default_factory=dict)
    briefs: dict[str, int] = field(default_factory=dict)

    def add(self, chunk: Iterable[Work]) -> None:
        """Add some drafts as rows."""
        for work in chunk:
            draft, brief = work.draft, work.brief
            setting = Setting(
                kind=draft.kind,
                channel=draft.channel,
                language=draft.language,
                jurisdictions=brief.jurisdictions,
                redacted=draft.made_by == "redaction",
                empty=not draft.text.strip(),
            )
            self.decided.append(work.decided)
            self.where.append(self.settings.setdefault(setting, len(self.settings)))
            self.brief.append(self.briefs.setdefault(draft.brief_id, len(self.briefs)))

    def rows(self) -> Rows:
        """What was gathered."""
        return Rows(
            draft_id=np.array([one.draft_id.encode() for one in self.decided]),
            text=np.array([one.text_sha256.encode() for one in self.decided]),
            first=np.array([one.first for one in self.decided], dtype=np.int64),
            at=np.array([one.at.encode() for one in self.decided]),
            where=np.array(self.where, dtype=np.int32),
            brief=np.array(self.brief, dtype=np.int32),
            settings=tuple(self.settings),
            briefs=tuple(self.briefs),
        )


@dataclass
class CellsMaker:
    """Gathers what one request says about the rows of a segment."""

    request: CheckRequest
    check: Check
    gap: list[int] = field(default_factory=list)
    applies: list[bool] = field(default_factory=list)
    state: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    collected: Collected = field(default_factory=Collected)

    @classmethod
    def of(cls, request: CheckRequest) -> CellsMaker:
        """Nothing yet."""
        return cls(request, request.create())

    def add(self, project: Project, chunk: Sequence[Work]) -> None:
        """Add some drafts; those a check without a model never saw are measured now."""
        values: dict[str, list[tuple[object, ...]]] = {}
        digests = [self.check.report_settings_digest(work.subject) for work in chunk]
        found = self._reports(project, chunk, digests)
        for work, digest, (reports, state) in zip(chunk, digests, found, strict=True):
            evidence = gather(
                self.request,
                reports,
                text_sha256=work.decided.text_sha256,
                settings_digest=digest,
                length=len(work.draft.text),
            )
            self._add_values(len(self.gap), evidence, work.case, values)
            gap = evidence.gap
            self.gap.append(NO_GAP if gap is None else 1 + GAPS.index(gap))
            self.applies.append(evidence.applies)
            self.state.append(state)
            own = [report for report in work.known if report.check == self.request.check]
            self.failed.append(fingerprint(own))
        for label, some in values.items():
            self.collected.add(label, some)

    def _reports(
        self, project: Project, chunk: Sequence[Work], digests: Sequence[str]
    ) -> Iterator[tuple[Sequence[CheckReport], int]]:
        """For each draft the reports that answer, and how lasting that is."""
        found = [
            find_reports(self.request.check, digest, work.known, work.decided.measured)
            for work, digest in zip(chunk, digests, strict=True)
        ]
        measurable = not self.request.check_type.uses_model
        unseen = [measurable and source is Source.NOWHERE for _, source in found]
        subjects = [work.subject for work, now in zip(chunk, unseen, strict=True) if now]
        fresh = iter(measure_fresh(project, subjects, self.request))
        for (reports, source), now in zip(found, unseen, strict=True):
            if now:
                report = next(fresh)
                yield (report,), FRESH if report.status in _DONE else TRY_AGAIN
            else:
                # A decision's own reports are all that count for it.
                yield reports, FINAL if source is Source.DECISION else MAY_GROW

    def _add_values(
        self, row: int, evidence: Evidence, case: Case, values: dict[str, list[tuple[object, ...]]]
    ) -> None:
        for measure in evidence.measures:
            detail = asked_detail(self.request.check, measure)
            if detail is None:
                continue
            has_place = measure.start < measure.end
            quoted = has_place and case.is_quoted(measure)
            stands = has_place and case.circumstances.may_stand(measure.start, measure.end)
            values.setdefault(measure.label, []).append(
                (row, measure.score, measure.start, measure.end, quoted, stands,
                 self.collected.code(detail))
            )  # fmt: skip

    def cells(self) -> Cells:
        """What was gathered."""
        return self.collected.cells(
            np.array(self.gap, dtype=np.int8),
            np.array(self.applies, dtype=np.bool_),
            np.array(self.state, dtype=np.int8),
            np.array(self.failed, dtype=np.int64),
        )


def fingerprint(reports: Iterable[CheckReport]) -> int:
    """A number for the failed ones among the measurements of a text by one check; 0 for none.

    A measurement that succeeded stands for good, one that did not may be replaced in its place.
    """
    failed = sorted((one for one in reports if one.status not in _DONE), key=lambda one: one.key)
    return int(digest_of(failed)[:15], 16) + 1 if failed else 0
