"""The generator of mutated drafts changes one place, and the checks see it (our own fixtures)."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import pytest

from aigc_guard.training.quality.mutated import (
    CHANGES,
    EQUALS,
    SOURCES,
    changed_drafts,
    citations,
    mutated,
    passages,
)

PASSAGE = (
    "On March {day}, 20{year} the agency said that {n} visitors came and that it had spent "
    "$4.{d} million, or 1{d}.5 percent more than planned. The work took {n} days. "
    "Director Hanna {name} told reporters: “We are {word} about the number of people who came."
    "” The park covers 1,{n} acres."
)
NAMES = ("Alvarez", "Bergstrom", "Castellan", "Dimitrov", "Eriksen", "Fairbanks")


def passage(number: int) -> str:
    return PASSAGE.format(
        day=3 + number, year=10 + number, n=230 + number, d=1 + number, name=NAMES[number],
        word=("delighted", "astonished", "grateful", "impressed", "relieved", "surprised")[number],
    )  # fmt: skip


TEXTS = [passage(number) for number in range(6)]


@pytest.mark.parametrize("how", [CHANGES, EQUALS])
def test_one_place_differs(how: dict[str, object]) -> None:
    made = list(changed_drafts(TEXTS, how, 6, seed=3))  # type: ignore[arg-type]
    assert {one.kind for one in made} == set(how)
    for one in made:
        behind = len(one.draft) - one.end
        assert one.draft != one.source
        assert one.draft[: one.start] == one.source[: one.start]
        assert one.draft[one.end :] == one.source[len(one.source) - behind :]


def test_a_citation_and_its_equal_form() -> None:
    for changed, equal in citations(20, seed=4):
        assert changed.source == equal.source
        assert changed.draft != changed.source
        assert changed.draft[changed.start : changed.end].count(" v. ") == 1


def test_what_is_changed_is_found_and_what_is_equal_is_not(tmp_path: Path) -> None:
    for name in SOURCES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        rows = [{"id": f"{number} {again}", "text": passage(number)}
                for number in range(6) for again in range(9)]  # fmt: skip
        with (lzma.open if name.endswith("xz") else gzip.open)(path, "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    assert set(passages(tmp_path)) <= set(TEXTS)
    figures = mutated(tmp_path, limit=5)
    assert set(figures["found"]) == {*CHANGES, "citation", "all"}
    assert figures["found"]["all"]["value"] >= 0.98
    assert set(figures["flagged"]) == {*EQUALS, "citation", "all"}
    assert figures["flagged"]["all"]["value"] <= 0.01
