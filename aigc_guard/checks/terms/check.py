"""The check: banned, swapped and missing terms, competitors, claims, names, repeated words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.checks.lists import ListFile
from aigc_guard.checks.terms.lexicon import Entry, Hit, Lexicon, without
from aigc_guard.checks.terms.repeats import repeats
from aigc_guard.checks.terms.settings import TermsSettings
from aigc_guard.checks.terms.view import even, key_of
from aigc_guard.hanzi import simplified
from aigc_guard.records import Brief, CheckReport, Finding, digest_of
from aigc_guard.text import fold

_ALLOWED = "allowed"
_REQUIRED = "required"
_DISGUISED = 0.9


class TermsCheck(Check):
    """Looks a policy's lists up in a text; spellings that hide a listed word are read through."""

    id: ClassVar[str] = "terms"
    version: ClassVar[str] = "2"
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
            read.append([_evidence(brief)])
        return digest_of(read) if read else ""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject; not applicable where nothing is looked for."""
        lexicon = _lexicon(self.settings_digest, _Held(self._own))
        return [self._measure(subject, lexicon, context) for subject in subjects]

    def _measure(self, subject: Subject, lexicon: Lexicon, context: Context) -> CheckReport:
        hits = lexicon.hits(subject.text)
        allowed = [hit.span for hit in hits if hit.entry.label == _ALLOWED]
        present = {hit.entry.term for hit in hits if hit.entry.label == _REQUIRED}
        found = list(_findings(without(hits, allowed), subject))
        found += self._missing(present, subject)
        if self._own.repeated_words:
            found += [
                _finding("repeated_word", span.start, span.end)
                for span in repeats(subject.text, self._own.allow)
            ]
        found.sort(key=lambda one: (one.start, one.end, one.label))
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

    def _missing(self, present: set[str], subject: Subject) -> Iterator[Finding]:
        """Required terms that don't stand in the text; the brief's are named by number only."""
        for number, wanted in enumerate(_required(self._own), start=1):
            if not present.intersection(wanted):
                detail = {"number": str(number), "say": " / ".join(wanted)[:80]}
                yield Finding(self.id, "missing_term", 1.0, detail=detail)
        ordered = subject.brief.required_terms if subject.brief is not None else ()
        if ordered:
            own = Lexicon(Entry(_REQUIRED, term) for term in ordered)
            there = {hit.entry.term for hit in own.hits(subject.text)}
            for number, term in enumerate(ordered, start=1):
                if key_of(term) and term not in there:
                    detail = {"brief_term": str(number)}
                    yield Finding(self.id, "missing_term", 1.0, detail=detail)


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
        evidence = simplified(even(fold(_evidence(subject.brief))).text)
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


def _evidence(brief: Brief) -> str:
    """What a claim may rest on: the brief's facts and sources, a line each."""
    parts = [fact.value for fact in brief.facts]
    parts += [part for source in brief.sources for part in (source.title, source.text)]
    return "\n\n".join(parts)
