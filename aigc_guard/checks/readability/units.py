"""What is counted, and its unit in words."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, Mapping[str, str]] = {
    "grade": {"en": "grade", "zh": "年级（美国学制）"},
    "hard_characters": {"en": "percent rare characters", "zh": "生僻字占比（%）"},
    "sentence_characters": {"en": "characters", "zh": "字"},
    "sentence_words": {"en": "words", "zh": "词"},
}
