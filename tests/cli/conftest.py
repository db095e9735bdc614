"""Runs the command line in this process: exit code, stdout and stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.interface import Check
from aigc_guard.cli import main
from aigc_guard.cli.console import work_in
from aigc_guard.config import Config
from aigc_guard.pipeline import project as projects
from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FixedClock


@dataclass(frozen=True)
class Result:
    """What a command left."""

    code: int
    out: str
    err: str


Call = Callable[..., Result]


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    """``call("policy", "lint")``: runs it in ``tmp_path``, or in the project named by ``-C``."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Result:
        work_in(None)
        monkeypatch.setattr(sys, "argv", ["aigc-guard", *map(str, words)])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def fake_checks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, type[Check]]], None]:
    """Puts fakes beside the installed checks for every project the command line opens."""

    def put(fakes: Mapping[str, type[Check]]) -> None:
        class Types(dict[str, type[Check]]):
            def __missing__(self, name: str) -> type[Check]:
                return check_types()[name]

            def __contains__(self, name: object) -> bool:
                return dict.__contains__(self, name) or name in check_types()

        known = Types(fakes)
        clock = FixedClock()

        def open_fake(config: Config) -> Project:
            clock.advance(60)
            return Project(config=config, clock=clock, checks=known)

        monkeypatch.setattr(projects, "open_project", open_fake)

    return put
