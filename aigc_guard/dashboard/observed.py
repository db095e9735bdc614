"""What is counted and logged of each request: its route, its status and its time, nothing else.

Routes are named by their pattern, never by the address that was asked for: an address may hold an
id, and a query what somebody searched for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aigc_guard.accounts.moments import seconds_between
from aigc_guard.store import State

if TYPE_CHECKING:
    from aigc_guard.dashboard.console import Console

log = structlog.get_logger("aigc_guard.console")
MOST_COUNTED = 100_000
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
NOBODYS = "-"


class Metrics:
    """The numbers of one console; each has a registry of its own."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter(
            "aigc_guard_requests", "Requests answered", names, registry=self.registry
        )
        self.seconds = Histogram(
            "aigc_guard_request_seconds",
            "Seconds to answer",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "aigc_guard_waiting_drafts", "Drafts that wait for a person", registry=self.registry
        )
        self.oldest = Gauge(
            "aigc_guard_oldest_wait_seconds", "How long the oldest waits", registry=self.registry
        )
        self.approved = Gauge(
            "aigc_guard_approved_drafts",
            "Approved drafts that are not published yet",
            registry=self.registry,
        )
        self.desks = Gauge(
            "aigc_guard_claimed_drafts", "Drafts on somebody's desk", registry=self.registry
        )

    def rendered(self, console: Console) -> bytes:
        """All numbers in Prometheus's text format, those of the store as it is now."""
        from prometheus_client import generate_latest

        store, now = console.opened.store, console.opened.clock()
        since = store.oldest_waiting()
        self.waiting.set(store.count_waiting(most=MOST_COUNTED))
        self.oldest.set(max(0.0, seconds_between(since, now)) if since else 0.0)
        self.approved.set(store.queue_length(state=State.APPROVED))
        self.desks.set(len(store.leases(now=now)))
        return bytes(generate_latest(self.registry))


class Observed:
    """Counts and logs every request."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 0, time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            seconds = time.perf_counter() - began
            route = str(getattr(scope.get("route"), "path", NOBODYS))
            known = scope["method"] in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
            method = scope["method"] if known else NOBODYS
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(seconds)
            took = round(seconds * 1000, 1)
            log.info("request.answered", method=method, route=route, status=status, ms=took)
