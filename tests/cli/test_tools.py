"""Settings, policies, models and a new working folder, as somebody at a terminal meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from aigc_guard.cli.health import findings
from aigc_guard.config import load_config

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "torch",
    "prefect",
    "presidio_analyzer",
    "great_expectations",
    "pandas",
    "sqlalchemy",
    "transformers",
    "detoxify",
}


def test_policy_commands_import_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv=['aigc-guard','policy','lint']\n"
        "from aigc_guard.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: code = stop.code\n"
        "print(','.join(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.strip().splitlines()[-1].split(","))
    assert "aigc_guard.policy" in loaded
    assert loaded & HEAVY == set()


def test_lint_names_every_mistake_and_exits_3(call, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("policy: news\nverzion: '1'\n", encoding="utf-8")
    result = call("policy", "lint", broken)
    assert result.code == 3
    assert f"{broken}:2:1: unknown key `verzion`" in result.out
    assert "did you mean `version`?" in result.out
    assert "Traceback" not in result.err
    as_json = call("policy", "lint", broken, "--format", "json")
    assert as_json.code == 3
    errors = json.loads(as_json.out)["errors"]
    assert {"path", "line", "column", "message", "quoted", "mend"} == set(errors[0])
    assert call("policy", "lint", ROOT / "policies").code == 0


def test_usage_mistakes_exit_2(call) -> None:
    assert call("policy", "lint", "--no-such-option").code == 2
    assert call("no-such-command").code == 2
    outside = call("doctor")
    assert outside.code == 2
    assert "aigc-guard init" in outside.err


def test_init_makes_a_folder_that_works(call, tmp_path: Path) -> None:
    made = call("init", tmp_path / "desk")
    assert made.code == 0
    folder = tmp_path / "desk"
    assert made.out.strip() == str(folder)
    for part in ("policies/news.yaml", "kinds/legal/kind.toml", "briefs", ".gitignore"):
        assert (folder / part).exists()
    assert os.stat(folder / "state" / "keys").st_mode & 0o077 == 0
    assert call("-C", folder, "policy", "lint").code == 0
    config = load_config(folder, {})
    problems = {f.what: f.problem for f in findings(config, read_models=False) if f.problem}
    assert not {name for name in problems if not name.startswith(("writers", "guards", "model"))}
    again = call("init", folder)
    assert again.code == 2
    assert "is a project folder already" in again.err


def test_init_keeps_what_is_there(call, tmp_path: Path) -> None:
    own = tmp_path / "desk" / "policies" / "own.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    result = call("init", tmp_path / "desk")
    assert result.code == 0
    assert own.read_text() == "mine"
    assert not (tmp_path / "desk" / "policies" / "news.yaml").exists()
    assert "policies" in result.err


def test_doctor_shows_origins_and_mends(call, tmp_path: Path, monkeypatch) -> None:
    call("init", tmp_path / "desk")
    monkeypatch.setenv("AIGC_GUARD_STORE", "postgresql+psycopg://me:hunter2@127.0.0.1/db")
    monkeypatch.setenv("AIGC_GUARD_GUARDS__EN", "nobody")
    result = call("-C", tmp_path / "desk", "doctor", "--format", "json")
    assert result.code == 1
    assert "hunter2" not in result.out
    data = json.loads(result.out)
    settings = {row["name"]: row for row in data["settings"]}
    assert settings["store"]["from"] == "environment AIGC_GUARD_STORE"
    assert settings["store"]["value"] == "postgresql+psycopg://me:***@127.0.0.1/db"
    assert settings["policies"]["from"].startswith(str(tmp_path / "desk" / "aigc_guard.toml:"))
    missing = {f["what"]: f for f in data["findings"] if not f["ok"]}
    assert "nobody is not in" in missing["guards.en"]["problem"]
    assert missing["guards.en"]["mend"].startswith("aigc-guard models add DIR --name nobody")
    text = call("-C", tmp_path / "desk", "doctor", "--quick")
    assert text.code == 1
    assert "✕ guards.en" in text.out
    assert "hunter2" not in text.out


def test_models_are_added_listed_verified_and_described(call, tmp_path: Path) -> None:
    (tmp_path / "aigc_guard.toml").write_text("")
    writer = tmp_path / "models" / "mine"
    writer.mkdir(parents=True)
    (writer / "config.json").write_text("{}")
    refused = call("models", "add", writer)
    assert refused.code == 2
    assert "--licence" in refused.err
    words = ("--licence", "MIT", "--trained-on", "notes | CC0", "--approved-for", "news")
    added = call("models", "add", writer, *words, "--language", "en")
    assert added.code == 0
    assert added.out.startswith("mine ")
    assert "MIT" in call("models", "list").out
    listed = json.loads(call("models", "list", "--format", "json").out)["models"][0]
    assert listed["trained_on"] == [{"name": "notes", "licence": "CC0", "sha256": ""}]
    assert call("models", "verify").code == 0
    assert "| notes | CC0 |" in call("models", "card", "mine").out
    (writer / "config.json").write_text("{ }")
    changed = call("models", "verify")
    assert changed.code == 1
    assert "config.json has sha256" in changed.out
    unknown = call("models", "card", "other")
    assert unknown.code == 4
    assert "is not in" in unknown.err


def test_a_server_is_added_as_remote(call, tmp_path: Path) -> None:
    (tmp_path / "aigc_guard.toml").write_text('language = "zh"\n')
    words = ("--name", "big", "--licence", "unknown", "--trained-on", "unknown")
    added = call("models", "add", "http://127.0.0.1:1/v1", *words, "--approved-for", "news")
    assert added.code == 0
    assert "远程模型" in added.out
    assert "allowed_hosts" in added.err
