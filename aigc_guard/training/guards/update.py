"""A second training of a guard that ships, kept as a low-rank update beside its weights.

A guard's file is large and enters the history once; what a later training changes is written as
``update.safetensors`` (``aigc_guard.models.weights``): two narrow matrices per layer (LoRA, Hu et
al. 2021, arXiv:2106.09685), and the vectors and heads as they are now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError
from aigc_guard.models.weights import UPDATE

_ADAPTED = ("query", "key", "value", "dense")
_SCALES = {"adapter": 1.0, "head": 0.5, "vector": 0.25}
"""Learning rates, as shares: a narrow matrix wants a higher one than what it is added to."""


def check_start(folder: Path) -> None:
    """Refuse a guard that has an update already: a folder has room for one.

    Raises ConfigError.
    """
    if (folder / UPDATE).exists():
        raise ConfigError(
            f"{folder} has an {UPDATE} already",
            hint="start from the guard without it, or train all",
        )


def adapt(guard: Any, rank: int) -> list[dict[str, object]]:
    """Freeze the trunk's matrices, add narrow ones; gives the optimizer's groups."""
    from peft import LoraConfig, inject_adapter_in_model

    for matrix in guard.bert.parameters():
        matrix.requires_grad = matrix.ndim < 2
    config = LoraConfig(r=rank, lora_alpha=rank, target_modules=list(_ADAPTED))
    vectors = [p for p in guard.bert.parameters() if p.requires_grad]
    inject_adapter_in_model(config, guard.bert)
    for vector in vectors:  # peft freezes all but its own
        vector.requires_grad = True
    narrow = [p for name, p in guard.named_parameters() if ".lora_" in name]
    heads = [p for name, p in guard.named_parameters() if not name.startswith("bert.")]
    return [
        {"params": part, "weight_decay": 0.0, "scale": _SCALES[kind]}
        for kind, part in (("adapter", narrow), ("head", heads), ("vector", vectors))
    ]


def changes(state: dict[str, Any]) -> dict[str, Any]:
    """What a checkpoint's ``state`` of an adapted guard changes, under the shipped names.

    ``NAME.up`` (rows, rank) and ``NAME.down`` (rank, columns), whose product is added to ``NAME``,
    and whole vectors and heads.
    """
    out = {}
    for key, value in state.items():
        name = key.replace(".base_layer", "")
        if ".lora_" in key:
            layer, _, part = key.partition(".lora_")
            name = f"{layer}.weight.{'down' if part.startswith('A') else 'up'}"
        elif key.startswith("bert.") and value.ndim > 1:
            continue
        if name.endswith("position_ids") or name.startswith("words."):
            continue
        if name.startswith("toxicity."):
            name = f"classifier.{name.removeprefix('toxicity.')}"
        out[name] = value
    return out


def write_update(changed: dict[str, Any], folder: Path) -> None:
    """Write the update of ``folder``, rounded to float16 here and nowhere else."""
    import torch
    from safetensors.torch import save_file

    tensors = {name: value.to(torch.float16).contiguous() for name, value in changed.items()}
    save_file(tensors, folder / UPDATE, metadata={"format": "pt"})
    (folder / UPDATE).chmod(0o644)
