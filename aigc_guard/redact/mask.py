"""Texts for reports: every personal value replaced by its label and length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.records import CheckReport, Finding, Span


@dataclass(frozen=True, slots=True)
class MaskedSegment:
    """Characters ``source`` of the original stand at ``target``; ``label`` if they were masked."""

    source: Span
    target: Span
    label: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text for reports, with the way from original offsets to masked ones."""

    text: str
    segments: tuple[MaskedSegment, ...]

    def span(self, start: int, end: int) -> Span:
        """Where ``[start, end)`` of the original stands; it widens to whole masks it touches."""
        return Span(self._place(start, opening=True), self._place(max(start, end), opening=False))

    def _place(self, offset: int, *, opening: bool) -> int:
        for segment in self.segments:
            source, target = segment.source, segment.target
            if offset <= source.start:
                return target.start
            if offset == source.end:
                return target.end
            if offset < source.end and segment.label:
                return target.start if opening else target.end
            if offset < source.end:
                return target.start + offset - source.start
        return len(self.text)


def personal_findings(reports: Iterable[CheckReport]) -> tuple[Finding, ...]:
    """The findings whose characters a report must not show."""
    return tuple(f for r in reports if r.check == "pii" for f in r.findings if f.start < f.end)


def mask(text: str, findings: Iterable[Finding]) -> Masked:
    """``text`` with each found value as ``[LABEL · length]``, wherever the value stands.

    A value that was found once is masked at its other places, too: a report must not show what
    a check missed the second time. Lengths are characters.
    """
    places = _unite_spans(_repeated(text, findings))
    parts: list[str] = []
    segments: list[MaskedSegment] = []
    reached = length = 0
    for start, end, label in [*places, (len(text), len(text), "")]:
        shown = f"[{label} · {end - start}]" if label else ""
        for source, words, name in (
            (Span(reached, start), text[reached:start], ""),
            (Span(start, end), shown, label),
        ):
            if words:
                segments.append(MaskedSegment(source, Span(length, length + len(words)), name))
                parts.append(words)
                length += len(words)
        reached = end
    return Masked("".join(parts), tuple(segments))


def _repeated(text: str, findings: Iterable[Finding]) -> list[tuple[int, int, str]]:
    places: set[tuple[int, int, str]] = set()
    values: dict[str, str] = {}
    for finding in findings:
        start, end = max(0, finding.start), min(len(text), finding.end)
        if start < end:
            places.add((start, end, finding.label))
            values.setdefault(text[start:end].strip(), finding.label)
    for value, label in values.items():
        if len(value) > 1:
            found = re.finditer(_whole(value), text)
            places.update((match.start(), match.end(), label) for match in found)
    return sorted(places)


def _whole(value: str) -> str:
    """A pattern for the value as a whole word; ideographs have no word boundaries."""
    before = r"(?<![A-Za-z0-9])" if value[0].isascii() and value[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if value[-1].isascii() and value[-1].isalnum() else ""
    return before + re.escape(value) + after


def _unite_spans(places: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Overlapping places as one, under the longest one's label."""
    united: list[tuple[int, int, str]] = []
    longest = 0
    for start, end, label in places:
        if united and start < united[-1][1]:
            before, reached, name = united[-1]
            if end - start > longest:
                longest, name = end - start, label
            united[-1] = (before, max(reached, end), name)
        else:
            united.append((start, end, label))
            longest = end - start
    return united
