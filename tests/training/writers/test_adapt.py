"""A LoRA adapter is trained over a writer, lies upon its base, and writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import ConfigError
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.models import add_entry
from aigc_guard.training.writers.adapt import Adapter, adapt
from aigc_guard.training.writers.mixture import Encoded
from tests.generators.conftest import slot_model as slot_model

PAIRS = [Encoded((1, 30 + n % 5, 40, 41, 2), 2) for n in range(12)]


def weights(model: Any) -> dict[str, Any]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def test_an_adapter_changes_itself_and_not_its_base(slot_model: Path, tmp_path: Path) -> None:
    import torch

    settings = Adapter(rank=2, steps=3, tokens=64)
    out = adapt(slot_model, {"mine": PAIRS}, settings, tmp_path / "work", tmp_path / "adapted")
    before = LoadedModel(slot_model).model.state_dict()
    loaded = LoadedModel(out)
    assert loaded.slot_trained
    moved = False
    for name, value in weights(loaded.model).items():
        if "lora_B" in name:
            moved = moved or bool(value.abs().sum() > 0)
        elif "lora_" not in name:
            plain = name.removeprefix("base_model.model.").replace(".base_layer", "")
            assert torch.equal(value, before[plain])
    assert moved


def test_its_lock_entry_pins_the_base_as_well(slot_model: Path, tmp_path: Path) -> None:
    settings = Adapter(rank=2, steps=1, tokens=64)
    out = adapt(slot_model, {"mine": PAIRS}, settings, tmp_path / "work", tmp_path / "adapted")
    options = {"licence": "L", "trained_on": ["mine"], "approved_for": ["news"]}
    entry = add_entry(tmp_path, str(out), options=options)
    assert {"adapter_model.safetensors", "base/model.safetensors"} <= set(entry.files)


def test_nothing_to_learn_from_is_said(slot_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no pairs"):
        adapt(slot_model, {"mine": []}, Adapter(), tmp_path / "work", tmp_path / "out")
