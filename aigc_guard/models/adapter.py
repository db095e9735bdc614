"""An adapter's base: the folder whose weights an ``adapter_config.json`` changes."""

from __future__ import annotations

import json
from pathlib import Path

from aigc_guard.errors import ModelUnavailable, said

CONFIG = "adapter_config.json"


def base_folder(folder: Path) -> Path | None:
    """Return where the base of the adapter in ``folder`` lies; None when that is no adapter.

    ``base_model_name_or_path`` is a path from the adapter's folder: into it (``base``), or to the
    folder of another entry of the lock (``../writer-en``), which the store verifies as well.
    Raises ModelUnavailable when it names no folder.
    """
    config = folder / CONFIG
    if not config.is_file():
        return None
    try:
        named = str(json.loads(config.read_text("utf-8"))["base_model_name_or_path"])
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    base = (folder / named).resolve()
    if not named or not base.is_dir() or base == folder.resolve():
        raise ModelUnavailable(
            said("the adapter in {folder} names no base model that is there", folder=folder),
            hint=said(
                "set base_model_name_or_path in {config} to the path of the base from there, "
                "and add the adapter again: aigc-guard models add",
                config=CONFIG,
            ),
        )
    return base


def has_own_base(folder: Path) -> bool:
    """Whether what computes lies wholly in ``folder``: no adapter, or one with its base inside."""
    base = base_folder(folder)
    return base is None or base.is_relative_to(folder.resolve())
