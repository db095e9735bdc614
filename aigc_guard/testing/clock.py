"""A clock that tests can hold still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Gives the same moment until ``advance`` is called; like the real clock it is called bare."""

    def __init__(self, start: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock's moment needs a time zone")
        self.now = start

    def __call__(self) -> str:
        """The present moment as RFC 3339 in UTC, to the second, as the pipeline's own clock."""
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def advance(self, seconds: float) -> str:
        """Moves on by ``seconds`` and gives the new moment."""
        self.now += timedelta(seconds=seconds)
        return self()
