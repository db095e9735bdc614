"""Intervals of shares that are counts over a number of independent things."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson interval of ``hits`` among ``total``; (0, 1) when there is nothing."""
    if total <= 0:
        return 0.0, 1.0
    share = hits / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    middle, scale = share + z * z / (2 * total), 1 + z * z / total
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return round(max(0.0, low), 5), round(min(1.0, high), 5)


def with_intervals(found: Mapping[str, Any]) -> dict[str, Any]:
    """A writer's figures with the intervals that follow from its counts; others as they are."""
    out = dict(found)
    slots = out.get("slots", out.get("items"))
    if "slot_error" in out and slots:
        errors = round(out["slot_error"] * slots)
        out["slot_error_low"], out["slot_error_high"] = wilson(errors, slots)
    if "faithful" in out and out.get("briefs"):
        out["low"], out["high"] = wilson(round(out["faithful"] * out["briefs"]), out["briefs"])
    return out
