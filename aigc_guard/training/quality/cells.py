"""How a figure and its interval stand in a cell of a table."""

from __future__ import annotations

from typing import Any


def number(value: Any, digits: int = 3) -> str:
    """A whole number as it is, another rounded; a dash for what was not measured."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.{digits}f}"


def spread(low: Any, high: Any, digits: int = 3) -> str:
    """The interval in brackets; nothing when there is none."""
    if low is None or high is None:
        return ""
    return f" ({number(low, digits)}–{number(high, digits)})"
