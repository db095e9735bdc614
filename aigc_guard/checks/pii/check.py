"""The check: every value is reported, whatever it is; whether it may stand is the policy's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aigc_guard.checks.guard_folder import digest_of_models, folder_of
from aigc_guard.checks.interface import Check, Context, Example, Settings, Subject
from aigc_guard.checks.pii.disguise import differs, undisguised
from aigc_guard.records import CheckReport, Finding
from aigc_guard.text import Folded, reveal

if TYPE_CHECKING:
    from aigc_guard.checks.pii.lean import LeanAnalyzer

NAMES = ("PERSON", "LOCATION", "ORGANIZATION", "ADDRESS")
IDENTIFIERS = (
    "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "CRYPTO",
    "CN_RESIDENT_ID", "CN_CREDIT_CODE", "CN_BANK_CARD",
)  # fmt: skip
_USUAL = 10
_STRENGTH = {label: place for place, label in enumerate((*reversed(NAMES), "PHONE_NUMBER"))}
_STRENGTH |= {"CN_BANK_CARD": _USUAL + 1, "CN_RESIDENT_ID": _USUAL + 2}
"""Which label stands where two say the same of one place with the same score."""


class PiiSettings(Settings):
    """Which names models read, and from which score on a value is reported."""

    model: str = Field("guard-en", description="lock entry whose names head reads Latin script")
    model_zh: str = Field("guard-zh", description="lock entry that reads Chinese script")
    floor: float = Field(0.4, ge=0.0, le=1.0, description="lowest score that makes a finding")
    names_floor: float = Field(0.5, ge=0.0, le=1.0, description="the same for names")


class PiiCheck(Check):
    """Identifiers by form and checksum, names by model, with presidio's labels."""

    id: ClassVar[str] = "pii"
    version: ClassVar[str] = "7"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Personal and business identifiers, names and addresses.",
        "zh": "个人与企业标识、姓名和地址。",
    }
    labels: ClassVar[tuple[str, ...]] = (*NAMES, *IDENTIFIERS)
    settings_type: ClassVar[type[Settings]] = PiiSettings
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "Write to jo@example.org or call (212) 555-0142.",
            ("EMAIL_ADDRESS", "PHONE_NUMBER"),
            spans=("jo@example.org", "(212) 555-0142"),
        ),
        Example("请致电13900001111。", ("PHONE_NUMBER",), language="zh", spans=("13900001111",)),
        Example("The lamp costs 49 dollars and weighs 2.5 kg.", ()),
    )
    uses_model: ClassVar[bool] = True

    @property
    def _own(self) -> PiiSettings:
        assert isinstance(self.settings, PiiSettings)
        return self.settings

    @property
    def reads_with(self) -> str:
        """The guard of Latin script: whichever check comes first has it read for both."""
        return self._own.model

    def model_digest(self, context: Context) -> str:
        """Digest over the names models: a changed one makes a new measurement."""
        return digest_of_models(context, (self._own.model, self._own.model_zh))

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; raises ModelUnavailable when a names model is not installed."""
        from aigc_guard.checks.pii.recognizers import analyzer

        folder = folder_of(context, self._own.model)
        folder_zh: Path | None = None
        if self._own.model_zh:
            folder_zh = folder_of(context, self._own.model_zh)
        lean, namer = analyzer(folder, folder_zh)
        plain = [reveal(subject.text) for subject in subjects]
        namer.read_ahead([one.text for one in plain])
        return [
            self._measure(subject, one, lean, context)
            for subject, one in zip(subjects, plain, strict=True)
        ]

    def _measure(
        self, subject: Subject, plain: Folded, lean: LeanAnalyzer, context: Context
    ) -> CheckReport:
        findings = []
        for one in values_in(subject.text, plain, lean):
            floor = self._own.names_floor if one.label in NAMES else self._own.floor
            if one.score >= floor:
                findings.append(replace(one, score=round(min(1.0, max(0.0, one.score)), 6)))
        kept = settle(findings)
        scores = dict.fromkeys(self.labels, 0.0)
        for finding in kept:
            scores[finding.label] = max(scores.get(finding.label, 0.0), finding.score)
        return self.report(subject, context, findings=kept, scores=scores)


def values_in(
    text: str, plain: Folded, lean: LeanAnalyzer, labels: Collection[str] = ()
) -> Iterator[Finding]:
    """Everything ``lean`` finds in ``plain``, the revealed ``text``, and in its rewritings.

    Only identifiers count in a rewriting, and only where it differs from the text. ``labels``
    restrict what is looked for.
    """
    if not plain.text.strip():
        return
    for label, start, end, score in lean.analyze(plain.text, labels):
        place = plain.to_original(start, end)
        if place.end > place.start:
            yield Finding("pii", label, float(score), place.start, place.end)
    wanted = [label for label in IDENTIFIERS if not labels or label in labels]
    for view in undisguised(text) if wanted else ():
        for label, start, end, score in lean.analyze(view.text, wanted):
            place = view.to_original(start, end)
            if place.end > place.start and differs(view, text, start, end):
                yield Finding("pii", label, float(score), place.start, place.end)


def settle(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in order of place, without those that a stronger one at the same place explains.

    A checksum beats a form, an identifier beats a name. Nothing that was found is left standing:
    findings of one label that share half of the shorter are one value, read to its farther end. An
    address or identifier that reaches beyond another label's stays, since an address around a
    telephone number is still an address, and redaction merges the two. Only a name that an
    identifier cuts into is taken for a misreading of it: what is left of it stays a name if that
    is the greater part.
    """
    by_label: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_strength, reverse=True):
        _join(by_label.setdefault(finding.label, []), finding)
    kept: list[Finding] = []
    values = [value for own in by_label.values() for value in own]
    for value in sorted(values, key=_strength, reverse=True):
        rest: Finding | None = value
        for other in kept:
            rest = rest and _rest(other, rest)
        if rest:
            kept.append(rest)
    return sorted(kept, key=lambda f: (f.start, f.end, f.label))


def _strength(finding: Finding) -> tuple[bool, float, int, int, int, str]:
    """Order of strength; place and label come last, so that the order of findings is no matter."""
    identifier = finding.label not in NAMES
    rank = _STRENGTH.get(finding.label, _USUAL)
    size = finding.end - finding.start
    return identifier, finding.score, rank, size, -finding.start, finding.label


def _overlap(one: Finding, other: Finding) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _join(values: list[Finding], weak: Finding) -> None:
    """Add ``weak`` to the stronger ``values`` of its label, as one with those it shares half of."""
    for other in list(values):
        shorter = min(other.end - other.start, weak.end - weak.start)
        if 0 < shorter <= 2 * _overlap(other, weak):
            values.remove(other)
            start, end = min(other.start, weak.start), max(other.end, weak.end)
            weak = replace(max(other, weak, key=_strength), start=start, end=end)
    values.append(weak)


def _rest(strong: Finding, weak: Finding) -> Finding | None:
    """What of ``weak`` the stronger finding does not explain: all, the greater part, nothing."""
    overlap = _overlap(strong, weak)
    if overlap <= 0 or strong.label == weak.label:
        return weak
    if strong.start <= weak.start and weak.end <= strong.end:
        return None
    misread = weak.label in NAMES and weak.label != "ADDRESS" and strong.label not in NAMES
    if not misread:
        return weak
    if weak.end - weak.start <= 2 * overlap:
        return None
    if weak.start < strong.start and strong.end < weak.end:
        return weak
    left = weak.start < strong.start
    return replace(weak, end=strong.start) if left else replace(weak, start=strong.end)
