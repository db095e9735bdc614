"""Trends for programs."""

from __future__ import annotations

from typing import Any

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.routes.trends import Days, table_of
from aigc_guard.dashboard.visit import Here

gate = Gate(api=True)


@gate.get("/api/v1/trends/{name}", Permission.SEE_TRENDS, scope="read")
def trend(visit: Here, name: str, days: int = Days) -> dict[str, list[dict[str, Any]]]:
    """One table: outcomes, rules, overrides, queue, load, agreement, drift, breakers, waivers."""
    return {"rows": table_of(visit, name, days)}
