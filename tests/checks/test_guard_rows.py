"""What is tokenised once is what the tokenizer says each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from aigc_guard.checks.guard_folder import count_tokens, fresh_detoxify
from aigc_guard.checks.guard_rows import Prepared, Rows
from aigc_guard.testing.tiny_guard import write_fake_guard

TEXTS = ["you are, well...", "a", "你好世界 and you", "(one) two@three.four"]


@pytest.fixture
def tokenizer(tmp_path: Path) -> Any:
    return fresh_detoxify(write_fake_guard(tmp_path)).tokenizer


@pytest.mark.parametrize("side", ["right", "left"])
def test_rows_are_the_tokenizers_own(tokenizer: Any, side: str) -> None:
    tokenizer.padding_side = side
    rows = Rows(tokenizer, TEXTS, places=True)
    for part in (TEXTS, TEXTS[1:3], TEXTS[3:]):
        wanted = tokenizer(part, return_tensors="pt", padding=True, return_offsets_mapping=True)
        found = rows.padded(part)
        for key in ("input_ids", "attention_mask"):
            assert found[key].tolist() == wanted[key].tolist()
        places = rows.places(part, found["input_ids"].shape[1])
        assert [list(map(tuple, row)) for row in wanted["offset_mapping"].tolist()] == places
    assert rows.sizes() == {text: len(tokenizer(text)["input_ids"]) for text in TEXTS}


def test_without_texts_or_places_nothing_is_asked_for(tokenizer: Any) -> None:
    assert Rows(tokenizer, [], places=True).sizes() == {}
    assert Rows(tokenizer, ["a"], places=False).padded(["a"])["input_ids"].shape == (1, 3)


def test_an_unprepared_text_goes_to_the_tokenizer(tokenizer: Any) -> None:
    prepared = Prepared(tokenizer)
    assert prepared(["a"], padding=True)["input_ids"] == tokenizer(["a"])["input_ids"]
    assert prepared.pad_token_id == tokenizer.pad_token_id


def test_what_an_earlier_call_cut_is_counted_whole(tokenizer: Any) -> None:
    long = "a " * 200
    tokenizer([long], truncation=True, max_length=5, padding=True)
    assert count_tokens(tokenizer, [long, "a"]) == [200, 1]
    assert count_tokens(tokenizer, [long, "a"]) == [200, 1]
