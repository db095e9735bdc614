from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from aigc_guard.checks import catalogue
from aigc_guard.checks.provenance import ProvenanceCheck
from aigc_guard.errors import CheckError, ConfigError
from aigc_guard.testing import FakeCheck

FAKE = "aigc_guard.testing:FakeCheck"


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> None:
    catalogue.check_types.cache_clear()


def installed(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, str]) -> None:
    points = [EntryPoint(name, value, catalogue.GROUP) for name, value in found]
    monkeypatch.setattr(catalogue, "entry_points", lambda group: points)


def test_built_in_checks_are_known() -> None:
    assert {"toxicity", "pii", "provenance"} <= set(catalogue.check_types())
    assert catalogue.check_types()["provenance"] is ProvenanceCheck


def test_a_check_of_another_package(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("fake", FAKE))
    check = catalogue.create_check("fake", {"words": ["x"]})
    assert isinstance(check, FakeCheck)
    assert check.fake_settings.words == ("x",)


def test_two_packages_with_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("toxicity", FAKE))
    with pytest.raises(ConfigError, match="two checks are called `toxicity`"):
        catalogue.check_types()


def test_an_entry_point_under_a_wrong_id(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("other", FAKE), ("gone", "no_such_module:Check"))
    with pytest.raises(CheckError, match="not a check with the id `other`"):
        catalogue.create_check("other")
    with pytest.raises(CheckError, match="can't be loaded"):
        catalogue.create_check("gone")


def test_unknown_id_and_unknown_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("fake", FAKE))
    with pytest.raises(ConfigError) as caught:
        catalogue.create_check("provenence")
    assert "did you mean `provenance`?" in caught.value.hint
    with pytest.raises(ConfigError, match="settings of the check fake: wordz"):
        catalogue.create_check("fake", {"wordz": []})


def test_policy_lint_needs_no_heavy_library() -> None:
    code = (
        "import sys; from aigc_guard.policy import lint; from aigc_guard.checks.catalogue import "
        "check_types; [check_types()[name] for name in check_types()]; lint(['policies']); "
        "heavy = {'torch', 'transformers', 'presidio_analyzer', 'pandas', 'great_expectations',"
        " 'prefect', 'detoxify', 'sqlalchemy'} & set(sys.modules); sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
