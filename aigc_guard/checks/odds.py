"""Scores from 0 to 1 as log odds, in which readings can be added and averaged."""

from __future__ import annotations

import math

_MOST = 20.0
"""The log odds of a score that rounding has made 0 or 1."""


def odds_of(score: float) -> float:
    """The log odds of a score, at most 20 either way."""
    return math.log(score / (1 - score)) if 0 < score < 1 else math.copysign(_MOST, score - 0.5)


def score_of(odds: float) -> float:
    """The score of log odds."""
    return 1 / (1 + math.exp(-odds))
