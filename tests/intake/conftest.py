"""Fixtures of the intake tests: the shipped kinds, and reading with usual limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from aigc_guard.intake import Intake, read_briefs
from aigc_guard.intake.reading import read_file
from aigc_guard.intake.rows import Entry, read_row
from aigc_guard.kinds import Kind, load_kinds

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Limits:
    max_cell_chars: int = 200_000


def english_only(kind: str, language: str) -> bool:
    return language == "en"


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return load_kinds(ROOT / "kinds")


@pytest.fixture
def read(kinds: Mapping[str, Kind]) -> Callable[..., Intake]:
    """The whole way in, great-expectations included."""

    def read(*paths: Path, docs: Path | None = None, limit: int = 200_000) -> Intake:
        return read_briefs(
            paths, kinds, limits=Limits(limit), docs_folder=docs, writers_for=english_only
        )

    return read


@pytest.fixture(scope="session")
def rows_of(kinds: Mapping[str, Kind]) -> Callable[[Path], list[Entry]]:
    """Rows of one file without the suites: quick enough for many small files."""

    def rows_of(path: Path) -> list[Entry]:
        return [
            read_row(raw, kinds, max_cell_chars=200_000, writers_for=english_only)
            for raw in read_file(path, path.name)
        ]

    return rows_of
