"""The LSTM's section: both writers side by side with their steps, or that nobody measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aigc_guard.training.quality.baseline import FILE, baseline_section, read_baseline
from aigc_guard.training.quality.page import Measured, render

LAPTOP = {"acts": 900, "slots": 4000, "slot_error": 0.004, "bleu4": 0.5, "loss": 1.25}
VIGGO = {"acts": 300, "items": 2000, "slot_error": 0.04, "loss": 1.5}
FOUND: dict[str, Any] = {
    "measured": "2027-01-02",
    "split": "test",
    "decoding": {"candidates": 16},
    "writers": {
        "transformer": {
            "parameters": 3624768,
            "steps": {"prose": 420, "pairs": 2200},
            "parts": {"laptop": LAPTOP, "viggo": VIGGO},
        },
        "lstm": {
            "parameters": 3608160,
            "steps": {"prose": 300, "pairs": 1500},
            "parts": {"laptop": LAPTOP | {"slot_error": 0.02, "bleu4": 0.45}},
        },
    },
    "notes": "The LSTM made fewer steps.",
}


def page(found: dict[str, Any] | None) -> str:
    return render(Measured("2027-01-02", 1500, {}, {}, {}, {}, found))


def test_both_writers_stand_side_by_side_with_their_steps() -> None:
    text = page(FOUND)
    laptop = [line for line in text.splitlines() if line.startswith("| laptop")]
    assert laptop == [
        "| laptop | lstm | 0.0200 (0.0161–0.0248) | 0.450 | 1.250 |",
        "| laptop | transformer | 0.0040 (0.0025–0.0065) | 0.500 | 1.250 |",
    ]
    assert "| viggo | lstm | – | – | – |" in text
    assert "| viggo | transformer | 0.0400 (0.0323–0.0495) | – | 1.500 |" in text
    assert "| lstm | 3608160 | 300 | 1500 |" in text
    assert "| transformer | 3624768 | 420 | 2200 |" in text
    assert "test split, 16 candidates" in text
    assert "The LSTM made fewer steps." in text
    assert "Not measured" not in text


def test_a_comparison_with_one_side_says_so() -> None:
    one = FOUND | {"writers": {"lstm": FOUND["writers"]["lstm"]}}
    assert "Not measured: transformer." in baseline_section(one)


def test_without_the_file_the_page_says_so(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / FILE) is None
    text = page(None)
    assert "## LSTM baseline" in text
    assert f"there is no `{FILE}`" in text
    (tmp_path / "docs").mkdir()
    (tmp_path / FILE).write_text(json.dumps(FOUND))
    assert read_baseline(tmp_path / FILE) == FOUND
