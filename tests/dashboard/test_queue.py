"""The queue: its pages, filters and claims."""

from __future__ import annotations

import re
from typing import Any

from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FixedClock
from tests.dashboard.conftest import OpenBrowser


def rows(page: Any) -> list[str]:
    return re.findall(r'href="/drafts/([0-9a-f]{32})" data-row', page.text)


def test_the_queue_shows_what_waits_and_filters(visit: OpenBrowser, project: Project) -> None:
    somebody = visit("reviewer")
    page = somebody.get("/queue")
    assert page.status_code == 200
    assert len(rows(page)) == 2
    assert "look-at-rumour" in page.text
    for query, count in (
        ("kind=news", 2),
        ("kind=legal", 0),
        ("channel=wire&language=en", 2),
        ("language=zh", 0),
        ("rule=look-at-rumour&order=riskiest", 2),
        ("rule=no-insult", 0),
        ("age=1", 0),
        ("age=nonsense", 2),
    ):
        assert len(rows(somebody.get(f"/queue?{query}"))) == count, query


def test_what_waits_too_long_is_told(visit: OpenBrowser, clock: FixedClock) -> None:
    assert "overdue" not in visit("reviewer").get("/queue").text
    clock.advance(30 * 3600)
    page = visit("reviewer").get("/queue?age=24")
    assert "overdue" in page.text
    assert len(rows(page)) == 2


def test_pages_follow_on_each_other(visit: OpenBrowser, monkeypatch: Any) -> None:
    from aigc_guard.dashboard import queue_view

    monkeypatch.setattr(queue_view.queue_page, "__kwdefaults__", {"rows": 1})
    somebody = visit("reviewer")
    for order in ("", "order=riskiest&"):
        first = somebody.get(f"/queue?{order}")
        (after,) = re.findall(r'href="(/queue\?[^"]*after=[^"]+)" rel="next"', first.text)
        second = somebody.get(after.replace("&amp;", "&"))
        assert 'rel="next"' not in second.text
        assert len({*rows(first), *rows(second)}) == 2
    assert somebody.get("/queue?after=x~y").status_code == 409


def test_taking_the_next_draft(visit: OpenBrowser, project: Project) -> None:
    ann, bo = visit("reviewer", name="ann-1"), visit("reviewer", name="bo-2")
    first = ann.post("/queue/claim", {"kind": "news"}).headers["location"]
    second = bo.post("/queue/claim").headers["location"]
    assert first.startswith("/drafts/")
    assert first != second
    page = bo.get("/queue").text
    assert "ann-1" in page
    assert "yours" in page
    cy = visit("reviewer", name="cy-3")
    gone = cy.post("/queue/claim", {"rule": "look-at-rumour"}).headers["location"]
    assert gone == "/queue?none=1&rule=look-at-rumour"
    assert "Nothing here is free" in cy.get(gone).text
