"""``originality``: passages that stand word for word in texts known before.

What the brief itself gives, what is allowed, and words in attributed quotation marks don't count;
nine tokens in a run must be left for a finding. A finding names the source, and never the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.originality.labels import LABELS, index_names
from aigc_guard.checks.originality.settings import OriginalitySettings
from aigc_guard.i18n import both
from aigc_guard.records import CheckReport, Status, digest_of

if TYPE_CHECKING:
    from aigc_guard.checks.originality.comparing import Known


class OriginalityCheck(Check):
    """Compares each draft with a reference index, the writers' texts, releases and its brief."""

    id: ClassVar[str] = "originality"
    version: ClassVar[str] = "1"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Passages copied word for word from known texts.",
        "zh": "逐字照搬已有文本的段落。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    units: ClassVar[Mapping[str, Mapping[str, str]]] = dict.fromkeys(LABELS[:-1], both("tokens"))
    settings_type: ClassVar[type[Settings]] = OriginalitySettings
    uses_model: ClassVar[bool] = True
    reads_releases: ClassVar[bool] = True

    @property
    def _own(self) -> OriginalitySettings:
        assert isinstance(self.settings, OriginalitySettings)
        return self.settings

    def model_digest(self, context: Context) -> str:
        """Digest of the writers' texts, as models.lock names them; empty where not asked for."""
        if not self._own.training_texts:
            return ""
        return digest_of([context.models[name]["digest"] for name in index_names(context)])

    def batch_digest(self, context: Context) -> str:
        """Digest of the earlier releases that drafts are compared with."""
        compared = self._own.releases and context.releases is not None
        return context.releases.digest if compared and context.releases is not None else ""

    def subject_digest(self, subject: Subject) -> str:
        """Digest of the brief: what it gives doesn't count, and its own releases are left out."""
        return subject.brief.digest if subject.brief is not None else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where there is nothing to compare with."""
        from aigc_guard.checks.originality.comparing import known_texts

        known = list(known_texts(self._own, context))
        return [self._report(subject, known, context) for subject in subjects]

    def _report(self, subject: Subject, known: Sequence[Known], context: Context) -> CheckReport:
        from aigc_guard.checks.originality.brief import own_of
        from aigc_guard.checks.originality.comparing import Comparison
        from aigc_guard.checks.originality.runs import Query, TooRepetitive

        query = Query(subject.text)
        try:
            own = own_of(subject, query, self._own.allow)
            if not known and not own.has_sources and context.releases is None:
                return self.report(subject, context, status=Status.NOT_APPLICABLE)
            compared = Comparison(subject, query, own, known, self._own.near_duplicate)
            found = tuple(compared.findings())
        except TooRepetitive:
            error = "the text repeats itself too often to be compared"
            return self.report(subject, context, status=Status.INCOMPLETE, error=error)
        scores = dict.fromkeys(LABELS, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)
