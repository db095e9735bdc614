"""The suite's own rules, tried on a small suite under the same conftest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SUITE = """
import pytest

def test_needs_a_package():
    pytest.importorskip("no_such_package_anywhere")

@pytest.mark.xfail(reason="known")
def test_known_failure():
    assert False

@pytest.mark.models
def test_of_weights():
    assert True

def test_swallows_a_blocked_socket():
    import socket
    try:
        socket.getaddrinfo("example.org", 80)
    except OSError:
        pass
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("suite")
    shutil.copytree(HERE / "offline", root / "tests/offline")
    shutil.copy(HERE / "conftest.py", root / "tests")
    (root / "tests/test_small.py").write_text(SUITE, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\nmarkers = models\n", encoding="utf-8")
    return root


def outcome(suite: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=suite,
        env={**os.environ, "CI": "", "AIGC_GUARD_REQUIRE_MODELS": "", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_at_a_desk_what_is_missing_is_left_out_and_said(suite: Path) -> None:
    shown = outcome(suite)
    assert "1 passed, 1 skipped, 1 deselected, 1 xfailed, 1 error" in shown
    assert "NOTE: 1 tests marked `models` were left out: models/models.lock" in shown
    # The error: an attempt to leave the machine that the test itself had swallowed.
    assert "tried to leave the machine: socket.getaddrinfo 'example.org'" in shown


def test_under_ci_what_is_missing_fails_and_is_named(suite: Path) -> None:
    shown = outcome(suite, CI="true", AIGC_GUARD_REQUIRE_MODELS="1")
    assert "1 failed, 2 passed, 1 xfailed, 1 error" in shown
    assert "no_such_package_anywhere" in shown
    assert "under CI a skip is a failure" in shown
