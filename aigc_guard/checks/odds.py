"""Scores from 0 to 1 as log odds, in which readings can be added and averaged."""

from __future__ import annotations

import math

_MOST = 20.0
"""Beyond these log odds rounding has made a score 0 or 1, or all but."""


def odds_of(score: float) -> float:
    """The log odds of a score, at most 20 either way."""
    if not 0 < score < 1:
        return math.copysign(_MOST, score - 0.5)
    return min(_MOST, max(-_MOST, math.log(score) - math.log1p(-score)))


def score_of(odds: float) -> float:
    """The score of log odds."""
    return 1 / (1 + math.exp(-odds))
