"""Log odds and back, and how a window's score follows its worst sentence."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aigc_guard.checks.odds import odds_of, score_of
from aigc_guard.checks.toxicity import ALONE, raised

SCORES = st.floats(0.0, 1.0)


@given(st.floats(1e-6, 1 - 1e-6))
def test_there_and_back(score: float) -> None:
    assert score_of(odds_of(score)) == pytest.approx(score, abs=1e-9)


def test_what_rounding_made_certain_has_an_end() -> None:
    assert (odds_of(1.0), odds_of(0.0)) == (20.0, -20.0)
    assert (odds_of(1 - 1e-16), odds_of(5e-324)) == (20.0, -20.0)


@given(SCORES, SCORES)
@example(window=5e-324, alone=1e-300)
@example(window=1e-12, alone=1e-10)
@example(window=0.0, alone=1.0)
def test_a_sentence_raises_and_never_lowers(window: float, alone: float) -> None:
    found = raised(window, alone)
    assert window <= found <= max(window, alone)
    if alone <= window:
        assert found == window


def test_the_way_is_a_share_of_the_log_odds() -> None:
    assert odds_of(raised(0.5, score_of(4.0))) == pytest.approx(4.0 * ALONE)
