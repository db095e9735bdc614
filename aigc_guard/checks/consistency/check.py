"""``consistency``: the drafts of one run, compared with each other.

The whole batch is compared once; each draft's report holds what was found in it. A finding names
the other draft's brief and never its text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from aigc_guard.checks.consistency.places import CONTRADICTION, DUPLICATE, PERSONAL
from aigc_guard.checks.consistency.settings import ConsistencySettings
from aigc_guard.checks.interface import Batch, Check, Context, Settings, Subject
from aigc_guard.errors import CheckError, said
from aigc_guard.records import CheckReport, Status

if TYPE_CHECKING:
    from aigc_guard.checks.consistency.comparing import Compared

LABELS = (CONTRADICTION, DUPLICATE, PERSONAL)


class ConsistencyCheck(Check):
    """Compares the drafts of a batch; needs no model."""

    id: ClassVar[str] = "consistency"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Drafts of one run that contradict, repeat or leak into each other.",
        "zh": "同一批次中相互矛盾、重复或串用个人信息的稿件。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    settings_type: ClassVar[type[Settings]] = ConsistencySettings
    compares: ClassVar[bool] = True

    def subject_digest(self, subject: Subject) -> str:
        """Digest of the brief: two briefs may have one text, and are not found the same in it."""
        return subject.brief.digest if subject.brief is not None else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable without a batch, or without a brief."""
        assert isinstance(self.settings, ConsistencySettings)
        kept = context.batch.kept
        key = f"{self.id}:{self.settings_digest}"
        if context.batch.subjects and key not in kept:
            kept[key] = _compare_all(context.batch, self.settings)
        return [self._report(subject, kept.get(key), context) for subject in subjects]

    def _report(self, subject: Subject, compared: Compared | None, context: Context) -> CheckReport:
        if compared is None or subject.brief is None:
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        found = compared.findings.get((subject.brief.digest, subject.text_sha256))
        if found is None:
            error = "it is none of the drafts of its batch"
            return self.report(subject, context, status=Status.FAILED, error=error)
        scores = dict.fromkeys(LABELS, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)


def _compare_all(batch: Batch, settings: ConsistencySettings) -> Compared:
    from aigc_guard.checks.consistency.comparing import compare

    try:
        return compare(batch, settings)
    except Exception as error:  # trying each draft alone would only compare all of them again
        raise CheckError(
            ConsistencyCheck.id,
            said("the drafts could not be compared ({problem})", problem=type(error).__name__),
            hint=said("report this with the program's version"),
        ) from error
