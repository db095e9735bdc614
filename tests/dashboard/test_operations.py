"""Metrics and logs say nothing of anybody; the server ends when told to, with its work done."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import structlog

from aigc_guard.accounts.keys import add_key
from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import OpenBrowser
from tests.pipeline.conftest import ROOT


def test_metrics_count_by_route_and_name_nobody(visit: OpenBrowser, project: Project) -> None:
    admin = visit("admin", name="zoe.unusual")
    draft = project.store.queue()[0].draft_id
    admin.get(f"/drafts/{draft}?q=zoe.unusual")
    admin.get("/nothing/zoe.unusual")
    key = add_key(project.store, admin.account, "p", scopes=["read"], clock=project.clock)
    text = admin.client.get("/metrics", headers={"authorization": f"Bearer {key.token}"}).text
    assert "aigc_guard_waiting_drafts 2.0" in text
    assert 'route="/drafts/{draft_id}"' in text
    for secret in ("zoe", draft, "rumour", admin.account.account_id):
        assert secret not in text
    assert visit().get("/metrics").status_code == 401
    assert visit("reader").get("/metrics").status_code == 403


def test_logs_hold_routes_and_no_addresses(visit: OpenBrowser, project: Project) -> None:
    draft = project.store.queue()[0].draft_id
    with structlog.testing.capture_logs() as lines:
        somebody = visit("reviewer", name="zoe.unusual")
        somebody.get(f"/drafts/{draft}?q=zoe.unusual")
        somebody.post(f"/drafts/{draft}/comment", {"text": "A comment by zoe.unusual"})
    assert any(line.get("route") == "/drafts/{draft_id}" for line in lines)
    whole = json.dumps(lines)
    for secret in ("zoe", draft, "A comment", "rumour", "testclient"):
        assert secret not in whole


def test_it_ends_when_told_to(produced: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(produced, tmp_path / "project"))
    shutil.rmtree(folder / "policies")
    shutil.copytree(ROOT / "policies", folder / "policies")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    words = ["-C", str(folder), "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "aigc_guard.cli", *words],
        stderr=subprocess.PIPE,
        env=environment,
        cwd=folder,
        text=True,
    )
    try:
        answer: Any = None
        for _ in range(300):
            try:
                address = f"http://127.0.0.1:{port}/readyz"
                answer = json.loads(urllib.request.urlopen(address, timeout=5).read())
                break
            except OSError:
                time.sleep(0.1)
        assert answer == {"status": "ok", "store": "ok", "policies": "ok"}
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in told
    logged = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert any(line.get("route") == "/readyz" for line in logged)
