"""Two reviewers, two processes, a console killed in between: nothing twice, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from aigc_guard.accounts import add_account
from aigc_guard.config import load_config
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project, open_project
from aigc_guard.store import State
from tests.dashboard.browsing import until
from tests.dashboard.conftest import PASSWORD
from tests.pipeline.conftest import ROOT

COUNT, SOAK_COUNT = 50, 1000
KILLS = 3
POLICY = """\
policy: news-origin
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: declared-origin
    check: provenance
    limits: {declared_origin: true}
    action: review
    message: {en: "No declared origin.", zh: "未声明来源。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""


def make_project(folder: Path, count: int) -> Project:
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    config = 'store = "sqlite:///state/store.db"\n[limits]\nbatch_size = 100\n'
    (folder / "aigc_guard.toml").write_text(config, encoding="utf-8")
    rows = [
        {
            "id": f"n{number}",
            "kind": "news",
            "language": "en",
            "channel": "wire",
            "text": f"Bridge number {number} opened on Tuesday.",
        }
        for number in range(count)
    ]
    briefs = folder / "briefs.jsonl"
    briefs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    project = open_project(load_config(folder, {}))
    produce(project, [briefs])
    for login in ("ann-1", "bo-2"):
        add_account(
            project.store, login, roles=["reviewer"], password=PASSWORD, clock=project.clock
        )
    return project


class Server:
    """``aigc-guard serve`` as a process, started again after it was killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.place = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aigc_guard.cli", "serve", "--port", str(self.port)],
            cwd=self.folder,
            stderr=(self.folder / "log.jsonl").open("ab"),
            env={**os.environ, "AIGC_GUARD_CONFIG": str(self.folder / "aigc_guard.toml")},
        )
        until(self.answers, 240)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.place}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        # uvicorn finishes what is under way, then dies by the signal it was sent.
        assert self.process.wait(timeout=120) in (0, -signal.SIGTERM)


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def review_all(folder: Path, count: int) -> None:
    project = make_project(folder, count)
    server = Server(folder)
    files = [folder / "ann.txt", folder / "bo.txt"]
    reviewers = [
        subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("reviewer.py")),
                server.place,
                login,
                PASSWORD,
                str(file),
            ],
            stderr=subprocess.PIPE,
        )
        for login, file in zip(("ann-1", "bo-2"), files, strict=True)
    ]
    for number in range(1, KILLS + 1):
        goal = count * number // (KILLS + 1)
        until(lambda goal=goal: sum(len(lines(one)) for one in files) >= goal, 600)
        server.kill()
        time.sleep(0.3)
        server.start()
    for one in reviewers:
        _, told = one.communicate(timeout=600)
        assert one.returncode == 0, told.decode()[-2000:]
    server.stop()
    _look_into_the_record(project, files, count)


def _look_into_the_record(project: Project, files: list[Path], count: int) -> None:
    store = project.store
    done = [set(lines(one)) for one in files]
    assert not done[0] & done[1]
    assert len(done[0] | done[1]) == count
    assert min(map(len, done)) > count // 10
    logins = {one.login: one.account_id for one in store.accounts()}
    states: Counter[State] = Counter()
    for login, names in zip(("ann-1", "bo-2"), done, strict=True):
        for name in names:
            reviews = store.reviews_of(name)
            assert [one.actor for one in reviews] == [logins[login]], name
            item = store.item_of(name)
            assert item is not None
            states[item.state] += 1
            wanted = State.REJECTED if reviews[0].action == "reject" else State.APPROVED
            assert item.state is wanted
            kinds = [one.kind for one in store.events(subject=name)]
            assert kinds.count(f"review.{wanted.value}") == 1
            claimed = [one for one in store.events(subject=name) if one.kind == "draft.claimed"]
            assert {one.actor for one in claimed} == {logins[login]}
    assert sum(states.values()) == count
    assert store.leases(now=project.clock()) == []
    assert store.problems() == []


def test_two_reviewers_and_a_killed_console(tmp_path: Path) -> None:
    review_all(tmp_path / "project", COUNT)


@pytest.mark.soak(cases=SOAK_COUNT)
def test_two_reviewers_and_many_drafts(tmp_path: Path) -> None:
    review_all(tmp_path / "project", SOAK_COUNT)
