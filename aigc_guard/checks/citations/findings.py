"""What a draft cites, looked up: one finding for each citation, with what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from aigc_guard.checks.citations.citation import Citation
from aigc_guard.checks.citations.known import Authorities, of_brief, of_rows, read_citations
from aigc_guard.checks.citations.settings import CitationsSettings
from aigc_guard.records import Brief, Finding
from aigc_guard.text import Folded, reveal


def authorities(settings: CitationsSettings, brief: Brief | None) -> Authorities:
    """What a citation is looked up in: the team's list and the brief."""
    own = of_rows(settings.rows)
    if brief is None:
        return Authorities(own)
    listed, words = of_brief(brief)
    is_full = bool(brief.facts or brief.sources)
    return Authorities([*listed, *own], words, is_full=is_full)


def looked_up(text: str, known: Authorities) -> list[Finding]:
    """The findings about ``text``, in order."""
    plain = reveal(text)
    found = _findings(plain, read_citations(plain.text), known)
    return sorted(found, key=lambda one: (one.start, one.end, one.label))


def _findings(
    plain: Folded, citations: Sequence[Citation], known: Authorities
) -> Iterator[Finding]:
    """What is known of each citation; a later, shorter reference stands with its full form."""
    today = datetime.now(UTC).year
    works = {one.slot.work for one in citations if not one.is_short}
    for one in citations:
        if one.is_short and one.slot.work in works:
            continue
        answer = known.ask(one)
        if answer.status == "verified":
            yield _finding(plain, one, "verified", 0.0, answer.detail)
        elif not one.is_known_form:
            yield _finding(plain, one, "unknown_reporter", 1.0, {})
        else:
            yield _finding(plain, one, answer.status, 1.0, answer.detail)
        if not (answer.is_dated or one.is_possible_in(today)):
            yield _finding(plain, one, "impossible_year", 1.0, {})


def _finding(
    plain: Folded, one: Citation, label: str, score: float, detail: Mapping[str, str]
) -> Finding:
    place = plain.to_original(one.start, one.end)
    told = {"system": one.slot.system, **detail}
    return Finding("citations", label, score, place.start, place.end, detail=told)
