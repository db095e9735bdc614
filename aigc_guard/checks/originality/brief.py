"""What of a draft is not its writer's copying: the brief's wording, allowed passages, quotations.

A run that stands in the text of one of the brief's sources is kept apart: the team knows that
source, and whether it may be used at that length is for the policy to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aigc_guard.checks.interface import Subject
from aigc_guard.checks.lists import ListFile
from aigc_guard.checks.originality.build import memory_index
from aigc_guard.checks.originality.grams import GRAM, LEAST
from aigc_guard.checks.originality.index import Index
from aigc_guard.checks.originality.runs import Query, Run, shared
from aigc_guard.checks.originality.tokens import Tokens
from aigc_guard.quotes import attributed


@dataclass(frozen=True)
class Own:
    """Per token of a draft: whether the brief gives it, a source of the brief, a quotation."""

    given: bytes
    sourced: bytes
    quoted: bytes
    source_runs: tuple[Run, ...]
    has_sources: bool

    def counts(self, at: int, *, beside_sources: bool) -> bool:
        """Whether the token counts as copied."""
        return not (self.given[at] or self.quoted[at] or (beside_sources and self.sourced[at]))


def own_of(subject: Subject, query: Query, allow: Sequence[ListFile]) -> Own:
    """What of the draft doesn't count as copied, or not in the same way."""
    brief = subject.brief
    size = len(query.tokens)
    given = bytearray(size)
    sources: list[str] = []
    if brief is not None:
        values = [fact.value for fact in brief.facts]
        wording = [*values, *brief.required_terms, *brief.may_publish]
        _mark(given, _wording_runs(query, _index_of(wording)))
        sources = [source.text for source in brief.sources]
    for one in allow:
        _mark(given, _wording_runs(query, _allowed(one.sha256, one.entries)))
    found: tuple[Run, ...] = ()
    if any(sources):
        index = memory_index((str(at), text) for at, text in enumerate(sources))
        found = shared(query, index, least=LEAST).runs
    sourced = bytearray(size)
    _mark(sourced, found)
    return Own(
        bytes(given),
        bytes(sourced),
        bytes(_quoted(subject, query.tokens)),
        found,
        any(sources),
    )


def _index_of(wording: Iterable[str]) -> Index:
    return memory_index(((str(at), text) for at, text in enumerate(wording)), window=1)


@lru_cache(maxsize=8)
def _allowed(digest: str, entries: tuple[str, ...]) -> Index:
    return _index_of(entries)


def _wording_runs(query: Query, index: Index) -> tuple[Run, ...]:
    return shared(query, index, least=GRAM).runs


def _mark(marks: bytearray, runs: Iterable[Run]) -> None:
    for run in runs:
        marks[run.start : run.end] = b"\1" * run.length


def _quoted(subject: Subject, tokens: Tokens) -> bytearray:
    marks = bytearray(len(tokens))
    spans = [one.inner for one in attributed(subject.text, subject.brief)]
    at = 0
    for number, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
        while at < len(spans) and spans[at].end <= start:
            at += 1
        if at < len(spans) and spans[at].start <= start and end <= spans[at].end:
            marks[number] = 1
    return marks
