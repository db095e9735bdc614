"""Figures with their uncertainty: bootstrap intervals, entity F1."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(list(truth), list(scores)))


def accuracy(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Share of right answers with the cut at 0.5."""
    return sum((s >= 0.5) == t for s, t in zip(scores, truth, strict=True)) / len(truth)


def with_interval(
    measure: Callable[[Sequence[float], Sequence[bool]], float],
    scores: Sequence[float],
    truth: Sequence[bool],
    *,
    draws: int = 200,
    seed: int = 0,
) -> dict[str, Any]:
    """``measure`` with its 95 % bootstrap interval over texts."""
    rng = random.Random(seed)
    size = len(scores)
    found = []
    for _ in range(draws):
        chosen = [rng.randrange(size) for _ in range(size)]
        part = [truth[i] for i in chosen]
        if any(part) and not all(part):
            found.append(measure([scores[i] for i in chosen], part))
    found.sort()
    low, high = found[int(len(found) * 0.025)], found[int(len(found) * 0.975) - 1]
    return {
        "value": round(measure(scores, truth), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "n": size,
        "positive": sum(truth),
    }


Spans = Iterable[tuple[int, int, str]]


def span_counts(found: Spans, truth: Spans) -> tuple[int, int, int]:
    """(right, found, true) of exact spans with their labels."""
    said, true = set(found), set(truth)
    return len(said & true), len(said), len(true)


def overlap_counts(found: Spans, truth: Spans) -> tuple[int, int, int, int]:
    """(found that touch a true one, found, true that are touched, true), labels equal."""
    said, true = list(found), list(truth)

    def touches(one: tuple[int, int, str], others: list[tuple[int, int, str]]) -> bool:
        return any(one[2] == o[2] and one[0] < o[1] and o[0] < one[1] for o in others)

    return (
        sum(touches(s, true) for s in said),
        len(said),
        sum(touches(t, said) for t in true),
        len(true),
    )


def f1(right: int, found: int, true: int) -> dict[str, float]:
    """Precision, recall and F1 of counts."""
    return {
        "precision": round(right / found, 4) if found else 0.0,
        "recall": round(right / true, 4) if true else 0.0,
        "f1": round(2 * right / (found + true), 4) if found + true else 0.0,
        "n": true,
    }
