"""The wide part is learned from words alone, and knows no group of people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

import numpy as np
from transformers import AutoTokenizer

from aigc_guard.training.guards.attacks import identity_terms
from aigc_guard.training.guards.frames import GROUP_WORDS
from aigc_guard.training.guards.records import ToxicText
from aigc_guard.training.guards.wide import (
    COPY_WEIGHT,
    SOURCES,
    counted,
    fitted,
    training_texts,
)

MODEL = Path(__file__).resolve().parents[3] / "models/guard-en"


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(str(MODEL), local_files_only=True)


def test_counts_stand_over_the_root_of_how_many_there_are(tokenizer: Any) -> None:
    rows = counted(["good good day", "", "day"], tokenizer)
    known = tokenizer.get_vocab()
    assert rows.shape == (3, len(tokenizer))
    assert rows[0, known["good"]] == pytest.approx(2 / np.sqrt(3))
    assert rows[0, known["day"]] == pytest.approx(1 / np.sqrt(3))
    assert rows[1].nnz == 0
    assert rows[2, known["day"]] == 1.0


def test_a_word_counts_for_what_it_came_with_and_a_group_for_nothing(tokenizer: Any) -> None:
    texts = [
        text
        for _ in range(20)
        for text in (("you muslim dunce", True, 1.0), ("a fine quiet evening", False, 1.0))
    ]
    weights = fitted(texts, tokenizer)
    known = tokenizer.get_vocab()
    assert weights[known["you"]] > 0 > weights[known["evening"]]
    groups = [word for word in {*identity_terms(), *GROUP_WORDS} if word in known]
    assert len(groups) > 80
    assert all(weights[known[word]] == 0.0 for word in groups)
    assert weights[0] == 0.0  # padding


def test_only_training_records_of_its_sources_are_read_each_beside_a_copy(tmp_path: Path) -> None:
    (tmp_path / "tox_lexicons").mkdir()
    (tmp_path / "tox_lexicons/profanity_en.csv").write_text("text,severity_rating\ndarn,2.5\n")
    known = (1.0, 0.0, 0.0, 0.0, 0.0)
    records = [
        ToxicText("Plain words here", known, SOURCES[0], "train"),
        ToxicText("Held words here", known, SOURCES[0], "test"),
        ToxicText("Other words here", known, "hatemoji", "train"),
        ToxicText("Unknown words here", (-1.0, *known[1:]), SOURCES[1], "train"),
    ]
    texts = training_texts(records, tmp_path, seed=1)
    assert [(toxic, weight) for _, toxic, weight in texts] == [(True, 1.0), (True, COPY_WEIGHT)]
    assert texts[0][0] == "plain words here"
