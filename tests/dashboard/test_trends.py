"""Trends: the numbers of the record, drawn without script, and whole as tables."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from aigc_guard.dashboard.charts import HEIGHT, MOST_BARS, WIDTH, Chart, draw
from aigc_guard.dashboard.trends_view import CHARTS
from aigc_guard.pipeline.desk import approve_as
from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import OpenBrowser


def rows(somebody: Any, name: str) -> list[dict[str, Any]]:
    answer = somebody.get(f"/api/v1/trends/{name}?days=30")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_the_numbers_are_the_records(visit: OpenBrowser, project: Project) -> None:
    lead = visit("lead")
    draft = project.store.queue()[0].draft_id
    approve_as(project, lead.account, draft, "It is attributed.")
    today = rows(lead, "outcomes")[-1]
    assert (today["block"], today["review"], today["release"]) == (1, 2, 1)
    assert {one["rule"]: one["hits"] for one in rows(lead, "rules")}["no-insult"] == 1
    assert sum(one["drafts"] for one in rows(lead, "queue")) == project.store.queue_length()
    assert rows(lead, "overrides") == [{"rule": "look-at-rumour", "override_rate": 1.0}]
    (own,) = rows(lead, "load")
    assert own == {"person": lead.account.account_id, "approved": 1, "rejected": 0}


def test_each_chart_is_on_the_page_and_whole_as_a_table(visit: OpenBrowser) -> None:
    auditor = visit("auditor")
    page = auditor.get("/trends").text
    for name in CHARTS:
        assert f'id="{name}"' in page
        for form in ("csv", "jsonl", "parquet"):
            answer = auditor.get(f"/trends/data/{name}/{form}?days=400")
            assert answer.status_code == 200
        table = list(csv.DictReader(io.StringIO(auditor.get(f"/trends/data/{name}/csv").text)))
        assert len(table) == len(rows(auditor, name))


def test_a_table_is_longer_than_its_chart() -> None:
    many = tuple((f"row-{number}", number) for number in range(1000))
    chart = Chart("x", "X", ("name", "count"), many)
    drawing = draw(chart)
    assert drawing.left_out == 1000 - MOST_BARS
    assert len(chart.table) == 1000
    assert all(0 <= bar.x <= WIDTH and 0 <= bar.y <= HEIGHT for bar in drawing.bars)
    assert max(bar.height for bar in drawing.bars) <= HEIGHT


def test_stacked_bars_stand_on_each_other() -> None:
    chart = Chart("x", "X", ("name", "one", "two"), (("a", 1, 3), ("b", 0, 0)))
    low, high = draw(chart).bars
    assert high.y + high.height == pytest.approx(low.y, abs=0.2)
    assert high.height == pytest.approx(3 * low.height, abs=0.2)


def test_nothing_of_the_charts_is_inline_style(visit: OpenBrowser) -> None:
    page = visit("lead").get("/trends").text
    assert not re.search(r"\sstyle=|<script>", page)
    assert visit("reader").get("/trends").status_code == 403
    assert visit("lead").get("/trends?days=0").status_code == 422
    assert visit("lead").get("/trends/data/nothing/csv").status_code == 404
