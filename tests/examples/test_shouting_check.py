"""The example package, installed into a folder of its own and found by its entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "examples/shouting_check"
RUN_EXAMPLES = """\
from aigc_guard.checks.catalogue import check_types, create_check
from aigc_guard.checks.examples import examples_of
from aigc_guard.checks.interface import Context
from aigc_guard.checks.runner import measure_batch
kind = check_types()["shouting"]
for example in examples_of(kind):
    check = create_check("shouting", example.settings)
    (report,) = measure_batch(check, example.subjects(), Context())
    assert report.status.value == "ok", report.error
    assert example.mistakes(report) == [], example.text
print(len(examples_of(kind)))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as pip leaves it there; nothing is fetched."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
               "--no-build-isolation", "--target", str(folder), str(PACKAGE)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=environment, cwd=ROOT
    )


def test_its_examples_are_measured_as_they_say(installed: Path) -> None:
    done = python(installed, "-c", RUN_EXAMPLES)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "5\n"


def test_the_command_line_shows_it(installed: Path) -> None:
    done = python(
        installed, "-m", "aigc_guard.cli", "checks", "show", "shouting", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert json.dumps(shown).count("shouting") >= 1
    assert "BUY THIS LAMP TODAY" in done.stdout


def test_without_it_nobody_knows_the_id() -> None:
    done = python(ROOT, "-m", "aigc_guard.cli", "checks", "show", "shouting")
    assert done.returncode != 0
    assert "shouting" in done.stderr
