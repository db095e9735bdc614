"""Score distributions of a run: counts per bin, split into drafts that went and drafts held."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.audit.report import DraftReport
from aigc_guard.records import Outcome, Status

BINS = 20
_NUMBER = re.compile(r"(?<![\w.])(?:0?\.\d+|[01](?:\.\d+)?)(?![\w.])")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bin ``[low, high)``; the heights are shares of the tallest bar on a root scale."""

    low: float
    high: float
    passed: int
    held: int
    height_passed: float
    height_held: float

    @property
    def count(self) -> int:
        """Drafts in the bin."""
        return self.passed + self.held


@dataclass(frozen=True, slots=True)
class Histogram:
    """Highest score per draft of one label of one check; ``limits`` are the scores that tripped."""

    check: str
    label: str
    bars: tuple[Bar, ...]
    limits: tuple[float, ...]
    highest: float

    @property
    def drafts(self) -> int:
        """Drafts that were measured."""
        return sum(bar.count for bar in self.bars)


def histograms(drafts: Sequence[DraftReport]) -> list[Histogram]:
    """One histogram per check and label that scored above zero somewhere, highest first."""
    scores: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for item in drafts:
        held = item.outcome in (Outcome.REVIEW, Outcome.BLOCK)
        for key, score in _highest(item).items():
            scores.setdefault(key, []).append((score, held))
    limits = _limits(drafts)
    made = [
        _histogram(check, label, values, tuple(sorted(limits.get((check, label), ()))))
        for (check, label), values in scores.items()
        if any(score > 0 for score, _ in values)
    ]
    return sorted(made, key=lambda item: (item.check, -item.highest, item.label))


def _highest(item: DraftReport) -> dict[tuple[str, str], float]:
    best: dict[tuple[str, str], float] = {}
    for report in item.reports:
        if report.status is not Status.OK:
            continue
        for label, score in report.scores.items():
            if math.isfinite(score):
                key = (report.check, label)
                best[key] = max(score, best.get(key, 0.0))
    return best


def _limits(drafts: Iterable[DraftReport]) -> dict[tuple[str, str], set[float]]:
    found: dict[tuple[str, str], set[float]] = {}
    for item in drafts:
        for reason in (*item.decision.reasons, *item.decision.noted):
            if reason.value is not None:  # its limit is no score
                continue
            numbers = [float(text) for text in _NUMBER.findall(reason.limit)]
            if len(numbers) == 1 and 0 < numbers[0] <= 1:
                found.setdefault((reason.check, reason.label), set()).add(numbers[0])
    return found


def _histogram(
    check: str, label: str, values: Sequence[tuple[float, bool]], limits: tuple[float, ...]
) -> Histogram:
    passed, held = [0] * BINS, [0] * BINS
    for score, is_held in values:
        index = min(int(max(score, 0.0) * BINS), BINS - 1)
        (held if is_held else passed)[index] += 1
    tallest = math.sqrt(max(p + h for p, h in zip(passed, held, strict=True)))
    bars = []
    for index, (went, kept) in enumerate(zip(passed, held, strict=True)):
        whole = math.sqrt(went + kept) / tallest
        share = went / (went + kept) if went + kept else 0.0
        low, high = index / BINS, (index + 1) / BINS
        bars.append(Bar(low, high, went, kept, whole * share, whole * (1 - share)))
    return Histogram(check, label, tuple(bars), limits, max(score for score, _ in values))
