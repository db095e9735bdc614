"""Every command in the README files does what the text around it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
# Run by CI itself: `make test` is what runs this file, and `make run` is run there in a clone.
RUN_BY_CI = ("make run", "make test")
# What each command may answer besides 0: held drafts are part of the story.
MAY_HOLD = re.compile(r"aigc-guard (run|check|doctor)\b")


def commands(name: str) -> list[str]:
    """The commands of all console blocks, in order."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.S | re.M)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_both_languages_show_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh-CN.md")
    assert set(RUN_BY_CI) <= set(commands("README.md"))


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert targets
    missing = [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()]
    assert missing == []


def test_options_in_the_text_exist() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aigc_guard.cli", "models", "add", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    for option in ("--licence", "--trained-on", "--approved-for"):
        assert option in done.stdout


@pytest.mark.models
@pytest.mark.timeout(900)  # each command is a process that loads what it needs
def test_every_command_works(tmp_path: Path) -> None:
    """In order, in one copy of the project folder with the real models, as a reader would."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for part in ("policies", "kinds", "briefs", "aigc_guard.toml"):
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)
    (folder / "models").symlink_to(ROOT / "models")
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line], cwd=folder, env=env, capture_output=True, text=True
        )

    before = (folder / "policies" / "news.yaml").read_text(encoding="utf-8")
    ran = []
    for line in commands("README.md"):
        if line in RUN_BY_CI:
            continue
        if "DRAFT" in line:
            waiting = json.loads(shell("aigc-guard review list --format json").stdout)["waiting"]
            able = [item for item in waiting if not item["unverified"] and item["policy"]]
            line = line.replace("DRAFT", able[0]["draft"])
        done = shell(line)
        allowed = (0, 1) if MAY_HOLD.match(line) else (0,)
        assert done.returncode in allowed, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, line
        ran.append(line)
    assert (folder / "policies" / "news.yaml").read_text(encoding="utf-8") != before
    assert len(list((folder / "outbox").glob("*/release.aigc.json"))) > 1
    assert (folder / "desk" / "aigc_guard.toml").is_file()
    measured = json.loads(shell(ran[ran.index(next(r for r in ran if " measure " in r))]).stdout)
    assert set(measured["reports"]) == {"toxicity", "pii"}
