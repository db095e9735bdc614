"""The trunk that the three kinds share: a small GPT-2 with its own vocabulary."""

from __future__ import annotations

import argparse
from typing import Any

from aigc_guard.errors import ConfigError

ARCHITECTURES = ("transformer", "lstm")
"""What can be trained by the same code; only the transformer is shipped."""


def new_trunk(
    vocabulary: int, *, width: int = 224, layers: int = 4, context: int = 256, dropout: float = 0.0
) -> Any:
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
        resid_pdrop=dropout,
        embd_pdrop=dropout,
        attn_pdrop=0.0,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
        attn_implementation="sdpa",
    )
    return GPT2LMHeadModel(config)


def ask_shape(parser: argparse.ArgumentParser) -> None:
    """Add what to train, and on which device, to a command line."""
    parser.add_argument("--arch", choices=ARCHITECTURES, default="transformer")
    parser.add_argument("--width", type=int, help="224; a wider one can be a teacher")
    parser.add_argument("--layers", type=int, help="4")
    parser.add_argument("--dropout", type=float, help="0")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 …")


def asked_writer(vocabulary: int, options: argparse.Namespace) -> Any:
    """Return the fresh model that `ask_shape`'s options speak of, on its device.

    Raises ConfigError when a shape is asked of the LSTM, which has one.
    """
    given = {name: getattr(options, name) for name in ("width", "layers", "dropout")}
    shape = {name: value for name, value in given.items() if value is not None}
    if options.arch != "lstm":
        return new_trunk(vocabulary, **shape).to(options.device)
    if shape:
        raise ConfigError(
            f"the LSTM has one shape: --{next(iter(shape))} is not for it",
            hint="leave it out, or train the transformer",
        )
    return new_writer("lstm", vocabulary).to(options.device)


def new_writer(arch: str, vocabulary: int) -> Any:
    """Return a fresh model of one of `ARCHITECTURES`, in the size that is shipped."""
    if arch == "transformer":
        return new_trunk(vocabulary)
    from aigc_guard.training.writers.lstm_model import LstmConfig, LstmWriter

    return LstmWriter(LstmConfig(vocab_size=vocabulary))
