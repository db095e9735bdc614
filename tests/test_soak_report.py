"""docs/soak.md: counts, seeds and results as the JUnit file of a real run holds them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent
SUITE = """
import pytest
from hypothesis import given, strategies as st

@pytest.mark.soak(cases=300, seed=7)
def test_counted():
    assert True

@pytest.mark.soak(cases=20)
def test_broken():
    assert False

@given(st.integers())
def test_property(number):
    assert number == number

@given(st.booleans())
def test_of_two_values(value):
    assert value in (True, False)

def test_plain():
    assert True
"""


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("soak_report", HERE / "write_soak_report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def junit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pytest wrote about a small suite under the same conftest, with the soak's options."""
    root = tmp_path_factory.mktemp("soak")
    shutil.copytree(HERE / "offline", root / "tests/offline")
    shutil.copy(HERE / "conftest.py", root / "tests")
    (root / "tests/test_small.py").write_text(SUITE, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\nmarkers = soak\n", encoding="utf-8")
    words = ["-p", "no:cacheprovider", "--hypothesis-seed=5", "--junitxml=soak.xml", "tests"]
    words += ["-o", "junit_suite_name=abc1234"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words],
        cwd=root,
        env={**os.environ, "AIGC_GUARD_TEST_SOAK": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return root / "soak.xml"


def test_every_test_with_cases_is_listed(report: ModuleType, junit: Path) -> None:
    found = {name.rpartition(".")[2]: rest for name, *rest in report.rows(junit, "5")}
    assert set(found) == {"test_broken", "test_counted", "test_of_two_values", "test_property"}
    assert found["test_counted"][:3] == [300, "7", "passed"]
    assert found["test_broken"][:3] == [20, "", "FAILED"]
    # Ten times hypothesis' usual hundred; and what ran, not what was asked for.
    assert found["test_property"][:3] == [1_000, "5", "passed"]
    assert found["test_of_two_values"][:3] == [2, "5", "passed"]


def test_the_page_says_how_many_failed(report: ModuleType, junit: Path) -> None:
    assert "have not run" not in report.text([junit], "5")
    page = " ".join(report.text([junit], "5", ["pipeline"]).split())
    assert page.endswith("Parts that have not run: pipeline.")
    assert "at revision `abc1234`: 1,322 cases in 4 tests, 1 failed" in page
    assert "1 tests that have no counts ran in the same parts, 0 of them failed" in page
    assert "test_small.test_counted | 300 | 7 | passed |" in page
