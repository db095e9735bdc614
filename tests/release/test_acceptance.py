"""Every test that the table of acceptance tests names is there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMED = re.findall(r"`(\S+\.py)::(\w+)`", (HERE / "README.md").read_text(encoding="utf-8"))


def test_every_named_test_is_there() -> None:
    assert len(NAMED) > 15
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if f"def {name}(" not in (HERE / file).read_text(encoding="utf-8")
    ]
    assert missing == []
