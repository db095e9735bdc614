"""Reads weights from safetensors only; what is stored as float16 is computed in float32."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aigc_guard.errors import ModelError, ModelUnavailable, said


def load_state(folder: Path) -> dict[str, Any]:
    """All tensors of the folder's safetensors files by name, half precision widened to float32.

    Take ``folder`` from ``ModelStore.folder_of``, which has verified it. Raises ModelError when
    there are no weights or a name occurs twice, ModelUnavailable without torch.
    """
    try:
        import torch
        from safetensors.torch import load_file
    except ImportError as error:
        raise ModelUnavailable(
            said("torch and safetensors are not installed"),
            hint=said("pip install 'aigc-guard[models]'"),
        ) from error
    files = sorted(folder.glob("*.safetensors"))
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
        for name, tensor in tensors.items():
            half = tensor.dtype in (torch.float16, torch.bfloat16)
            state[name] = tensor.float() if half else tensor
    return state
