"""One configuration per project folder: ``aigc_guard.toml``, found upwards as git finds its root.

Every key can be overridden by an environment variable (``limits.batch_size`` is
``AIGC_GUARD_LIMITS__BATCH_SIZE``), and every value remembers where it came from.
"""

from __future__ import annotations

from aigc_guard.config.load import CONFIG_NAME, find_root, load_config
from aigc_guard.config.model import Config, ConsoleSettings, Limits, Notify, Retention
from aigc_guard.config.settings import ENV_PREFIX, SETTINGS, Setting

__all__ = [
    "CONFIG_NAME",
    "ENV_PREFIX",
    "SETTINGS",
    "Config",
    "ConsoleSettings",
    "Limits",
    "Notify",
    "Retention",
    "Setting",
    "find_root",
    "load_config",
]
