"""What the decoder asks of a model: read prompts, go on by one token, let a row have children.

Any causal LM of transformers answers through `CachedRuntime`. The embedded writers' family has a
leaner one of its own (`gpt2_runtime.py`), which gives the same logits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Runtime(ABC):
    """The rows that are being written; row ``i`` of every answer is row ``i`` of the question."""

    most: int = 96
    """How many rows a batch may come to hold where a kind does not say."""

    @abstractmethod
    def read(self, ids: torch.Tensor, mask: torch.Tensor, rows: int, steps: int) -> torch.Tensor:
        """Read the prompts, padded on the left; return each one's next-token logits.

        There will be at most ``rows`` rows and ``steps`` steps.
        """

    @abstractmethod
    def step(self, sources: list[int], tokens: list[int]) -> torch.Tensor:
        """Let row ``i`` go on from the old row ``sources[i]`` with ``tokens[i]``.

        A row that is named twice has two children, one that is not named is forgotten. Returns
        the new rows' logits, float32 on the CPU.
        """


class CachedRuntime(Runtime):
    """Any causal LM of transformers, by its own forward pass and its own cache."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._device = getattr(model, "device", "cpu")

    def read(self, ids: torch.Tensor, mask: torch.Tensor, rows: int, steps: int) -> torch.Tensor:
        """Read the prompts, padded on the left; return each one's next-token logits."""
        self._cache: Any = None
        self._mask = mask
        self._places = (mask.cumsum(1) - 1).clamp(min=0)
        return self._forward(ids)

    def step(self, sources: list[int], tokens: list[int]) -> torch.Tensor:
        """Let row ``i`` go on from the old row ``sources[i]`` with ``tokens[i]``."""
        import torch

        if sources != list(range(self._mask.size(0))):
            rows = torch.tensor(sources)
            self._mask, self._places = self._mask[rows], self._places[rows]
            self._cache.batch_select_indices(rows.to(self._device))
        self._places = self._places[:, -1:] + 1
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(sources), 1)], dim=1)
        return self._forward(torch.tensor(tokens)[:, None])

    def _forward(self, ids: torch.Tensor) -> torch.Tensor:
        out = self._model(
            input_ids=ids.to(self._device),
            attention_mask=self._mask.to(self._device),
            position_ids=self._places.to(self._device),
            past_key_values=self._cache,
            use_cache=True,
        )
        self._cache = out.past_key_values
        logits: torch.Tensor = out.logits[:, -1].float().cpu()
        return logits


def runtime_of(model: Any) -> Runtime:
    """Return the fastest runtime that gives this model's own logits."""
    from aigc_guard.generators.gpt2_runtime import Gpt2Runtime, fits

    return Gpt2Runtime(model) if fits(model) else CachedRuntime(model)


def runtime_name(folder: Path) -> str:
    """Name what will compute a folder's logits, for the identity of its drafts.

    The version of transformers counts where its code computes: other code may round otherwise,
    and a draft is attributed to what really wrote it.
    """
    import json
    from importlib.metadata import PackageNotFoundError, version

    from aigc_guard.generators.adapters import base_of, is_lora
    from aigc_guard.generators.gpt2_runtime import NAME, is_plain_gpt2

    base, adapter = base_of(folder)
    try:
        config = json.loads((base / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        config = {}
    if is_plain_gpt2(config) and (not adapter or is_lora(folder)):
        return NAME
    try:
        return f"transformers {version('transformers')}"
    except PackageNotFoundError:
        return "transformers"
