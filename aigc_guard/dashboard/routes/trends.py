"""Trends for compliance: charts drawn here, each with its whole table to take out."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Query
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.charts import draw
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.pages import page
from aigc_guard.dashboard.routes import Section
from aigc_guard.dashboard.tables_out import sent
from aigc_guard.dashboard.trends_view import CHARTS
from aigc_guard.dashboard.visit import Here, Visit
from aigc_guard.errors import said

gate = Gate()
section = Section(said("Trends"), "/trends", Permission.SEE_TRENDS, order=60, key="t")
SPANS = (7, 30, 90, 365)
LONGEST = 3660
Days = Query(30, ge=1, le=LONGEST)


@gate.get("/trends", Permission.SEE_TRENDS)
def trends(visit: Here, days: int = Days) -> Response:
    """All charts of the last days; the page is made for printing, too."""
    charts = [make(visit, days) for make in CHARTS.values()]
    return page(
        visit,
        "trends.html",
        charts=[(chart, draw(chart)) for chart in charts],
        days=days,
        spans=SPANS,
        names={one.account_id: one.name for one in visit.store.accounts()},
    )


@gate.get("/trends/data/{name}/{form}", Permission.SEE_TRENDS)
def data(visit: Here, name: str, form: str, days: int = Days) -> Response:
    """A chart's table as csv, jsonl or parquet, uncapped."""
    return _sent(visit, name, form, days)


def _sent(visit: Visit, name: str, form: str, days: int) -> Response:
    if name not in CHARTS:
        raise HTTPException(404)
    chart = CHARTS[name](visit, days)
    return sent(chart.table, chart.columns, form, f"{name}-{days}-days")


def table_of(visit: Visit, name: str, days: int) -> list[dict[str, Any]]:
    """A chart's rows; raises HTTPException 404 for a name that is none."""
    if name not in CHARTS:
        raise HTTPException(404)
    return CHARTS[name](visit, days).table
