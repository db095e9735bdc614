"""Dockerfile and compose.yaml: what they name is there, and each command starts as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from aigc_guard.config.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: Any = YAML(typ="safe").load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OWN = ("console", "prefect", "worker")


def test_the_services_are_there_and_hardened() -> None:
    assert set(SERVICES) == {"console", "prefect", "worker", "database"}
    for name in OWN:
        service = SERVICES[name]
        assert service["image"] == "aigc-guard:local"
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["depends_on"]["database"] == {"condition": "service_healthy"}
    for service in SERVICES.values():
        # Nothing listens to other machines by mistake.
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert not str(service.get("image", "")).endswith(":latest")
    volumes = [one for service in SERVICES.values() for one in service.get("volumes", [])]
    named = {one.split(":")[0] for one in volumes if not one.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_no_secret_and_no_unknown_setting_stands_in_it() -> None:
    known = {setting.variable for setting in SETTINGS}
    for name in OWN:
        for variable, value in SERVICES[name]["environment"].items():
            assert not variable.startswith("AIGC_GUARD_") or variable in known
            if "PASSWORD" in variable or "@database" in str(value):
                assert "${AIGC_GUARD_DB_PASSWORD:?" in value
    assert "${AIGC_GUARD_DB_PASSWORD:?" in SERVICES["database"]["environment"]["POSTGRES_PASSWORD"]


def test_the_dockerfile_copies_what_is_there_and_is_nobodys_root() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
        for word in line.split()
    ]
    assert copied
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignore, f"{name} would not reach the engine"
    steps = re.findall(r"^(FROM|USER|CMD) (.+)$", DOCKERFILE, re.M)
    assert [value for step, value in steps if step == "USER"] == ["guard"]
    assert all("latest" not in value for step, value in steps if step == "FROM")
    command = next(value for step, value in steps if step == "CMD")
    assert YAML(typ="safe").load(command) == SERVICES["console"]["command"]
    wheel = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in re.findall(r'^"([^"]+)" = "aigc_guard/_project', wheel, re.M):
        assert name in copied, f"the wheel can't be built without {name}"


def test_the_consoles_command_is_one() -> None:
    command = SERVICES["console"]["command"]
    assert command[0] == "aigc-guard"
    shown = subprocess.run(
        [sys.executable, "-m", "aigc_guard.cli", command[1], "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "COLUMNS": "200", "TERM": "dumb"},
    ).stdout
    for option in (word for word in command if word.startswith("--")):
        assert option in shown


@pytest.mark.prefect
def test_prefects_commands_know_their_options() -> None:
    for words, options in (
        (["server", "start"], ["--host", "--port"]),
        (["deploy"], ["--all", "--no-prompt"]),
        (["worker", "start"], ["--pool"]),
    ):
        shown = subprocess.run(
            [sys.executable, "-m", "prefect", *words, "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert all(option in shown for option in options), words


def test_the_workers_steps_are_the_documented_ones() -> None:
    script = SERVICES["worker"]["command"][2]
    subprocess.run(["sh", "-n", "-c", script], check=True)
    pages = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for step in ("python -m flows.prepare", "prefect deploy --all", "prefect worker start --pool"):
        assert step in script
        assert step in pages
    pool = YAML(typ="safe").load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert f"--pool {pool['definitions']['work_pool']['name']}" in script
    assert (ROOT / "flows" / "prepare.py").is_file()
