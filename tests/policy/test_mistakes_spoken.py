"""Every mistake in a policy is told in Chinese, too, with what it quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import Said
from aigc_guard.i18n import spoken
from aigc_guard.policy import policy_errors

FILES = sorted((Path(__file__).parents[1] / "data/policies/broken").glob("*.yaml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message_and_mend(path: Path, types: Mapping[str, type[Check]]) -> None:
    for error in policy_errors(path, types):
        for text in (error.message, error.hint):
            assert isinstance(text, Said), text
            told = spoken(text, "zh")
            assert CHINESE.search(told), text
            quoted = set(re.findall(r"`([^`]*)`", text)) - {"- item"}
            assert quoted <= set(re.findall(r"`([^`]*)`", told)) | {"policy: name"}, told
