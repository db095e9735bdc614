"""Reads weights from safetensors only; what is stored as float16 is computed in float32.

What a guard's later training changed may lie beside its weights as a low-rank update, ``UPDATE`` (a
writer's adapter is PEFT's own): a tensor ``NAME`` of it stands for the one of that name, and the
product of ``NAME.up`` (rows, rank) and ``NAME.down`` (rank, columns) is added to ``NAME``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aigc_guard.errors import ModelError, ModelUnavailable, said

UPDATE = "update.safetensors"


def load_state(folder: Path) -> dict[str, Any]:
    """All tensors of the folder's safetensors files by name, half precision widened to float32.

    The folder's update is in them, if it has one. Take ``folder`` from ``ModelStore.folder_of``,
    which has verified it. Raises ModelError when there are no weights, a name occurs twice or an
    update does not fit, ModelUnavailable without torch.
    """
    try:
        from safetensors.torch import load_file
    except ImportError as error:
        raise ModelUnavailable(
            said("torch and safetensors are not installed"),
            hint=said("pip install 'aigc-guard[models]'"),
        ) from error
    files = sorted(path for path in folder.glob("*.safetensors") if path.name != UPDATE)
    if not files:
        raise ModelError(
            said("{folder}: no .safetensors file", folder=folder),
            hint=said("export the model with safetensors"),
        )
    state: dict[str, Any] = {}
    for path in files:
        tensors = load_file(path)
        if twice := sorted(set(tensors) & set(state)):
            raise ModelError(
                said("{path}: {twice} is already in another file", path=path, twice=twice[0]),
                hint=said("export the model again"),
            )
        state |= {name: _widened(tensor) for name, tensor in tensors.items()}
    if (folder / UPDATE).is_file():
        changed = {name: _widened(tensor) for name, tensor in load_file(folder / UPDATE).items()}
        _apply(changed, state, folder / UPDATE)
    return state


def _widened(tensor: Any) -> Any:
    import torch

    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


def _apply(changed: dict[str, Any], state: dict[str, Any], path: Path) -> None:
    """Put an update into ``state``; every tensor of it has to fit one that is there."""
    added = {name[:-3] for name in changed if name.endswith(".up")}
    for name, tensor in changed.items():
        target, _, part = name.rpartition(".")
        if target in added and part in ("up", "down"):
            if part == "down":
                continue
            value = _product(tensor, changed.get(f"{target}.down"))
        else:
            target, value = name, tensor
        known = state.get(target)
        if known is None or value is None or known.shape != value.shape:
            raise ModelError(
                said("{path}: {name} does not fit the model's tensors", path=path, name=name),
                hint=said("restore the model folder: aigc-guard models verify"),
            )
        state[target] = value if target == name else known + value


def _product(up: Any, down: Any) -> Any:
    """(rows, rank) x (rank, columns), or None when they don't belong together."""
    fits = down is not None and up.ndim == down.ndim == 2 and up.shape[1] == down.shape[0]
    return up @ down if fits else None
