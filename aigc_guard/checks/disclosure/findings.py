"""What a text says of its own making, and what its readers are owed, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aigc_guard.checks.disclosure.elements import lacking
from aigc_guard.checks.disclosure.order import channel, maker, places
from aigc_guard.checks.disclosure.wording import Said, Saying, sayings
from aigc_guard.checks.interface import Subject
from aigc_guard.quotes import attributed, holds
from aigc_guard.records import Finding
from aigc_guard.text import Folded, reveal


def disclosed(subject: Subject, systems: Sequence[str]) -> list[Finding]:
    """The findings about ``subject``; what stands in attributed quotation marks is another's."""
    plain = reveal(subject.text)
    quoted = attributed(plain.text, subject.brief)
    said = [
        one
        for one in sayings(plain.text, systems)
        if not any(holds(own, plain.text, one.span.start, one.span.end) for own in quoted)
    ]
    return [*_own(plain, said, maker(subject)), *_needs(plain, said, subject)]


def _own(plain: Folded, said: Sequence[Said], maker: str) -> Iterator[Finding]:
    """What the text says, and whether its declared making contradicts it."""
    for one in said:
        if one.saying is Saying.REMARK:
            yield _at(plain, one, "chatbot_remark")
        elif one.saying is Saying.BY_AI:
            yield _at(plain, one, "own_notice")
        if (one.saying, maker) in ((Saying.BY_AI, "people"), (Saying.NO_AI, "model")):
            yield _at(plain, one, "false_notice", made_by=maker)


def _needs(plain: Folded, said: Sequence[Said], subject: Subject) -> Iterator[Finding]:
    """The places whose readers must be told: 0 where the text does so itself."""
    if (subject.brief is None and subject.draft is None) or maker(subject) == "people":
        return
    notices = [one for one in said if one.saying is Saying.BY_AI]
    for place in places(subject):
        lacks = [lacking(plain.text[one.span.start : one.span.end], place) for one in notices]
        is_told = any(not missing for missing in lacks)
        detail = {"jurisdiction": place, "channel": channel(subject)}
        yield Finding("disclosure", "needs_notice", 0.0 if is_told else 1.0, detail=detail)
        if not is_told:
            for one, missing in zip(notices, lacks, strict=True):
                told = {"jurisdiction": place, "lacks": ",".join(missing)}
                yield _at(plain, one, "partial_notice", **told)


def _at(plain: Folded, said: Said, label: str, **detail: str) -> Finding:
    place = plain.to_original(said.span.start, said.span.end)
    return Finding("disclosure", label, 1.0, place.start, place.end, detail=detail)
