"""The trunk that the three kinds share: a small GPT-2 with its own vocabulary."""

from __future__ import annotations

from typing import Any

ARCHITECTURES = ("transformer", "lstm")
"""What can be trained by the same code; only the transformer is shipped."""


def new_trunk(vocabulary: int, *, width: int = 224, layers: int = 4, context: int = 256) -> Any:
    """Return a freshly initialised causal LM (about 3.6 M parameters as given).

    The tanh GELU is torch's fused one: transformers' default spells it out and costs a tenth of
    a training step on a CPU.
    """
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=vocabulary,
        n_positions=context,
        n_embd=width,
        n_layer=layers,
        n_head=width // 32,
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
        attn_implementation="sdpa",
    )
    return GPT2LMHeadModel(config)


def new_writer(arch: str, vocabulary: int) -> Any:
    """Return a fresh model of one of `ARCHITECTURES`, in the size that is trained."""
    if arch == "transformer":
        return new_trunk(vocabulary)
    from aigc_guard.training.writers.lstm_model import LstmConfig, LstmWriter

    return LstmWriter(LstmConfig(vocab_size=vocabulary))
