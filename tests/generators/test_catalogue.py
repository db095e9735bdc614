"""From names to backends; texts written elsewhere pass through unchanged."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aigc_guard.errors import GenerationError, ModelUnavailable
from aigc_guard.generators.catalogue import create_generator
from aigc_guard.generators.supplied import SuppliedGenerator
from aigc_guard.models import ModelStore
from aigc_guard.records import Brief

CONFIG: Any = SimpleNamespace()


def test_supplied_texts_pass_through_byte_for_byte(tmp_path: Path) -> None:
    text = "  Ein Text\r\nmit 中文 and spaces  "
    order = Brief(id="s-1", kind="news", text=text, origin={"writer": "Agency"})
    generator = create_generator("supplied", {}, ModelStore(tmp_path), CONFIG)
    (draft,) = generator.write([order], seed=0, attempt=1)
    assert draft.text == text
    assert (draft.made_by, draft.writer) == ("supplied", "Agency")
    assert draft.draft_id == generator.draft_id(order, seed=0, attempt=1)


def test_a_brief_without_text_is_not_supplied() -> None:
    with pytest.raises(GenerationError, match="s-2"):
        SuppliedGenerator().write([Brief(id="s-2", kind="news")], seed=0, attempt=1)


def test_only_locked_models_write(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="not in"):
        create_generator("unknown", {}, ModelStore(tmp_path), CONFIG)
