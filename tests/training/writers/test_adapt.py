"""A LoRA adapter is trained over a writer, lies upon its base, and writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.errors import ConfigError, ModelError
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.kinds import load_kind
from aigc_guard.models import Base, ModelStore, add_entry
from aigc_guard.training.writers.adapt import MODULES, Adapter, adapt, shares_of
from aigc_guard.training.writers.mixture import Encoded, as_asked
from aigc_guard.training.writers.pairs import Pair
from tests.generators.conftest import slot_model as slot_model

PAIRS = [Encoded((1, 30 + n % 5, 40, 41, 2), 2) for n in range(12)]


def test_an_adapter_changes_what_it_adapts_and_not_its_base(
    slot_model: Path, tmp_path: Path
) -> None:
    """Merged at loading, it answers what PEFT answers with both side by side."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    settings = Adapter(rank=2, steps=3, tokens=64)
    out = adapt(slot_model, {"mine": PAIRS}, settings, tmp_path / "work", tmp_path / "adapted")
    assert {file.name for file in out.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
    }
    loaded = LoadedModel(out)
    assert loaded.slot_trained
    before = LoadedModel(slot_model).model.state_dict()
    moved = {
        name for name, value in loaded.model.state_dict().items()
        if not torch.equal(value, before[name])
    }  # fmt: skip
    assert moved
    assert all(any(part in name for part in MODULES) for name in moved)
    base = AutoModelForCausalLM.from_pretrained(str(slot_model), dtype=torch.float32)
    apart = PeftModel.from_pretrained(base, str(out)).eval()
    ids = torch.tensor([PAIRS[0].ids])
    assert torch.allclose(loaded.model(ids).logits, apart(ids).logits, atol=1e-5)


def test_the_kind_s_own_order_of_facts_is_taught() -> None:
    form = prompt_format(load_kind(Path(__file__).parents[3] / "kinds" / "legal"))
    slots = (Slot("notice period", "", "duration"), Slot("party a", "", "name"))
    pair = Pair(
        "s", "legal", "termination for convenience", slots, "Within <v1> tell <v2>.", "train"
    )
    asked = as_asked(pair, form)
    assert [slot.name for slot in asked.slots] == ["party a", "notice period"]
    assert asked.target == "Within <v2> tell <v1>."
    other = Pair("s", "legal", "payment", (Slot("odd", "", "name"),), "<v1>.", "train")
    assert as_asked(other, form) == other


@pytest.mark.parametrize("share", ["0", "-1", "some"])
def test_a_share_that_is_none_is_named(share: str) -> None:
    assert shares_of("authored=3, cuad") == {"authored": 3.0, "cuad": 1.0}
    with pytest.raises(ConfigError, match="cuad"):
        shares_of(f"authored=3,cuad={share}")


def test_its_lock_entry_pins_the_base_as_well(slot_model: Path, tmp_path: Path) -> None:
    settings = Adapter(rank=2, steps=1, tokens=64)
    out = adapt(slot_model, {"mine": PAIRS}, settings, tmp_path / "work", tmp_path / "adapted")
    options = {"licence": "L", "trained_on": ["mine"], "approved_for": ["news"]}
    with pytest.raises(ModelError, match="no entry"):
        add_entry(tmp_path, str(out), options=options)
    base = add_entry(tmp_path, str(slot_model), options={**options, "name": "trunk"})
    entry = add_entry(tmp_path, str(out), options=options)
    assert entry.base == Base("trunk", base.digest)
    assert ModelStore(tmp_path).folder_of(entry.name) == out


def test_nothing_to_learn_from_is_said(slot_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no pairs"):
        adapt(slot_model, {"mine": []}, Adapter(), tmp_path / "work", tmp_path / "out")
