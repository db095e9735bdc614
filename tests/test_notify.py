from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from aigc_guard.config import Config, load_config
from aigc_guard.errors import ConfigError
from aigc_guard.notify import APPROVED_EVENT, Notice, announce_approval, send, undelivered

NOTICE = Notice("drafts.waiting", "3 drafts wait", "2026-01-05T09:00:00Z", {"count": 3, "名": "值"})


def config(folder: Path, **values: str) -> Config:
    (folder / "aigc_guard.toml").write_text("", encoding="utf-8")
    return load_config(folder, {f"AIGC_GUARD_{name}": value for name, value in values.items()})


class Receiver(BaseHTTPRequestHandler):
    received: list[bytes]
    status = 200

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "http://192.0.2.1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[type[Receiver], str]]:
    handler = type("Handler", (Receiver,), {"received": [], "status": 200})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_nobody_is_told_by_default(tmp_path: Path) -> None:
    assert send(NOTICE, config(tmp_path)) == ()


def test_a_file_gets_one_line_per_notice_readable_by_its_owner(tmp_path: Path) -> None:
    here = config(tmp_path, NOTIFY__FILE="state/notices.jsonl")
    assert undelivered([*send(NOTICE, here), *send(NOTICE, here)]) == []
    path = tmp_path / "state/notices.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["facts"] for line in lines] == [{"count": 3, "名": "值"}] * 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_webhook_gets_the_notice_as_json(
    tmp_path: Path, receiver: tuple[type[Receiver], str]
) -> None:
    handler, url = receiver
    (delivery,) = send(NOTICE, config(tmp_path, NOTIFY__WEBHOOK=url))
    assert delivery.ok
    assert json.loads(handler.received[0])["title"] == "3 drafts wait"


@pytest.mark.parametrize(("status", "problem"), [(500, "answered 500"), (302, "answered 302")])
def test_a_webhook_that_fails_or_points_elsewhere_is_a_problem_not_a_crash(
    tmp_path: Path, receiver: tuple[type[Receiver], str], status: int, problem: str
) -> None:
    handler, url = receiver
    handler.status = status
    here = config(tmp_path, NOTIFY__WEBHOOK=url, NOTIFY__FILE="notices.jsonl")
    deliveries = send(NOTICE, here)
    assert [delivery.ok for delivery in deliveries] == [True, False]
    assert undelivered(deliveries) == [f"webhook at 127.0.0.1: {problem}"]


def test_a_webhook_that_nobody_answers(tmp_path: Path) -> None:
    (delivery,) = send(NOTICE, config(tmp_path, NOTIFY__WEBHOOK="http://127.0.0.1:9/x"))
    assert delivery.problem == "ConnectionRefusedError"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://hooks.example.org/T0/secret", "hooks.example.org, which may not be reached"),
        ("https://allowed.example.org.evil.example/x", "evil.example, which may not be reached"),
        ("https://allowed.example.org@evil.example/x", "evil.example, which may not be reached"),
        ("file:///etc/passwd", "not an http or https address"),
        ("http://[half/x", "not an http or https address"),
        ("http://h:99999/x", "not an http or https address"),
    ],
)
def test_a_host_that_is_not_allowed_is_refused_before_anything_is_sent(
    tmp_path: Path, url: str, said: str
) -> None:
    here = config(
        tmp_path,
        NOTIFY__WEBHOOK=url,
        NOTIFY__FILE="notices.jsonl",
        ALLOWED_HOSTS="allowed.example.org",
    )
    with pytest.raises(ConfigError, match=said) as caught:
        send(NOTICE, here)
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "notices.jsonl").exists()


def test_an_allowed_host_passes_the_gate_and_is_tried(tmp_path: Path, outside_block) -> None:
    here = config(
        tmp_path, NOTIFY__WEBHOOK="https://hooks.example.org/x", ALLOWED_HOSTS="Hooks.example.org"
    )
    (delivery,) = send(NOTICE, here)
    assert delivery.problem == "OutsideSocketError"
    assert outside_block.refused
    outside_block.refused.clear()


def test_an_approval_is_announced_to_a_prefect_server_on_this_machine(
    tmp_path: Path, receiver: tuple[type[Receiver], str]
) -> None:
    handler, url = receiver
    api = url.replace("/hook", "/api/")
    assert announce_approval("d1", NOTICE.at, config(tmp_path), api).ok
    (event,) = json.loads(handler.received[0])
    assert event["event"] == APPROVED_EVENT
    assert event["resource"]["prefect.resource.id"].endswith(".d1")


@pytest.mark.parametrize("api", ["https://prefect.example.org/api", "file:///etc/passwd", "x"])
def test_an_approval_is_not_announced_anywhere_else(tmp_path: Path, api: str) -> None:
    assert not announce_approval("d1", NOTICE.at, config(tmp_path), api).ok
