"""A bad sentence is planted once in each draft, and the shares are what was flagged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from aigc_guard.training.guards import planted as module
from aigc_guard.training.guards.records import ToxicText

BAD, CLEAN = (1.0, 0.0, 0.0, 0.0, 0.0), (0.0,) * 5
RECORDS = [
    *(ToxicText(f"You are a rotten egg, number {n}", BAD, "wiki", "test") for n in range(8)),
    ToxicText("You are a rotten egg of the training", BAD, "wiki", "train"),
    ToxicText("A fine egg of the test split, too", CLEAN, "wiki", "test"),
    ToxicText("A good lamp. It shines. Buy it today.", CLEAN, "drafts", "dev"),
    ToxicText("A seen lamp.", CLEAN, "drafts", "train"),
]


def test_shares_are_counted_on_texts_with_one_bad_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Sequence[str]] = []

    def scores(_folder: Path, texts: Sequence[str]) -> list[dict[str, float]]:
        read.append(texts)
        return [{"toxicity": 0.9 if text.startswith("You are a rotten") else 0.1} for text in texts]

    monkeypatch.setattr(module, "read_scores", scores)
    found = module.planted(tmp_path, RECORDS, 6)
    alone, drafts, clean = read
    assert found["n"] == len(alone) == len(drafts) == len(clean) == 6
    assert found["alone"]["value"] == 1.0
    assert found["clean"]["value"] == 0.0
    first = sum(text.startswith("You are a rotten") for text in drafts)
    assert found["planted"]["value"] == first / 6
    assert found["planted"]["low"] <= first / 6 <= found["planted"]["high"]
    for text, own in zip(drafts, alone, strict=True):
        assert text.count("rotten") == 1
        assert f"{own}." in text
        assert len(text) > module.SIZE
    assert not any("rotten" in text or "seen lamp" in text for text in clean)
