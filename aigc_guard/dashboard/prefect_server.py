"""Runs handed to a Prefect server by its REST interface; only ``flows`` imports prefect itself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from aigc_guard.config import Config
from aigc_guard.errors import ConfigError, said
from aigc_guard.notify import LOOPBACK

DEPLOYMENT = "produce/produce"
SECONDS = 10.0
BUSY = frozenset({429, 502, 503, 504})
PAUSES = (0.5, 1.0, 2.0)
"""Seconds between the tries of a server that says it is busy, as one with a locked SQLite does."""


def start(config: Config, briefs: Path) -> str:
    """Start the deployment with a brief file, named relative to the project; the flow run's id.

    Raises ConfigError when the server isn't allowed, doesn't answer or has no such deployment.
    """
    from httpx import HTTPError

    api = config.console.prefect_api.rstrip("/")
    _refuse_foreign(api, config)
    try:
        with _client() as client:
            found = _asked(client, "GET", f"{api}/deployments/name/{DEPLOYMENT}")
            place = f"{api}/deployments/{found['id']}/create_flow_run"
            parameters = {"parameters": {"briefs": [briefs.as_posix()]}}
            once = {"parameters": parameters, "idempotency_key": uuid4().hex}
            return str(_asked(client, "POST", place, json=once)["id"])
    except (HTTPError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            said("the Prefect server did not take the run ({why})", why=_why(error)),
            hint=said("look at console.prefect_api, and deploy once: prefect deploy --all"),
        ) from None


def _asked(client: Any, method: str, place: str, **given: Any) -> Any:
    """The server's answer; a busy one is asked again, and the key keeps a run from being two."""
    for pause in (*PAUSES, None):
        answer = client.request(method, place, **given)
        if answer.status_code not in BUSY or pause is None:
            break
        time.sleep(pause)
    answer.raise_for_status()
    return answer.json()


def _why(error: Exception) -> str:
    """The kind of an error, with the status where the server gave one."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"HTTP {status}" if status else type(error).__name__


def place_of(config: Config, flow_run: str = "") -> str:
    """Where people see a flow run, or all of them, in the server's own pages; "" without any."""
    pages = config.console.prefect_ui.rstrip("/")
    if urlsplit(pages).scheme not in ("http", "https"):
        return ""
    return f"{pages}/runs/flow-run/{flow_run}" if flow_run else f"{pages}/runs"


def _refuse_foreign(api: str, config: Config) -> None:
    host = urlsplit(api).hostname or ""
    if host not in LOOPBACK and not config.allows_host(host):
        raise ConfigError(
            said("the host {host} is not allowed", host=host),
            hint=said("name it in allowed_hosts in aigc_guard.toml"),
        )


def _client() -> Any:
    from httpx import Client

    return Client(timeout=SECONDS, trust_env=False, follow_redirects=False)
