"""kill -9 at random instants: every item released exactly once, nothing lost, a sound store."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aigc_guard.config import load_config
from aigc_guard.pipeline.project import open_project
from aigc_guard.pipeline.proofs import verify_log, verify_path
from aigc_guard.release import consistency
from aigc_guard.release.verify import State
from aigc_guard.store import Store

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 24
COUNT = 20
SOAK_COUNT = 200
INSTANTS = 2.5
"""Seconds from a run's first event in which it is killed: about as long as its items take."""

COUNTED = "select count(*) from events where kind like ?"
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


def _project(folder: Path) -> Path:
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    config = 'store = "sqlite:///state/store.db"\n[limits]\nbatch_size = 1\n'
    (folder / "aigc_guard.toml").write_text(config, encoding="utf-8")
    rows = [
        {
            "id": f"n{i}",
            "kind": "news",
            "language": "en",
            "channel": "wire",
            "text": f"Bridge number {i} opened on Tuesday.",
            "origin": {"writer": "desk", "licence": "own"} if i % 4 else {},
        }
        for i in range(ITEMS)
    ]
    briefs = folder / "briefs.jsonl"
    briefs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return briefs


def _start(folder: Path, briefs: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "aigc_guard.cli", "run", str(briefs)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "AIGC_GUARD_CONFIG": str(folder / "aigc_guard.toml")},
    )


def _events(folder: Path, kind: str = "%") -> int:
    database = folder / "state" / "store.db"
    if not database.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
            return int(reader.execute(COUNTED, [kind]).fetchone()[0])
    except sqlite3.Error:  # the run is just making its tables
        return 0


def _kill_once(folder: Path, briefs: Path, after: float) -> bool:
    """Whether a run was killed alive, ``after`` seconds from its first event."""
    process = _start(folder, briefs)
    began, before = time.monotonic(), _events(folder)
    while process.poll() is None and time.monotonic() - began < 120:
        if _events(folder) > before:
            time.sleep(after)
            break
        time.sleep(0.02)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _kill_repeatedly(folder: Path, count: int, seed: int) -> int:
    """Kill ``count`` runs alive, each at a random instant; how many projects that took.

    Once a project's run is finished there is little left to disturb: the next kill needs a new one.
    """
    draw = random.Random(seed)
    killed = number = 0
    while killed < count:
        project = folder / f"project-{number}"
        briefs, number, alive = _project(project), number + 1, True
        while killed < count and alive and not _events(project, "run.finished"):
            alive = _kill_once(project, briefs, draw.random() * INSTANTS)
            killed += alive
        final = _start(project, briefs)
        _, errors = final.communicate(timeout=240)
        assert final.returncode == 1, errors.decode()  # the undeclared ones are held
        _assert_sound(project)
    return number


def _kill_side_by_side(folder: Path, count: int, seed: int) -> None:
    """Half of the kills in each of two threads: most of a run's time is imports."""
    with ThreadPoolExecutor(2) as pool:
        halves = [
            pool.submit(_kill_repeatedly, folder / str(half), count // 2, seed + half)
            for half in (0, 1)
        ]
        assert sum(half.result() for half in halves) >= 2


def _assert_sound(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'state' / 'store.db'}")
    assert consistency(store, folder / "outbox") == []
    releases = list(store.releases())
    expected = sum(1 for i in range(ITEMS) if i % 4)
    assert len(releases) == expected
    assert len({release.brief_id for release in releases}) == expected
    outbox = folder / "outbox"
    published = [path.name for path in outbox.iterdir() if not path.name.startswith(".")]
    assert sorted(published) == sorted(Path(release.folder).name for release in releases)
    events = [event.subject for event in store.events(kind="release.published")]
    assert sorted(events) == sorted(set(events))
    _assert_proved(folder, [outbox / name for name in published])
    [report] = (folder / "reports").glob("*/report.json")
    data = json.loads(report.read_text(encoding="utf-8"))
    assert data["outcomes"] == {
        "release": expected,
        "redact": 0,
        "review": ITEMS - expected,
        "block": 0,
    }


def _assert_proved(folder: Path, releases: list[Path]) -> None:
    """Each release has its statement and its proof, and the log is one."""
    project = open_project(load_config(folder, {}))
    assert verify_log(project).ok
    for release in releases:
        assert verify_path(project, release).state is State.VERIFIED


# A run is a process with all its imports, twenty times: on a busy machine that is minutes.
@pytest.mark.timeout(1200)
def test_killed_runs_release_each_item_once(tmp_path: Path) -> None:
    _kill_side_by_side(tmp_path, COUNT, seed=20261123)


@pytest.mark.soak(cases=SOAK_COUNT, seed=1)
@pytest.mark.timeout(7200)
def test_many_killed_runs_release_each_item_once(tmp_path: Path) -> None:
    _kill_side_by_side(tmp_path, SOAK_COUNT, seed=1)
