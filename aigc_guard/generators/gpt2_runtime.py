"""GPT-2's forward pass for writing: the model's own weights, a cache that rows share and split.

transformers' forward pass costs a small model more in bookkeeping than in products, and its cache
is copied whole at every step. Here the cache lies still: a step writes one column, and only rows
that come of a split are copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aigc_guard.generators.runtime import Runtime

if TYPE_CHECKING:
    import torch

NAME = "gpt2 1"
"""Raise the number when the order of the arithmetic changes: it is part of a draft's identity."""

_PLAIN: Mapping[str, Any] = {
    "add_cross_attention": False,
    "scale_attn_weights": True,
    "scale_attn_by_inverse_layer_idx": False,
    "reorder_and_upcast_attn": False,
}
"""GPT-2's own defaults; a checkpoint that departs from one is left to transformers."""


def is_plain_gpt2(config: Mapping[str, Any]) -> bool:
    """Whether a config.json describes a GPT-2 as this file computes it."""
    return config.get("architectures") == ["GPT2LMHeadModel"] and all(
        config.get(key, default) == default for key, default in _PLAIN.items()
    )


def fits(model: Any) -> bool:
    """Whether a loaded model can be computed here: a plain float32 GPT-2 on a CPU."""
    import torch

    if type(model).__name__ != "GPT2LMHeadModel":
        return False
    plain = is_plain_gpt2({"architectures": ["GPT2LMHeadModel"], **model.config.to_dict()})
    return plain and model.device.type == "cpu" and model.dtype == torch.float32


class Gpt2Runtime(Runtime):
    """A GPT-2 of transformers, computed from its own weights, which are shared and not copied."""

    most = 256

    def __init__(self, model: Any) -> None:
        self._trunk, self._head = model.transformer, model.lm_head
        self._blocks = list(self._trunk.h)
        self._heads = int(model.config.n_head)
        self._width = int(model.config.n_embd)

    def read(self, ids: torch.Tensor, mask: torch.Tensor, rows: int, steps: int) -> torch.Tensor:
        """Read the prompts, padded on the left; return each one's next-token logits."""
        import torch

        count, columns = ids.shape
        self._columns = 0
        # Memory that is never written is never taken, so the widest case costs nothing.
        self._store = torch.empty(
            2 * len(self._blocks), rows, self._heads, columns + steps, self._width // self._heads
        )
        padding = columns - mask.sum(1)
        places = torch.arange(columns)
        self._bias = torch.zeros(count, columns + steps)
        self._bias[:, :columns].masked_fill_(mask == 0, -torch.inf)
        self._next = mask.sum(1)
        later = torch.ones(columns, columns, dtype=torch.bool).triu(1)
        bias = self._bias[:, None, :columns].repeat(1, columns, 1).masked_fill(later, -torch.inf)
        # A row of padding sees nothing, and the softmax of nothing is NaN: let it see itself.
        bias.diagonal(dim1=1, dim2=2).zero_()
        return self._forward(ids, (places - padding[:, None]).clamp(min=0), bias)

    def step(self, sources: list[int], tokens: list[int]) -> torch.Tensor:
        """Let row ``i`` go on from the old row ``sources[i]`` with ``tokens[i]``."""
        import torch

        end, rows = self._columns, torch.tensor(sources)
        moved = [(to, source) for to, source in enumerate(sources) if to != source]
        if moved:
            to, source = torch.tensor(moved).T
            self._store[:, to, :, :end] = self._store[:, source, :, :end]
        self._bias, places = self._bias[rows], self._next[rows]
        self._next = places + 1
        ids = torch.tensor(tokens)[:, None]
        return self._forward(ids, places[:, None], self._bias[:, None, : end + 1])

    def _forward(self, ids: torch.Tensor, places: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import linear

        rows, length = ids.shape
        trunk, width = self._trunk, self._width
        begin, self._columns = self._columns, self._columns + length
        hidden = (trunk.wte.weight[ids] + trunk.wpe.weight[places]).view(-1, width)
        for number, block in enumerate(self._blocks):
            kept = self._store[2 * number : 2 * number + 2, :rows]
            threefold = _product(_norm(hidden, block.ln_1), block.attn.c_attn)
            query, *new = threefold.view(rows, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            kept[0, :, :, begin : self._columns] = new[0]
            kept[1, :, :, begin : self._columns] = new[1]
            mixed = _attention(query, kept[:, :, :, : self._columns], bias)
            hidden = hidden + _product(mixed, block.attn.c_proj)
            wide = block.mlp.act(_product(_norm(hidden, block.ln_2), block.mlp.c_fc))
            hidden = hidden + _product(wide, block.mlp.c_proj)
        last = hidden.view(rows, length, width)[:, -1]
        return linear(_norm(last, trunk.ln_f), self._head.weight)


def _attention(query: torch.Tensor, kept: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Mix the kept values for each position: (rows * length, width).

    For one position a row, two batched products are faster here than the fused function.
    """
    import torch

    rows, heads, length, size = query.shape
    # Rows and heads lie behind one another at one distance, so this flattens without a copy.
    keys, values = kept.flatten(1, 2)
    scores = torch.bmm(query.reshape(rows * heads, length, size), keys.transpose(1, 2))
    scores = scores.view(rows, heads, length, -1).mul_(size**-0.5).add_(bias[:, None])
    mixed = torch.bmm(scores.softmax(-1).view(rows * heads, length, -1), values)
    return mixed.view(rows, heads, length, size).transpose(1, 2).reshape(rows * length, -1)


def _norm(hidden: torch.Tensor, layer: Any) -> torch.Tensor:
    from torch.nn.functional import layer_norm

    return layer_norm(hidden, layer.normalized_shape, layer.weight, layer.bias, layer.eps)


def _product(hidden: torch.Tensor, layer: Any) -> torch.Tensor:
    """GPT-2's Conv1D: its weight lies the other way round than a Linear's."""
    import torch

    return torch.addmm(layer.bias, hidden, layer.weight)
