"""What a policy's lists find in a text, and what they miss in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from aigc_guard.checks.interface import Subject
from aigc_guard.checks.lists import ListFile
from aigc_guard.checks.terms.evidence import evidence_of
from aigc_guard.checks.terms.lexicon import Entry, Hit, Lexicon, without
from aigc_guard.checks.terms.repeats import repeats
from aigc_guard.checks.terms.settings import TermsSettings
from aigc_guard.checks.terms.view import even, key_of
from aigc_guard.hanzi import simplified
from aigc_guard.records import Finding
from aigc_guard.text import fold

_ALLOWED = "allowed"
_REQUIRED = "required"
_DISGUISED = 0.9


def lexicon_of(settings: TermsSettings, digest: str) -> Lexicon:
    """The lists of ``settings``, whose digest is ``digest``; built once per process."""
    return _lexicon(digest, _Held(settings))


def found_terms(subject: Subject, lexicon: Lexicon, own: TermsSettings) -> list[Finding]:
    """The findings about ``subject``, in order."""
    hits = lexicon.hits(subject.text)
    allowed = [hit.span for hit in hits if hit.entry.label == _ALLOWED]
    present = {hit.entry.term for hit in hits if hit.entry.label == _REQUIRED}
    found = list(_findings(without(hits, allowed), subject))
    found += _missing(own, present, subject)
    if own.repeated_words:
        found += [
            _finding("repeated_word", span.start, span.end)
            for span in repeats(subject.text, own.allow)
        ]
    return sorted(found, key=lambda one: (one.start, one.end, one.label))


def _missing(own: TermsSettings, present: set[str], subject: Subject) -> Iterator[Finding]:
    """Required terms that don't stand in the text; the brief's are named by number only."""
    for number, wanted in enumerate(_required(own), start=1):
        if not present.intersection(wanted):
            detail = {"number": str(number), "say": " / ".join(wanted)[:80]}
            yield Finding("terms", "missing_term", 1.0, detail=detail)
    ordered = subject.brief.required_terms if subject.brief is not None else ()
    if ordered:
        wanted_here = Lexicon(Entry(_REQUIRED, term) for term in ordered)
        there = {hit.entry.term for hit in wanted_here.hits(subject.text)}
        for number, term in enumerate(ordered, start=1):
            if key_of(term) and term not in there:
                detail = {"brief_term": str(number)}
                yield Finding("terms", "missing_term", 1.0, detail=detail)


class _Held:
    """Settings as a cache key that always equals: their digest stands beside it."""

    def __init__(self, settings: TermsSettings) -> None:
        self.settings = settings

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=16)
def _lexicon(_digest: str, held: _Held) -> Lexicon:
    """The lists of some settings, built once per process."""
    own = held.settings
    return Lexicon(_entries(own), mistyped=own.mistyped, pinyin=own.pinyin)


def _entries(own: TermsSettings) -> Iterator[Entry]:
    files = own.files
    for term in (*own.banned, *_lines(files.banned)):
        yield Entry("banned", term, guarded=True)
    for term in (*own.competitors, *_lines(files.competitors)):
        yield Entry("competitor", term, guarded=True)
    for term, say in {**(files.swap.pairs if files.swap else {}), **own.swap}.items():
        script = simplified(key_of(term)) == simplified(key_of(say))  # 台 for 臺
        yield Entry("swap", term, say=say, as_written=script)
        # "mobile phone" for "phone" is not a phone again
        yield Entry(_ALLOWED, say, as_written=script)
    for term in (*own.claims, *_lines(files.claims)):
        yield Entry("claim", term, guarded=True)
    for term in (*own.capitalised, *_lines(files.capitalised)):
        yield Entry("capitalisation", term, say=term)
    for term in (*own.allow, *_lines(files.allow)):
        yield Entry(_ALLOWED, term)
    for wanted in _required(own):
        yield from (Entry(_REQUIRED, term) for term in wanted)


def _lines(file: ListFile | None) -> tuple[str, ...]:
    return file.entries if file is not None else ()


def _required(own: TermsSettings) -> Iterator[tuple[str, ...]]:
    for wanted in own.required:
        yield (wanted,) if isinstance(wanted, str) else wanted
    for term in _lines(own.files.required):
        yield (term,)


def _findings(hits: Sequence[Hit], subject: Subject) -> Iterator[Finding]:
    evidence = ""
    if any(hit.entry.label == "claim" for hit in hits) and subject.brief is not None:
        evidence = simplified(even(fold(evidence_of(subject.brief))).text)
    for hit in hits:
        entry, start, end = hit.entry, hit.span.start, hit.span.end
        if entry.label in (_ALLOWED, _REQUIRED):
            continue
        as_written = " ".join(subject.text[start:end].split())
        if entry.label == "capitalisation" and as_written == entry.term:
            continue
        if entry.label == "claim" and evidence and simplified(key_of(entry.term)) in evidence:
            yield Finding("terms", "supported_claim", 0.0, start, end)
            continue
        detail = {"say": entry.say[:80]} if entry.say else {}
        score = _DISGUISED if hit.disguised else 1.0
        yield _finding(entry.label, start, end, score, detail)


def _finding(
    label: str, start: int, end: int, score: float = 1.0, detail: Mapping[str, str] | None = None
) -> Finding:
    return Finding("terms", label, score, start, end, detail=dict(detail or {}))
