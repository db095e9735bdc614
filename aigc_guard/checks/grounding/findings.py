"""What a draft states and its brief does not bear out, as findings in the original text."""

from __future__ import annotations

from collections.abc import Iterator

from aigc_guard.checks.grounding.figures import list_numbers
from aigc_guard.checks.grounding.material import Material, Values, read_values
from aigc_guard.checks.grounding.names import unknown_names
from aigc_guard.checks.grounding.names_zh import unknown_names_zh
from aigc_guard.checks.grounding.quoted import Passage, misquotations
from aigc_guard.checks.grounding.values import Figure, Places
from aigc_guard.checks.interface import Subject
from aigc_guard.hanzi import simplified
from aigc_guard.records import Finding
from aigc_guard.text import Folded, reveal

_IDIOMS = frozenset({"24/7", "50/50"})
_NUMBERED = "条條款章节項项季届屆期轮輪号號批"
_UNSURE = 0.4


def untraced(subject: Subject, material: Material) -> list[Finding]:
    """Every value, name and quotation of the text that ``material`` does not hold, in order."""
    plain = reveal(subject.text)
    values = read_values(plain.text)
    found = [
        *_values(plain, values, material),
        *_names(plain, values, material),
        *_quotations(subject, material),
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.label))


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
