"""Tiny random causal LMs, made on the spot: a slot-trained GPT-2 shape, a Llama, a Qwen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WORDS = (
    "The museum opened a hall on Friday. It is made of steel and costs little. Write the text that"
    " this brief asks for: use every fact exactly as given. said who what when price product"
)


def save_tokenizer(folder: Path, specials: tuple[str, ...]) -> Any:
    """Train a byte-level BPE on a few words and save it for transformers."""
    from aigc_guard.training.writers.tokenizer import save_tokenizer as save
    from aigc_guard.training.writers.tokenizer import train_tokenizer

    tokenizer = train_tokenizer([WORDS] * 4, 420)
    if not specials:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(False)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.train_from_iterator(
            [WORDS] * 4,
            trainers.BpeTrainer(
                vocab_size=320,
                special_tokens=["<pad>", "<bos>", "<eos>"],
                initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                show_progress=False,
            ),
        )
    save(tokenizer, folder)
    return tokenizer


@pytest.fixture(scope="session")
def slot_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random GPT-2 with the writers' vocabulary: it writes nonsense, within its slots."""
    import torch

    from aigc_guard.generators.slots import SPECIAL_TOKENS
    from aigc_guard.training.writers.model import new_trunk

    folder = tmp_path_factory.mktemp("slot-model")
    tokenizer = save_tokenizer(folder, SPECIAL_TOKENS)
    torch.manual_seed(0)
    new_trunk(tokenizer.get_vocab_size(), width=32, layers=1).save_pretrained(str(folder))
    return folder


def plain_model(folder: Path, family: str, *, context: int = 512) -> Path:
    """A random Llama-, Qwen- or GPT-2-style model that knows no slots."""
    import torch
    from transformers import (
        GPT2Config,
        GPT2LMHeadModel,
        LlamaConfig,
        LlamaForCausalLM,
        Qwen2Config,
        Qwen2ForCausalLM,
    )

    tokenizer = save_tokenizer(folder, ())
    config_class, model_class = {
        "llama": (LlamaConfig, LlamaForCausalLM),
        "qwen": (Qwen2Config, Qwen2ForCausalLM),
        "gpt2": (GPT2Config, GPT2LMHeadModel),
    }[family]
    torch.manual_seed(0)
    config = config_class(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=context,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    model_class(config).save_pretrained(str(folder))
    return folder
