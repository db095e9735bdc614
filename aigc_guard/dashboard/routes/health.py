"""Whether the console runs, and whether it can do its work: for whatever watches it."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.visit import Here
from aigc_guard.errors import GuardError
from aigc_guard.store.core import HEAD

gate = Gate()


@gate.get("/healthz", "open")
def healthz(visit: Here) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@gate.get("/readyz", "open")
def readyz(visit: Here) -> Response:
    """The store is there in this version's schema, and the policies can be read.

    Names parts and never places or messages: anybody may ask.
    """
    parts = {"store": _store_is_ready(visit), "policies": _policies_load(visit)}
    ready = all(parts.values()) and not getattr(visit.request.app.state, "stopping", False)
    words = {name: "ok" if fine else "failed" for name, fine in parts.items()}
    body = {"status": "ok" if ready else "not ready", **words}
    return JSONResponse(body, status_code=200 if ready else 503)


def _store_is_ready(visit: Here) -> bool:
    try:
        return visit.store.schema_version() == HEAD
    except GuardError:
        return False


def _policies_load(visit: Here) -> bool:
    try:
        _ = visit.project.policies
    except GuardError:
        return False
    return True
