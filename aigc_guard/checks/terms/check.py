"""The check: banned, swapped and missing terms, competitors, claims, names, repeated words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.terms.evidence import evidence_of
from aigc_guard.checks.terms.settings import TermsSettings
from aigc_guard.records import CheckReport, digest_of

if TYPE_CHECKING:
    from aigc_guard.checks.terms.lexicon import Lexicon


class TermsCheck(Check):
    """Looks a policy's lists up in a text; spellings that hide a listed word are read through."""

    id: ClassVar[str] = "terms"
    version: ClassVar[str] = "3"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Banned, required and preferred wording, competitors, claims, names, repeated words.",
        "zh": "禁用、必用与推荐用语，竞争对手名称，需举证的宣称，名称写法及重复词。",
    }
    labels: ClassVar[tuple[str, ...]] = (
        "banned", "capitalisation", "claim", "competitor", "missing_term", "repeated_word",
        "supported_claim", "swap",
    )  # fmt: skip
    settings_type: ClassVar[type[Settings]] = TermsSettings

    @property
    def _own(self) -> TermsSettings:
        assert isinstance(self.settings, TermsSettings)
        return self.settings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of what is read of the brief: its terms, and its evidence where claims need it."""
        brief = subject.brief
        if brief is None:
            return ""
        read: list[object] = list(brief.required_terms)
        if self._own.claims or self._own.files.claims:
            read.append([evidence_of(brief)])
        return digest_of(read) if read else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where nothing is looked for."""
        from aigc_guard.checks.terms.findings import lexicon_of

        lexicon = lexicon_of(self._own, self.settings_digest)
        return [self._measure(subject, lexicon, context) for subject in subjects]

    def _measure(self, subject: Subject, lexicon: Lexicon, context: Context) -> CheckReport:
        from aigc_guard.checks.terms.findings import found_terms

        found = found_terms(subject, lexicon, self._own)
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)
