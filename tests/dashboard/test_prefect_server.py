"""A run handed to a Prefect server: a busy one is asked again, and never starts two."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from aigc_guard.config import Config, load_config
from aigc_guard.dashboard import prefect_server
from aigc_guard.errors import ConfigError

BRIEFS = Path("state/orders/0123/briefs.jsonl")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "aigc_guard.toml").write_text(
        '[console]\nprefect_api = "http://127.0.0.1:4200/api"\n', encoding="utf-8"
    )
    return load_config(tmp_path, {})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(prefect_server.time, "sleep", pauses.append)
    return pauses


def answer_with(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    transport = httpx.MockTransport(answer)
    monkeypatch.setattr(prefect_server, "_client", lambda: httpx.Client(transport=transport))


def test_a_busy_server_is_asked_again_with_the_same_key(
    config: Config, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"id": "d1"})
        posted.append(json.loads(request.content))
        return httpx.Response(503) if len(posted) < 3 else httpx.Response(201, json={"id": "r1"})

    answer_with(monkeypatch, answer)
    assert prefect_server.start(config, BRIEFS) == "r1"
    assert slept == list(prefect_server.PAUSES[:2])
    assert len(posted) == 3
    assert posted[0] == posted[1] == posted[2]
    assert posted[0]["parameters"] == {"parameters": {"briefs": [BRIEFS.as_posix()]}}
    prefect_server.start(config, BRIEFS)
    assert posted[3]["idempotency_key"] != posted[0]["idempotency_key"]


@pytest.mark.parametrize(("status", "tries"), [(503, 4), (404, 1), (500, 1)])
def test_what_the_server_said_stands_in_the_error(
    status: int, tries: int, config: Config, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, lambda _: httpx.Response(status))
    with pytest.raises(ConfigError, match=rf"did not take the run \(HTTP {status}\)"):
        prefect_server.start(config, BRIEFS)
    assert len(slept) == tries - 1


def test_an_answer_that_makes_no_sense_is_an_error_too(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, lambda _: httpx.Response(200, text="<html>"))
    with pytest.raises(ConfigError, match="JSONDecodeError"):
        prefect_server.start(config, BRIEFS)
