"""The wheel: what a person who installs the package gets, and that it starts a project folder."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "aigc_guard/_project"
NEEDED = (
    f"{PROJECT}/aigc_guard.toml",
    f"{PROJECT}/briefs/marketing.csv",
    f"{PROJECT}/briefs/supplied-zh.jsonl",
    "aigc_guard/audit/templates/report.css",
    "aigc_guard/audit/templates/report.html",
    "aigc_guard/i18n/locales/zh/LC_MESSAGES/messages.mo",
    "aigc_guard/py.typed",
    "aigc_guard/store/migrations/script.py.mako",
    "aigc_guard/words.bin",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with what is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    built = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(unpacked: Path, tmp_path: Path) -> Run:
    """The command line out of the wheel, started in another folder than the checkout."""
    blocked = ROOT / "tests" / "offline"
    path = os.pathsep.join([str(unpacked), str(blocked)])
    # A path given so comes before an editable installation's: the wheel's package is the one.
    environment = {**os.environ, "PYTHONPATH": path}

    def start(*words: object, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "aigc_guard.cli", *map(str, words)],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
        )

    return start


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def tracked(*places: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", *places], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return listed.stdout.split()


def test_every_file_of_the_package_is_inside(wheel: Path) -> None:
    inside = names(wheel)
    assert set(NEEDED) - inside == set()
    assert set(tracked("aigc_guard", "flows")) - inside == set()
    sample = {f"{PROJECT}/{name}" for name in tracked("policies", "kinds", "briefs")}
    assert sample - inside == set()
    assert {f"{PROJECT}/policies/{kind}.yaml" for kind in ("marketing", "news", "legal")} <= sample
    assert any("migrations/versions/v0001" in name for name in inside)


def test_nothing_of_tests_models_or_reports_is_inside(wheel: Path) -> None:
    inside = names(wheel)
    tops = {PurePosixPath(name).parts[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"aigc_guard", "flows"}
    project = {PurePosixPath(name).parts[2] for name in inside if name.startswith(PROJECT)}
    assert project == {"aigc_guard.toml", "briefs", "kinds", "policies"}
    weights = (".safetensors", ".bin", ".pt", ".ckpt", ".db", ".key")
    heavy = {name for name in inside if name.endswith(weights)}
    assert heavy == {"aigc_guard/words.bin"}
    assert not [name for name in inside if "__pycache__" in name]


def test_the_wheel_names_its_command_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert "aigc-guard = aigc_guard.cli:main" in archive.read(entry).decode()
        info = {PurePosixPath(n).name for n in archive.namelist() if ".dist-info/" in n}
    assert {"LICENSE", "NOTICE", "METADATA"} <= info


def test_init_out_of_the_wheel_makes_a_folder_that_works(run: Run, tmp_path: Path) -> None:
    made = run("init", "desk")
    assert made.returncode == 0, made.stderr
    desk = tmp_path / "desk"
    settings = (desk / "aigc_guard.toml").read_text(encoding="utf-8")
    assert str(ROOT) not in settings
    linted = run("policy", "lint", cwd=desk)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert (desk / "kinds" / "legal" / "terms.txt").is_file()
    assert not (desk / "models").exists()


def test_doctor_names_what_a_wheel_lacks_and_how_to_get_it(run: Run, tmp_path: Path) -> None:
    assert run("init", "desk").returncode == 0
    desk = tmp_path / "desk"
    looked = run("doctor", "--format", "json", cwd=desk)
    assert looked.returncode == 1, looked.stderr
    data = json.loads(looked.stdout)
    missing = {f["what"]: f for f in data["findings"] if not f["ok"]}
    kinds = {f"writers.{kind}.en" for kind in ("legal", "marketing", "news")}
    assert set(missing) == {"models", "guards.en", "guards.zh", *kinds}
    assert str(desk / "models" / "models.lock") in missing["models"]["problem"]
    assert f"set models in {desk / 'aigc_guard.toml'}" in missing["models"]["mend"]


def test_doctors_mend_is_a_command_that_works(run: Run, tmp_path: Path) -> None:
    """Followed to the letter, with a folder for DIR, the mend makes the finding go away."""
    assert run("init", "desk").returncode == 0
    desk = tmp_path / "desk"
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "config.json").write_text("{}", encoding="utf-8")
    looked = run("doctor", "--format", "json", cwd=desk)
    mends = {f["what"]: f["mend"] for f in json.loads(looked.stdout)["findings"]}
    for setting in (
        "guards.en",
        *(f"writers.{kind}.en" for kind in ("legal", "marketing", "news")),
    ):
        command, _, _ = mends[setting].partition(", or name another")
        words = command.removeprefix("aigc-guard ").replace("DIR", str(mine))
        added = run(*shlex.split(words), cwd=desk)
        assert added.returncode == 0, added.stderr
    again = json.loads(run("doctor", "--format", "json", cwd=desk).stdout)["findings"]
    missing = {f["what"] for f in again if not f["ok"]}
    assert missing == {"guards.zh"}
