"""The Prefect flows: thin wrappers over ``aigc_guard``, which itself never imports prefect.

Settings that must stand before prefect is imported are set here; what the environment already
says wins.
"""

from __future__ import annotations

import os

DEFAULTS = {
    # No usage statistics leave the machine.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    # Prefect's first start creates its database and takes longer than its default of 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # The package's own log lines appear in a flow run's log.
    "PREFECT_LOGGING_EXTRA_LOGGERS": "aigc_guard",
}

for _name, _value in DEFAULTS.items():
    os.environ.setdefault(_name, _value)
