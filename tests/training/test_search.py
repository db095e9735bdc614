"""The search: bounded, repeatable, and it finds a valley."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from aigc_guard.errors import ConfigError
from aigc_guard.training import search as module
from aigc_guard.training.search import MOST_TRIALS, Range, main, search, tenth


def valley(values: Mapping[str, float]) -> float:
    return abs(math.log10(values["rate"]) + 3)


def test_the_best_of_all_trials_is_given_and_a_search_repeats() -> None:
    space = {"rate": Range(1e-5, 1e-1)}
    found = search(valley, space, trials=8, seed=1)
    assert len(found["trials"]) == 8
    assert found["loss"] == min(trial["loss"] for trial in found["trials"])
    assert valley(found["best"]) == pytest.approx(found["loss"])
    assert search(valley, space, trials=8, seed=1) == found


@pytest.mark.parametrize("trials", [0, MOST_TRIALS + 1])
def test_trials_are_bounded(trials: int) -> None:
    with pytest.raises(ConfigError, match=str(trials)):
        search(valley, {"rate": Range(1, 2)}, trials=trials)


def test_a_tenth_is_a_tenth_and_the_same_again() -> None:
    assert len(tenth(range(200))) == 20
    assert tenth(range(200)) == tenth(range(200))
    assert len(tenth(range(3))) == 1
    assert tenth([]) == []


def test_a_guard_s_search_asks_for_its_base(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guard", str(tmp_path), str(tmp_path)]) == 2
    assert "--base" in capsys.readouterr().err


def test_a_writer_s_trial_trains_and_is_judged_on_other_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from aigc_guard.training.writers.mixture import ALL_KINDS
    from aigc_guard.training.writers.tokenizer import save_tokenizer, train_tokenizer

    save_tokenizer(train_tokenizer(["The museum opened a hall."] * 4, 420), tmp_path / "tokenizer")
    pairs = [([1, 30 + n % 7, 40, 41, 2], 2) for n in range(400)]
    torch.save(dict.fromkeys(ALL_KINDS, pairs), tmp_path / "encoded4.pt")
    monkeypatch.setattr(module, "VALIDATION_BATCHES", 1)
    monkeypatch.setattr(module, "TOKENS", 128)
    loss_of = module.writer_loss(tmp_path, tmp_path, 1)
    loss = loss_of({"muon_rate": 0.01, "adam_rate": 1e-3})
    assert math.isfinite(loss)
    assert loss == loss_of({"muon_rate": 0.01, "adam_rate": 1e-3})
