"""Intervals of shares that are counts over a number of independent things."""

from __future__ import annotations

import math


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson interval of ``hits`` among ``total``; (0, 1) when there is nothing."""
    if total <= 0:
        return 0.0, 1.0
    share = hits / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    middle, scale = share + z * z / (2 * total), 1 + z * z / total
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return round(max(0.0, low), 5), round(min(1.0, high), 5)
