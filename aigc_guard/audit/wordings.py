"""The true wording of quotations that a draft altered, as people may read it: values masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aigc_guard.checks.grounding.origin import Origin, origin_of
from aigc_guard.records import Brief, CheckReport, Finding, Reason, Span, Status
from aigc_guard.redact import mask, personal_findings
from aigc_guard.text import is_complete

_AROUND = 400  # characters beside the wording that help to recognise names in it


@dataclass(frozen=True, slots=True)
class TrueWording:
    """What the brief says where ``[start, end)`` of the draft quotes it otherwise.

    ``part`` and ``number`` name the place in the brief (source 2). ``words`` is None where nobody
    could look for personal values in them.
    """

    start: int
    end: int
    part: str
    number: int
    words: str | None

    def is_about(self, reason: Reason) -> bool:
        """Whether it belongs under ``reason``."""
        return reason.check == "grounding" and (reason.start, reason.end) == (self.start, self.end)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"in": self.part, "number": self.number, "words": self.words}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a brief that is searched for personal values before its words are shown."""

    finding: Finding
    origin: Origin
    first: int
    text: str


def excerpts(
    reports: Iterable[CheckReport], brief: Brief, reasons: Sequence[Reason]
) -> Iterator[Excerpt]:
    """What has to be searched: one stretch of ``brief`` for each altered quotation of a reason."""
    about = {(one.check, one.label, one.start, one.end) for one in reasons}
    for report in reports:
        for found in report.findings if report.check == "grounding" else ():
            if (found.check, found.label, found.start, found.end) not in about:
                continue
            origin = origin_of(found, brief)
            if origin is not None and origin.words.strip():
                first = max(0, origin.start - _AROUND)
                yield Excerpt(found, origin, first, origin.text[first : origin.end + _AROUND])


def wording(excerpt: Excerpt, searched: CheckReport | None) -> TrueWording:
    """The true wording; what ``searched`` (the check pii on the excerpt) found is masked."""
    found, origin = excerpt.finding, excerpt.origin
    words = None
    if searched is not None and _read_whole(searched, len(excerpt.text)):
        masked = mask(excerpt.text, personal_findings([searched]))
        place: Span = masked.span(origin.start - excerpt.first, origin.end - excerpt.first)
        words = masked.text[place.start : place.end]
    return TrueWording(found.start, found.end, origin.part, origin.number, words)


def revealed(excerpt: Excerpt) -> TrueWording:
    """The true wording as it stands in the brief, for those who may read it."""
    found, origin = excerpt.finding, excerpt.origin
    return TrueWording(found.start, found.end, origin.part, origin.number, origin.words)


def _read_whole(report: CheckReport, length: int) -> bool:
    return report.status is Status.OK and is_complete(report.coverage, length)
