"""Exchanged identity terms change no outcome under the shipped policies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context
from aigc_guard.models import ModelStore
from aigc_guard.policy import load_folder
from aigc_guard.training.quality.swapped import pairs, swapped_outcomes

ROOT = Path(__file__).parents[3]
PAIRS = 1_000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 60


def test_pairs_are_drawn_by_the_seed_and_differ() -> None:
    made = list(pairs(90, seed=1))
    assert made == list(pairs(90, seed=1))
    assert all(first != second for _, first, second in made)
    assert {kind for kind, _, _ in made} == {"marketing", "news", "legal"}


@pytest.mark.models
@pytest.mark.soak(cases=PAIRS, seed=20261129)
def test_the_same_outcome_for_every_group() -> None:
    store = ModelStore(ROOT / "models")
    context = Context(models=store.facts(), model_loader=store, lists=ROOT / "policies")
    found = swapped_outcomes(list(load_folder(ROOT / "policies")), context, PAIRS)
    assert found["pairs"] == PAIRS
    assert found["same"] >= 0.99
    assert len(found["outcomes"]) > 1  # else equal outcomes would say nothing
    assert found["outcomes"].get("review", 0) < PAIRS / 2
