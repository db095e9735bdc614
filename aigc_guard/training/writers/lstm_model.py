"""A causal LSTM that is called as the trunk is: the same training, decoder and folder form.

Nothing of the product loads it; its modules import torch at their head, so it is imported only
where an LSTM is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

Layer = tuple[torch.Tensor, torch.Tensor]
"""What a layer remembers: hidden and cell state, each of shape (1, rows, width)."""


@dataclass
class LstmState:
    """What was read so far; takes the place of a transformer's key-value cache."""

    layers: list[Layer]

    def batch_select_indices(self, rows: torch.Tensor) -> None:
        """Go on with these rows alone."""
        self.layers = [(h.index_select(1, rows), c.index_select(1, rows)) for h, c in self.layers]


class LstmConfig(PreTrainedConfig):  # type: ignore[misc]
    """Sizes; the defaults give about the transformer's number of parameters."""

    model_type = "aigc_guard_lstm"

    def __init__(
        self,
        vocab_size: int = 5120,
        embedding: int = 224,
        hidden: int = 408,
        layers: int = 2,
        dropout: float = 0.05,
        context: int = 256,
        **kwargs: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.embedding, self.hidden, self.layers = embedding, hidden, layers
        self.dropout = dropout
        self.max_position_embeddings = context
        self.initializer_range = 0.05
        kwargs = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0} | kwargs
        super().__init__(**{"tie_word_embeddings": True} | kwargs)


class LstmTrunk(nn.Module):
    """Embedding, layers, and a projection back to the embedding's width.

    The layers are named `h` as the transformer's blocks are, so that the optimizer treats their
    matrices alike.
    """

    def __init__(self, config: LstmConfig) -> None:
        super().__init__()
        widths = [config.embedding, *[config.hidden] * config.layers]
        self.wte = nn.Embedding(config.vocab_size, config.embedding)
        self.drop = nn.Dropout(config.dropout)
        self.h = nn.ModuleList(
            nn.LSTM(width, config.hidden, batch_first=True) for width in widths[:-1]
        )
        self.project = nn.Linear(config.hidden, config.embedding)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        past_key_values: LstmState | None = None,
        use_cache: bool | None = None,
    ) -> Any:
        """Read on from `past_key_values`; padding on the left is not read at all.

        Without a mask every position is read: padding on the right, as in training, comes after
        all that counts.
        """
        hidden = self.drop(self.wte(input_ids))
        padding = _left_padding(attention_mask, input_ids.size(1))
        if padding is not None:
            hidden = _moved(hidden, padding)
        states: list[Layer] = []
        for number, layer in enumerate(self.h):
            past = past_key_values.layers[number] if past_key_values is not None else None
            hidden, state = _read(layer, hidden, past, padding)
            states.append(state)
            hidden = self.drop(hidden)
        if padding is not None:
            hidden = _moved(hidden, -padding)
        return BaseModelOutputWithPast(
            last_hidden_state=self.project(hidden),
            past_key_values=LstmState(states) if use_cache else None,
        )


def _left_padding(mask: torch.Tensor | None, width: int) -> torch.Tensor | None:
    """How many positions on the left of each row are padding; None where no row has any."""
    if mask is None:
        return None
    recent = mask[:, -width:]
    if bool(recent.all()):
        return None
    if not bool((recent[:, 1:] >= recent[:, :-1]).all() and recent[:, -1].all()):
        raise ValueError("an LSTM reads rows that are padded on the left alone")
    return width - recent.sum(1)


def _moved(hidden: torch.Tensor, by: torch.Tensor) -> torch.Tensor:
    """Move each row to the left by its own number of positions; what comes in means nothing."""
    width = hidden.size(1)
    places = torch.arange(width, device=hidden.device) + by[:, None]
    places = places.clamp(0, width - 1)[:, :, None].expand(-1, -1, hidden.size(2))
    return hidden.gather(1, places)


def _read(
    layer: nn.Module, hidden: torch.Tensor, past: Layer | None, padding: torch.Tensor | None
) -> tuple[torch.Tensor, Layer]:
    if padding is None:
        told, state = layer(hidden, past)
        return told, state
    width = hidden.size(1)
    packed = pack_padded_sequence(
        hidden, (width - padding).cpu(), batch_first=True, enforce_sorted=False
    )
    told, state = layer(packed, past)
    return pad_packed_sequence(told, batch_first=True, total_length=width)[0], state


class LstmWriter(PreTrainedModel):  # type: ignore[misc]
    """The language model: the trunk under a head that shares the embedding's weights."""

    config_class = LstmConfig
    base_model_prefix = "transformer"
    _tied_weights_keys = {"lm_head.weight": "transformer.wte.weight"}  # noqa: RUF012

    def __init__(self, config: LstmConfig) -> None:
        super().__init__(config)
        self.transformer = LstmTrunk(config)
        self.lm_head = nn.Linear(config.embedding, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        """The shared embedding."""
        return self.transformer.wte

    def get_output_embeddings(self) -> nn.Module:
        """The head, which is tied to it."""
        return self.lm_head

    def _init_weights(self, module: nn.Module) -> None:
        """Forget gates begin open: otherwise what was read is half gone after one step."""
        super()._init_weights(module)
        if isinstance(module, nn.LSTM):
            bias: Any = module.bias_ih_l0
            if not getattr(bias, "_is_hf_initialized", False):
                with torch.no_grad():
                    bias[module.hidden_size : 2 * module.hidden_size] = 1.0

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        past_key_values: LstmState | None = None,
        labels: torch.Tensor | None = None,
        use_cache: bool | None = None,
    ) -> Any:
        """As GPT-2 is called; `position_ids` say nothing to what reads one token after another."""
        out = self.transformer(input_ids, attention_mask, past_key_values, use_cache)
        logits = self.lm_head(out.last_hidden_state)
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(
                logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten()
            )
        return CausalLMOutputWithPast(loss=loss, logits=logits, past_key_values=out.past_key_values)


AutoConfig.register(LstmConfig.model_type, LstmConfig, exist_ok=True)
AutoModelForCausalLM.register(LstmConfig, LstmWriter, exist_ok=True)
