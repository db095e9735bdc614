"""``grounding``: what the draft states stands in its brief.

Every figure with its unit, date, name, identifier and quotation is looked up in the brief's facts
and sources. Presence in the brief is what is proved, not truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from aigc_guard.checks.grounding.examples import EXAMPLES as EXAMPLES
from aigc_guard.checks.grounding.figures import list_numbers
from aigc_guard.checks.grounding.material import Material, Values, read_values
from aigc_guard.checks.grounding.names import unknown_names
from aigc_guard.checks.grounding.names_zh import unknown_names_zh
from aigc_guard.checks.grounding.quoted import Passage, misquotations
from aigc_guard.checks.grounding.values import Figure, Places
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.hanzi import simplified
from aigc_guard.records import Brief, CheckReport, Finding, Status, digest_of
from aigc_guard.text import Folded, reveal

LABELS = ("FIGURE", "DATE", "PERSON", "ORGANIZATION", "NAME", "CODE", "QUOTATION")
_IDIOMS = frozenset({"24/7", "50/50"})
_NUMBERED = "条條款章节項项季届屆期轮輪号號批"
_UNSURE = 0.4


class GroundingSettings(Settings):
    """Which findings are reported."""

    floor: float = Field(0.3, ge=0.0, le=1.0, description="lowest score that makes a finding")


class GroundingCheck(Check):
    """Looks every stated value up in the brief; needs no model."""

    id: ClassVar[str] = "grounding"
    version: ClassVar[str] = "2"
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Figures, dates, names and quotations that the brief does not bear out.",
        "zh": "任务单无法佐证的数字、日期、名称与引语。",
    }
    labels: ClassVar[tuple[str, ...]] = LABELS
    settings_type: ClassVar[type[Settings]] = GroundingSettings

    def subject_digest(self, subject: Subject) -> str:
        """Digest of what is read of the brief."""
        brief = subject.brief
        if brief is None:
            return ""
        return digest_of([brief.facts, brief.sources, brief.required_terms, brief.may_publish])

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable without facts or sources to compare with."""
        known: dict[str, Material] = {}
        reports = []
        for subject in subjects:
            brief = subject.brief
            if brief is None:
                reports.append(self.report(subject, context, status=Status.NOT_APPLICABLE))
                continue
            material = known.setdefault(self.subject_digest(subject), Material(brief))
            reports.append(self._measure(subject, material, context))
        return reports

    def _measure(self, subject: Subject, material: Material, context: Context) -> CheckReport:
        if material.is_empty:
            return self.report(subject, context, status=Status.NOT_APPLICABLE)
        assert isinstance(self.settings, GroundingSettings)
        plain = reveal(subject.text)
        values = read_values(plain.text)
        found = [
            *_values(plain, values, material),
            *_names(plain, values, material),
            *_quotations(subject, material),
        ]
        kept = sorted(
            (one for one in found if one.score >= self.settings.floor),
            key=lambda one: (one.start, one.end, one.label),
        )
        scores = dict.fromkeys(LABELS, 0.0)
        for one in kept:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=kept, scores=scores)


def _finding(
    plain: Folded, label: str, score: float, start: int, end: int, **detail: str
) -> Finding:
    place = plain.to_original(start, end)
    return Finding("grounding", label, score, place.start, place.end, detail=detail)


def _values(plain: Folded, values: Values, material: Material) -> Iterator[Finding]:
    text = plain.text
    listed = list_numbers(text)
    numbering = Places(listed)
    for date in values.dates:
        if not material.has_date(date):
            yield _finding(plain, "DATE", 1.0, date.start, date.end)
    for code in values.codes:
        if not material.has_code(code):
            yield _finding(plain, "CODE", 1.0, code.start, code.end)
    own = {text[start:end].strip(" \t.)(、）（#*>-") for start, end in listed}
    for figure in values.figures:
        if numbering.meet(figure.start, figure.start + 1):
            continue
        if text[figure.start : figure.end] in own or material.has_figure(figure, text):
            continue  # a reference to the draft's own numbering is none to the world
        score = _weight(figure, text)
        if score:
            yield _finding(plain, "FIGURE", score, figure.start, figure.end)


def _weight(figure: Figure, text: str) -> float:
    """How much an untraced figure says: words that count nothing are often turns of speech."""
    said = text[figure.start : figure.end]
    if said in _IDIOMS:
        return 0.0
    ordinal = any(name == "ordinal" for name, _ in figure.amounts)
    if ordinal and figure.counts:
        return 0.0  # "third" in words: third parties, in the second place
    if ordinal and said.startswith("第") and figure.number <= 10:
        return 1.0 if text[figure.end : figure.end + 1] in _NUMBERED else 0.0
    in_words = said.isascii() and not any(char.isdigit() for char in said)
    if in_words and figure.is_bare and not figure.counts:
        return _UNSURE
    return 1.0


def _names(plain: Folded, values: Values, material: Material) -> Iterator[Finding]:
    taken = values.places
    for name in unknown_names(plain.text, material.vocabulary):
        if not taken.meet(name.start, name.end):  # the USD of "USD 5" is no name
            yield _finding(plain, name.label, name.score, name.start, name.end)
    for name in unknown_names_zh(simplified(plain.text), simplified(material.joined)):
        yield _finding(plain, name.label, name.score, name.start, name.end)


def _quotations(subject: Subject, material: Material) -> Iterator[Finding]:
    for one in misquotations(subject.text, material.pages):
        detail = {"problem": "untraced"}
        if one.near is not None:
            detail = {"problem": "altered", **_place(one.near), "likeness": f"{one.likeness:.2f}"}
        yield Finding("grounding", "QUOTATION", 1.0, one.start, one.end, detail=detail)


def _place(passage: Passage) -> dict[str, str]:
    return {
        "in": passage.kind,
        "number": str(passage.number + 1),
        "true_start": str(passage.start),
        "true_end": str(passage.end),
    }


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the true wording of an altered quotation stands: ``text[start:end]`` of a brief's part.

    ``part`` is ``fact``, ``title``, ``source`` or ``term``; ``number`` counts from 1.
    """

    part: str
    number: int
    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """The true wording."""
        return self.text[self.start : self.end]


def origin_of(finding: Finding, brief: Brief) -> Origin | None:
    """Where in ``brief`` the words stand that a quotation altered; None if nowhere.

    Reports hold only the place: the words themselves stay in the brief.
    """
    detail = finding.detail
    if detail.get("problem") != "altered":
        return None
    texts: dict[str, Sequence[str]] = {
        "fact": [fact.value for fact in brief.facts],
        "title": [source.title for source in brief.sources],
        "source": [source.text for source in brief.sources],
        "term": [*brief.required_terms, *brief.may_publish],
    }
    part, number = detail["in"], int(detail["number"])
    listed = texts.get(part, ())
    if not 1 <= number <= len(listed):
        return None
    start, end = int(detail["true_start"]), int(detail["true_end"])
    return Origin(part, number, listed[number - 1], start, end)


def true_wording(finding: Finding, brief: Brief) -> str:
    """The words of the brief that an altered quotation stands for; empty if there are none."""
    origin = origin_of(finding, brief)
    return origin.words if origin is not None else ""
