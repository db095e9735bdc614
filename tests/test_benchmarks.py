"""Benchmarks are run by hand, seldom: what they import must still be there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PLACES = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.stem)
def test_a_benchmark_finds_what_it_imports(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location(f"benchmark_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    monkeypatch.syspath_prepend(path.parent)  # where a script finds its neighbours
    spec.loader.exec_module(module)
    assert callable(module.main)
