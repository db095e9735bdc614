"""Moments as the clock gives them (RFC 3339, UTC, to the second), moved by seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def moment(at: str) -> datetime:
    """The moment ``at`` names."""
    return datetime.fromisoformat(at.replace("Z", "+00:00"))


def later(at: str, seconds: float) -> str:
    """The moment ``seconds`` after ``at`` (before it, if negative)."""
    return (moment(at) + timedelta(seconds=seconds)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_between(first: str, last: str) -> float:
    """Seconds from ``first`` to ``last``."""
    return (moment(last) - moment(first)).total_seconds()
