"""A guard's trunk on a CPU: BERT's forward pass over the tokens there are, and no padding.

transformers multiplies padding, too, and reads its weights as they lie. Here the tokens of all rows
stand in one matrix; queries, keys and values are one product, which the first layer knows of each
word (``guard_words``); rows of one length attend together; weights are packed once for oneDNN,
which adds biases, GELU and what goes around a layer while a product is still in the cache.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from aigc_guard.checks.guard_words import WordProducts

_LOG = logging.getLogger(__name__)
_CLOSE = 1e-4
"""How far a state may lie from transformers' own, when both read the same."""


def make_lean(model: Any) -> bool:
    """Let a ``BertForSequenceClassification`` read with a lean trunk; whether it does now.

    Only a plain BERT in float32 on a CPU is changed, and only if both passes give the same states.
    The packed products are no public part of torch: one that knows them otherwise changes nothing.
    """
    if not _is_plain(model):
        return False
    try:
        lean = lean_trunk(model.bert)
        alike = _reads_alike(lean, model.bert)
    except (AttributeError, IndexError, RuntimeError, TypeError) as error:
        _LOG.warning("the lean trunk can't be used here: %s", type(error).__name__)
        return False
    if not alike:
        _LOG.warning("the lean trunk reads otherwise than transformers: not used")
        return False
    model.bert = lean
    return True


def _is_plain(model: Any) -> bool:
    import torch

    config = model.config
    return (
        type(model).__name__ == "BertForSequenceClassification"
        and config.hidden_act == "gelu"
        and getattr(config, "position_embedding_type", "absolute") in (None, "absolute")
        and not getattr(config, "is_decoder", False)
        and model.device.type == "cpu"
        and model.dtype == torch.float32
    )


def _reads_alike(lean: Any, bert: Any) -> bool:
    """Compare both on rows of different lengths."""
    import torch

    draw = torch.Generator().manual_seed(1)
    ids = torch.randint(0, bert.config.vocab_size, (3, 9), generator=draw)
    mask = (torch.arange(9) < torch.tensor([[9], [4], [1]])).long()
    with torch.inference_mode():
        one, other = (way(input_ids=ids, attention_mask=mask) for way in (lean, bert))
        seen = mask.bool()
        states = (one.last_hidden_state[seen], other.last_hidden_state[seen])
        pooled = (one.pooler_output, other.pooler_output)
        return all(torch.allclose(a, b, atol=_CLOSE) for a, b in (states, pooled))


class _Product:
    """``x @ weight.T + bias`` for float32 rows, packed where oneDNN can."""

    def __init__(self, weight: Any, bias: Any) -> None:
        import torch

        self._weight, self._bias = weight.detach().contiguous(), bias.detach().contiguous()
        self._packed = None
        library: Any = torch.backends.mkldnn
        if library.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
            self._packed = torch.ops.mkldnn._reorder_linear_weight(self._weight, None)
            self._weight = None

    def __call__(self, rows: Any, then: str = "none") -> Any:
        """The product; ``then`` may be "gelu"."""
        import torch

        if self._packed is None:
            out = torch.nn.functional.linear(rows, self._weight, self._bias)
            return torch.nn.functional.gelu(out) if then == "gelu" else out
        algorithm = "none" if then == "gelu" else ""
        return torch.ops.mkldnn._linear_pointwise(
            rows, self._packed, self._bias, then, [], algorithm
        )

    def plus(self, rows: Any, around: Any) -> Any:
        """The product and what goes around it."""
        import torch

        if self._packed is None:
            return torch.nn.functional.linear(rows, self._weight, self._bias) + around
        return torch.ops.mkldnn._linear_pointwise.binary(
            rows, around, self._packed, self._bias, "add"
        )


