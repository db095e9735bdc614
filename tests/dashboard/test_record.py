"""The record: searched, one draft's line of time, taken out whole in three forms."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from aigc_guard.pipeline.project import Project
from aigc_guard.store.searching import EventFilter
from tests.dashboard.conftest import OpenBrowser


def test_it_is_searched(visit: OpenBrowser, project: Project) -> None:
    auditor, reviewer = visit("auditor"), visit("reviewer")
    draft = project.store.queue()[0].draft_id
    reviewer.post(f"/drafts/{draft}/comment", {"text": "Words."})
    assert draft[:12] in auditor.get("/record").text

    def found(**query: str) -> list[dict[str, Any]]:
        answer = auditor.get("/api/v1/events", params={"limit": 1000, **query})
        assert answer.status_code == 200
        events: list[dict[str, Any]] = answer.json()["events"]
        return events

    everything = found()
    assert [one["seq"] for one in everything] == list(range(len(everything), 0, -1))
    of_draft = found(draft=draft)
    assert {"draft.written", "draft.decided"} <= {one["kind"] for one in of_draft}
    assert {one["subject"] for one in of_draft} == {draft}
    assert {one["kind"] for one in found(kind="session.opened")} == {"session.opened"}
    mine = found(actor="reviewer-1")
    assert {one["actor"] for one in mine} == {reviewer.account.account_id}
    under = found(policy="news-test")
    assert draft in {one["subject"] for one in under}
    assert not found(policy="another")
    assert found(since="2020-01-01", until="2999-01-01") == found()
    assert not found(until="2020-01-01")
    release = project.store.releases()[0]
    assert release.draft_id in {one["subject"] for one in found(release=release.release_id)}


def test_pages_follow_each_other_without_a_gap(visit: OpenBrowser) -> None:
    auditor = visit("auditor")
    seen: list[int] = []
    before: int | None = None
    while True:
        query = {"limit": 7} | ({"before": before} if before else {})
        answer = auditor.get("/api/v1/events", params=query).json()
        seen += [one["seq"] for one in answer["events"]]
        before = answer["before"]
        if before is None:
            break
    assert seen == list(range(seen[0], 0, -1))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_all_of_it_is_taken_out_and_that_is_recorded(
    visit: OpenBrowser, project: Project, form: str
) -> None:
    store = project.store
    for number in range(2500):
        store.append_event("run.started", f"run-{number}", body={"n": number}, at=project.clock())
    auditor = visit("auditor")
    answer = auditor.get(f"/record/export/{form}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="record.{form}"'
    rows: list[dict[str, Any]]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
    elif form == "jsonl":
        rows = [json.loads(line) for line in answer.text.splitlines()]
    else:
        from pyarrow import parquet

        rows = parquet.read_table(io.BytesIO(answer.content)).to_pylist()
    events = list(store.every_event(EventFilter()))
    assert len(events) > 2500
    assert [int(row["seq"]) for row in rows] == [event.seq for event in events]
    assert json.loads(rows[-1]["body"]) == {"form": form, "asked": {}}
    assert rows[-1]["kind"] == "record.exported"
    assert auditor.get("/record/export/exe").status_code == 404


def test_a_formula_is_a_text_in_a_table() -> None:
    from aigc_guard.dashboard.tables_out import _cell

    assert _cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert _cell(-1) == -1
