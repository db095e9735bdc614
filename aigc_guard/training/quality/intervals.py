"""Intervals of shares that are counts over a number of independent things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aigc_guard.intervals import wilson as wilson


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
