"""The record for programs: pages of events, and all of them as one stream."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import HTTPException, Query, Request
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.routes.record import COLUMNS, filter_of, note_export, rows_of
from aigc_guard.dashboard.tables_out import FORMATS, sent
from aigc_guard.dashboard.visit import Here

gate = Gate(api=True)
MOST = 1000


@gate.get("/api/v1/events", Permission.SEE_RECORD, scope="read")
def events(
    visit: Here,
    request: Request,
    limit: int = Query(100, ge=1, le=MOST),
    before: int | None = Query(None, ge=1, lt=2**62),
) -> dict[str, Any]:
    """The newest events that fit; ``before`` is the last one's number for the next page.

    Filters: kind, subject, draft, release, actor, policy, since, until.
    """
    which = filter_of(visit, request.query_params)
    found = visit.store.newest_events(which, limit=limit, before=before)
    return {
        "events": [asdict(one) for one in found],
        "before": found[-1].seq if len(found) == limit else None,
    }


@gate.get("/api/v1/events/export/{form}", Permission.EXPORT, scope="export")
def export(visit: Here, form: str, request: Request) -> Response:
    """All events that fit as csv, jsonl or parquet."""
    if form not in FORMATS:
        raise HTTPException(404)
    which = filter_of(visit, request.query_params)
    note_export(visit, "record", form, which)
    return sent(rows_of(visit, which), COLUMNS, form, "record")
