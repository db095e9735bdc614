"""Disguised identifiers are found: at most one point of recall is lost under any disguise."""

from __future__ import annotations

import os
import random

import pytest

from aigc_guard.training.guards.attack_suite import table
from aigc_guard.training.guards.identifier_attacks import DISGUISES, under_disguise

EACH = 500 if "AIGC_GUARD_TEST_SOAK" in os.environ else 15


def test_no_disguise_costs_more_than_one_point() -> None:
    found = under_disguise(EACH)
    assert found["plain"] >= 0.97
    assert set(found["lost"]) == set(DISGUISES)
    assert {name: lost for name, lost in found["lost"].items() if lost > 1} == {}


@pytest.mark.parametrize("name", DISGUISES)
def test_each_disguise_changes_what_it_can(name: str) -> None:
    value = "mia.stone10@example.org" if name == "in words" else "GB82 WEST 1010 5698 7654 32"
    changed = {DISGUISES[name](value, random.Random(seed)) for seed in range(8)}
    assert changed - {value}


def test_the_tables_say_what_was_found() -> None:
    shown = table(terms=1, identifiers=2)
    assert "| pinyin | 7 | 100.00% |" in shown
    assert "| spaced | 0.00 |" in shown
