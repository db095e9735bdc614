"""Broken policies: each file begins with exactly what its editor is told, place and mend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError
from aigc_guard.policy import load_policy, parse_policy

DATA = Path(__file__).parents[1] / "data/policies"
FILES = sorted((DATA / "broken").glob("*.yaml"))


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_file_names_place_mistake_and_mend(
    path: Path, types: Mapping[str, type[Check]]
) -> None:
    text = path.read_text(encoding="utf-8")
    expected, mend, *_ = text.split("\n")
    with pytest.raises(PolicyError) as caught:
        load_policy(path, types)
    error = caught.value
    assert f"# {error.line}:{error.column}: {error.message}" == expected
    assert f"# mend: {error.hint}" == mend
    assert error.path == str(path)
    assert error.exit_code == 3
    assert error.line is not None
    shown = text.splitlines()[error.line - 1].strip().replace("\x07", "?")
    assert error.quoted == (shown if len(shown) <= 120 else shown[:117] + "...")


def test_a_mistake_has_the_words_of_the_file(types: Mapping[str, type[Check]]) -> None:
    sound = (DATA / "sound.yaml").read_text(encoding="utf-8")
    assert parse_policy(sound, types).rules
    mends = [path.read_text(encoding="utf-8").splitlines()[1] for path in FILES]
    assert not [mend for mend in mends if re.search(r"\b(True|False|None)\b", mend)]