class _Layer:
    """One layer of the encoder."""

    def __init__(self, layer: Any, heads: int) -> None:
        import torch

        own = layer.attention.self
        parts = (own.query, own.key, own.value)
        self._heads = heads
        self.weight = torch.cat([part.weight for part in parts])
        self.bias = torch.cat([part.bias for part in parts])
        self._asked = _Product(self.weight, self.bias)
        out, last = layer.attention.output, layer.output
        self._out = _Product(out.dense.weight, out.dense.bias)
        self._inner = _Product(layer.intermediate.dense.weight, layer.intermediate.dense.bias)
        self._last = _Product(last.dense.weight, last.dense.bias)
        self._norms = (out.LayerNorm, last.LayerNorm)

    def __call__(self, states: Any, sizes: Sequence[int], asked: Any = None) -> Any:
        """(tokens, width) states after it, of rows that have so many tokens each.

        ``asked`` are their queries, keys and values, where they are known.
        """
        import torch

        asked = self._asked(states) if asked is None else asked
        met = torch.empty_like(states)
        at = 0
        for size, rows in groupby(filter(None, sizes)):
            end = at + size * sum(1 for _ in rows)
            met[at:end] = self._attend(asked[at:end], size)
            at = end
        states = self._norms[0](self._out.plus(met, states))
        return self._norms[1](self._last.plus(self._inner(states, "gelu"), states))

    def _attend(self, asked: Any, size: int) -> Any:
        """What each token of rows of ``size`` meets in its own row: (tokens, width)."""
        import torch

        parts = asked.view(-1, size, 3, self._heads, asked.shape[1] // 3 // self._heads)
        met = torch.nn.functional.scaled_dot_product_attention(*parts.permute(2, 0, 3, 1, 4))
        return met.transpose(1, 2).reshape(asked.shape[0], -1)


class _Rows:
    """Where the tokens of a padded batch stand, and back."""

    def __init__(self, mask: Any) -> None:
        self._shape = tuple(mask.shape)
        self.sizes: list[int] = mask.sum(dim=1).tolist()
        full = bool(mask.all())
        self._places = None if full else mask.reshape(-1).nonzero().squeeze(1)

    def gather(self, padded: Any) -> Any:
        """(rows, places, ...) to (tokens, ...)."""
        flat = padded.flatten(0, 1)
        return flat if self._places is None else flat[self._places]

    def spread(self, tokens: Any) -> Any:
        """(tokens, width) to (rows, places, width), noughts between."""
        if self._places is not None:
            padded = tokens.new_zeros(self._shape[0] * self._shape[1], tokens.shape[-1])
            padded[self._places] = tokens
            tokens = padded
        return tokens.view(*self._shape, tokens.shape[-1])


def lean_trunk(bert: Any) -> Any:
    """A module that answers as the ``BertModel`` ``bert`` in evaluation, from its weights."""
    import torch
    from transformers.modeling_outputs import BaseModelOutputWithPoolingAndCrossAttentions

    class LeanTrunk(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.pooler = bert.embeddings, bert.pooler
            self.config = bert.config
            heads = int(bert.config.num_attention_heads)
            self._layers = [_Layer(layer, heads) for layer in bert.encoder.layer]
            first = self._layers[0]
            fit = WordProducts.fit(bert.embeddings, len(first.weight))
            self._words = WordProducts(bert.embeddings, first.weight, first.bias) if fit else None

        def forward(
            self,
            input_ids: torch.Tensor,
            attention_mask: torch.Tensor | None = None,
            token_type_ids: torch.Tensor | None = None,
            **_: Any,
        ) -> Any:
            mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            rows = _Rows(mask)
            if self._words is None or (token_type_ids is not None and token_type_ids.any()):
                embedded = self.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
                states, asked = rows.gather(embedded), None
            else:
                places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
                states, asked = self._words(rows.gather(input_ids), rows.gather(places))
            for layer in self._layers:
                states, asked = layer(states, rows.sizes, asked), None
            padded = rows.spread(states)
            return BaseModelOutputWithPoolingAndCrossAttentions(
                last_hidden_state=padded, pooler_output=self.pooler(padded)
            )

    return LeanTrunk().eval()
