"""A writer that is a base and a PEFT adapter upon it, both verified by the store."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from aigc_guard.models.adapter import CONFIG, base_folder

TOKENS = ("tokenizer.json", "vocab.json", "added_tokens.json")
"""Files that say what a model's tokens are."""


def base_of(folder: Path) -> tuple[Path, bool]:
    """Return the folder of the base model, and whether `folder` is an adapter upon it."""
    base = base_folder(folder)
    return (folder, False) if base is None else (base, True)


def tokens_folder(folder: Path) -> Path:
    """Where a writer's tokenizer lies: an adapter that brings none has its base's."""
    own = any((folder / name).is_file() for name in TOKENS)
    return folder if own else base_of(folder)[0]


def with_adapter(model: Any, folder: Path) -> Any:
    """``model`` with the adapter of ``folder``; LoRA's products are added to a plain GPT-2 once.

    What is added costs nothing at each token, and the lean runtime computes it.
    """
    from peft import PeftModel

    from aigc_guard.generators.gpt2_runtime import fits

    plain = fits(model)
    with warnings.catch_warnings():  # peft asks transformers for a name that is to go
        warnings.simplefilter("ignore", FutureWarning)
        adapted = PeftModel.from_pretrained(model, str(folder))
    return adapted.merge_and_unload() if plain and is_lora(folder) else adapted


def is_lora(folder: Path) -> bool:
    """Whether the folder's adapter is low-rank matrices that can be added to the base's."""
    try:
        return bool(json.loads((folder / CONFIG).read_text("utf-8"))["peft_type"] == "LORA")
    except (OSError, ValueError, KeyError, TypeError):
        return False
