"""A second training's low-rank update: what ships with it reads as what was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from aigc_guard.errors import ConfigError  # noqa: E402
from aigc_guard.models.weights import load_state  # noqa: E402
from aigc_guard.training.guards.model import build  # noqa: E402
from aigc_guard.training.guards.update import adapt, changes, check_start, write_update  # noqa: E402

CONFIG = {
    "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4, "num_hidden_layers": 2,
    "vocab_size": 50, "max_position_embeddings": 24, "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}  # fmt: skip


def shipped(guard: Any, folder: Path) -> None:
    """Its weights under the names of a shipped guard, in half precision."""
    state = {
        name.replace("toxicity.", "classifier."): value.detach().half().contiguous()
        for name, value in guard.state_dict().items()
        if not name.endswith("position_ids")
    }
    save_file(state, folder / "model.safetensors")


def test_what_ships_with_its_update_reads_as_what_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(3)
    guard = build(CONFIG)
    shipped(guard, tmp_path)
    before = {name: value.clone() for name, value in guard.named_parameters()}
    groups = adapt(guard, 4)
    optimizer = torch.optim.AdamW(groups, lr=0.02)
    ids, mask = torch.randint(5, 50, (8, 12)), torch.ones(8, 12, dtype=torch.long)
    wanted = torch.randint(0, 2, (8, 5)).float()
    for _ in range(6):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            guard(ids, mask, "toxicity"), wanted
        )
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    guard.eval()
    changed = changes(guard.state_dict())
    write_update(changed, tmp_path)

    state = load_state(tmp_path)
    fresh = build(CONFIG).eval()
    own = {name.replace("classifier.", "toxicity."): value for name, value in state.items()}
    assert not fresh.load_state_dict(own, strict=False).missing_keys
    with torch.inference_mode():
        for task in ("toxicity", "names"):
            trained, read = guard(ids, mask, task), fresh(ids, mask, task)
            assert torch.allclose(trained, read, atol=0.02)
        plain = build(CONFIG).eval()
        plain.load_state_dict(before, strict=False)
        assert not torch.allclose(plain(ids, mask, "toxicity"), trained_toxicity(guard, ids, mask))


def trained_toxicity(guard: Any, ids: Any, mask: Any) -> Any:
    """The adapted guard's own answer."""
    return guard(ids, mask, "toxicity")


def test_an_update_is_small_and_leaves_the_words_alone() -> None:
    guard = build(CONFIG)
    adapt(guard, 2)
    changed = changes(guard.state_dict())
    assert not any("word_embeddings" in name or "position" in name for name in changed)
    whole = sum(value.numel() for value in guard.state_dict().values())
    assert sum(value.numel() for value in changed.values()) < whole / 3
    trained = {name for name, value in guard.named_parameters() if value.requires_grad}
    assert all(
        ".lora_" in name
        or name.endswith(("bias", "norm.weight", "LayerNorm.weight"))
        or not name.startswith("bert.")
        for name in trained
    )


def test_a_guard_takes_one_update(tmp_path: Path) -> None:
    check_start(tmp_path)
    write_update({"a": torch.ones(2)}, tmp_path)
    with pytest.raises(ConfigError, match="already"):
        check_start(tmp_path)
