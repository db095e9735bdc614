"""Where in the brief the words stand that a quotation altered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.records import Brief, Finding


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
