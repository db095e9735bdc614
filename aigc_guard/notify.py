"""Tells people that drafts wait or that an audit failed: a line in a file, or a webhook.

A notice holds counts, digests and places, never draft text. A webhook is called only when the
configuration allows its host; no redirect and no proxy is followed, since either could lead
elsewhere.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from aigc_guard.config import Config
from aigc_guard.errors import ConfigError, said
from aigc_guard.records import dump

WEBHOOK_SECONDS = 10.0
# prefect.yaml triggers the release deployment by this event.
APPROVED_EVENT = "aigc_guard.review.approved"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Topic = Literal["drafts.waiting", "audit.failed", "model.held", "run.failed"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to people. ``at`` is RFC 3339; ``facts`` are counts, digests and places."""

    topic: Topic
    title: str
    at: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a notice went; ``problem`` is empty when it arrived."""

    target: str
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether it arrived."""
        return not self.problem


def send(notice: Notice, config: Config) -> tuple[Delivery, ...]:
    """Tells everybody the configuration names; one target that fails doesn't stop the other.

    Raises ConfigError, before anything is sent, for a webhook that isn't http(s) or whose host
    isn't in ``allowed_hosts``.
    """
    webhook = config.notify.webhook
    if webhook:
        check_webhook(webhook, config)
    deliveries = []
    if config.notify.file is not None:
        deliveries.append(_to_file(notice, config.notify.file))
    if webhook:
        deliveries.append(_to_webhook(notice, webhook))
    return tuple(deliveries)


def undelivered(deliveries: Sequence[Delivery]) -> list[str]:
    """What went wrong, one line per target that wasn't reached."""
    return [f"{item.target}: {item.problem}" for item in deliveries if not item.ok]


def check_webhook(url: str, config: Config) -> None:
    """Raises ConfigError unless ``url`` is http(s) to this machine or to an allowed host."""
    place = config.origin("notify.webhook")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(
            said("{place}: notify.webhook is not an http or https address", place=place),
            hint=said("write it as https://HOST/PATH"),
        )
    if host not in LOOPBACK and not config.allows_host(host):
        raise ConfigError(
            said(
                "{place}: notify.webhook names the host {host}, which may not be reached",
                place=place,
                host=host,
            ),
            hint=said('add it in aigc_guard.toml: allowed_hosts = ["{host}"]', host=host),
        )


def _to_file(notice: Notice, path: Path) -> Delivery:
    """Appends one line; a single write of the whole line keeps lines of two writers apart."""
    line = json.dumps(dump(notice), ensure_ascii=False, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode("utf-8"))
        finally:
            os.close(descriptor)
    except OSError as error:
        return Delivery(str(path), error.strerror or type(error).__name__)
    return Delivery(str(path))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuses: the new address has not been allowed."""
        return


def announce_approval(draft_id: str, at: str, config: Config, api_url: str) -> Delivery:
    """Tell the Prefect server at ``api_url`` that something was approved: it then releases at once.

    This is a plain request, so that approving needs no Prefect here. A server that does not answer
    is no reason to refuse an approval: the release deployment also looks every few minutes.
    """
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return Delivery("Prefect server", "its address is not http or https")
    if host not in LOOPBACK and not config.allows_host(host):
        return Delivery(f"Prefect server at {host}", "its host is not in allowed_hosts")
    event = {
        "id": str(uuid.uuid4()),
        "occurred": at,
        "event": APPROVED_EVENT,
        "resource": {"prefect.resource.id": f"aigc-guard.review-approved.{draft_id}"},
        "related": [],
        "payload": {},
    }
    return _post(f"Prefect server at {host}", f"{api_url.rstrip('/')}/events", [event])


def _to_webhook(notice: Notice, url: str) -> Delivery:
    # The path of a webhook is often its secret: only the host is ever shown.
    return _post(f"webhook at {urlsplit(url).hostname}", url, dump(notice))


def _post(target: str, url: str, body: Any) -> Delivery:
    request = urllib.request.Request(  # noqa: S310 - callers let only http and https pass
        url,
        data=json.dumps(body, ensure_ascii=False).encode("utf-8"),
        headers={"Content-Type": "application/json", "User-Agent": "aigc-guard"},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(request, timeout=WEBHOOK_SECONDS):
            return Delivery(target)
    except urllib.error.HTTPError as error:
        return Delivery(target, f"answered {error.code}")
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        return Delivery(target, type(reason).__name__)
