"""The flows' own commands, as ``make run`` and a scheduler call them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

POLICY = """\
policy: news-test
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: origin-known
    check: provenance
    limits: {declared_origin: true}
    action: review
    message: {en: "Nobody says where it came from.", zh: "没有说明来源。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "news.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text("[limits]\ncheck_seconds = 60\n", encoding="utf-8")
    brief = {
        "id": "supplied-1",
        "kind": "news",
        "channel": "wire",
        "text": "The bridge opened on Tuesday.",
    }
    (folder / "briefs.jsonl").write_text(json.dumps(brief) + "\n", encoding="utf-8")
    return folder


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=280,
    )


@pytest.mark.prefect
def test_a_run_without_a_configured_server_leaves_a_clean_screen(folder: Path) -> None:
    done = call(folder, "flows.produce", "briefs.jsonl")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["Kind", "Release", "Redact", "Review", "Block"]
    assert lines[1].split() == ["news", "0", "0", "1", "0"]
    report = Path(lines[-1].removeprefix("Report: "))
    assert report.is_file()
    for noise in ("Traceback", "CancelledError", "View at", "Still processing"):
        assert noise not in done.stdout + done.stderr
    assert (folder / "state/prefect/prefect.db").is_file()
    assert "bridge opened" not in done.stderr


@pytest.mark.parametrize(
    ("path", "text", "code", "said"),
    [
        ("policies/news.yaml", "policy: [broken", 3, "news.yaml:"),
        ("aigc_guard.toml", "outbox = 3\n", 2, "aigc_guard.toml:1"),
    ],
)
def test_a_mistake_is_one_message_before_any_server_starts(
    folder: Path, path: str, text: str, code: int, said: str
) -> None:
    (folder / path).write_text(text, encoding="utf-8")
    done = call(folder, "flows.produce", "briefs.jsonl")
    assert done.returncode == code
    assert said in done.stderr
    assert "mend:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "state/prefect").exists()


def test_training_names_the_folder_that_is_missing(folder: Path) -> None:
    done = call(folder, "flows.finetune", "guard-zh", "--data", "nowhere")
    assert done.returncode == 2
    assert "there is no data folder" in done.stderr
    assert "Traceback" not in done.stderr
