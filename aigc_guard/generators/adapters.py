"""A writer that is a base and a PEFT adapter upon it, both in one verified folder."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from aigc_guard.errors import ModelUnavailable, said

CONFIG = "adapter_config.json"


def base_of(folder: Path) -> tuple[Path, bool]:
    """Return the folder of the base model, and whether `folder` is an adapter upon it.

    The base lies inside the adapter's folder: only there are its files in the lock and verified.
    """
    config = folder / CONFIG
    if not config.is_file():
        return folder, False
    try:
        settings = json.loads(config.read_text("utf-8"))
        named = str(settings["base_model_name_or_path"])
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    base = (folder / named).resolve()
    if not named or not base.is_relative_to(folder.resolve()) or not base.is_dir():
        raise ModelUnavailable(
            said(
                "the adapter in {folder} names a base model that is not inside that folder",
                folder=folder,
            ),
            hint=said(
                "put the base there as `base`, set base_model_name_or_path to it, add it again"
            ),
        )
    return base, True


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
