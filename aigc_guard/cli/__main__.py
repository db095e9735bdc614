"""``python -m aigc_guard.cli``."""

from __future__ import annotations

from aigc_guard.cli import main

main()
