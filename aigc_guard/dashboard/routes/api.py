"""What every user of the API needs first: its description, and the live counts."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.visit import Here

gate = Gate(api=True)
MOST_COUNTED = 1000


@gate.get("/api/v1/openapi.json", Permission.SIGNED_IN, include_in_schema=False)
def openapi(visit: Here, request: Request) -> Response:
    """This API as OpenAPI."""
    described: dict[str, Any] = request.app.openapi()
    return JSONResponse(described)


@gate.get("/api/v1/counts", Permission.SIGNED_IN)
def counts(visit: Here) -> dict[str, int]:
    """How much waits, counted up to a thousand: what stands beside the navigation."""
    found = {"waiting": visit.store.count_waiting(most=MOST_COUNTED)}
    if visit.may(Permission.SECOND_READING):
        unread = visit.store.unread(visit.account.account_id, limit=MOST_COUNTED)
        found["second"] = len(unread)
    return found
