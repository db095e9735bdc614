"""Move the toxicity head's biases so that 0.5 is the best single cut, per label and for all.

"Best" is the highest F1 on a mixed development split; a shift of the bias keeps every ranking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aigc_guard.training.guards.records import UNKNOWN


def best_cut(logits: Sequence[float], truth: Sequence[bool]) -> float:
    """The logit from which on "yes" gives the highest F1, halfway between two texts."""
    order = sorted(zip(logits, truth, strict=True), reverse=True)
    positives = sum(truth)
    hits, best, cut = 0, -1.0, 0.0
    for number, (logit, yes) in enumerate(order, start=1):
        hits += yes
        following = order[number][0] if number < len(order) else logit - 1
        score = 2 * hits / (number + positives) if positives else 0.0
        if score > best and following < logit:
            best, cut = score, (logit + following) / 2
    return cut


def shifts(logits: Any, targets: Any, labels: Sequence[str]) -> dict[str, float]:
    """What to subtract from each label's bias. The first label is set last, through the maximum."""
    import numpy as np

    out: dict[str, float] = {}
    for column, label in enumerate(labels):
        known = targets[:, column] != UNKNOWN
        out[label] = best_cut(
            logits[known, column].tolist(), (targets[known, column] >= 0.5).tolist()
        )
    known = targets[:, 0] != UNKNOWN
    truth = targets[known, 0] >= 0.5
    others = np.max(
        np.stack([logits[known, c] - out[name] for c, name in enumerate(labels) if c]), axis=0
    )
    grid = np.linspace(out[labels[0]] - 1.5, out[labels[0]] + 1.5, 61)
    scores = [_f1(np.maximum(logits[known, 0] - shift, others) >= 0, truth) for shift in grid]
    out[labels[0]] = float(grid[int(np.argmax(scores))])
    return out


def _f1(said: Any, truth: Any) -> float:
    hits = float((said & truth).sum())
    return 2 * hits / max(1.0, float(said.sum() + truth.sum()))


def apply(bias: Any, found: Mapping[str, float], labels: Sequence[str]) -> None:
    """Fold the shifts into the head's ``bias``, in place."""
    import torch

    with torch.no_grad():
        for column, label in enumerate(labels):
            bias[column] -= found[label]
