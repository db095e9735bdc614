"""Which of the faithful sentences a brief gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.generators.slot_writing import Pattern, choose
from aigc_guard.generators.transformers_lm import limits_of
from aigc_guard.kinds import load_kinds

KINDS = load_kinds(Path(__file__).parents[2] / "kinds")
FOUND = [
    Pattern("usual", -0.1, (), 0.6),
    Pattern("rarer", -0.2, (), 0.4),
    Pattern("odd", -0.3, (), 0.1),
    Pattern("wrong", -0.1, ("garbled",)),
]


@pytest.mark.parametrize(
    ("variety", "expected"),
    [(0.0, {"usual"}), (0.25, {"usual", "rarer"}), (1.0, {"usual", "rarer", "odd"})],
)
def test_variety_says_which_of_the_faithful_may_be_taken(
    variety: float, expected: set[str]
) -> None:
    assert {choose(FOUND, set(), f"b-{n}", variety).text for n in range(60)} == expected


def test_a_wording_is_not_taken_twice_where_another_is_faithful() -> None:
    assert choose(FOUND, {"usual"}, "b-1", 0.0).text == "rarer"
    assert choose(FOUND, {"usual", "rarer", "odd"}, "b-1", 0.0).text == "usual"


def test_a_kind_says_how_much_it_varies() -> None:
    assert limits_of(KINDS["marketing"]).variety > limits_of(KINDS["legal"]).variety
