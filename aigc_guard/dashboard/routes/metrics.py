"""Numbers for Prometheus: requests by route, the queue's length and age."""

from __future__ import annotations

from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.visit import Here

gate = Gate(api=True)


@gate.get("/metrics", Permission.SEE_TRENDS, scope="read", include_in_schema=False)
def metrics(visit: Here) -> Response:
    """All numbers; none is a person's, and no label is an id."""
    body = visit.request.app.state.metrics.rendered(visit.console)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")
