"""The wide part of a guard adds what it says it adds, to the labels it knows, and to no name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from aigc_guard.checks.guard import guard_of  # noqa: E402
from aigc_guard.checks.guard_folder import fresh_detoxify, token_classifier  # noqa: E402
from aigc_guard.errors import ModelError  # noqa: E402
from aigc_guard.testing.tiny_guard import write_fake_guard  # noqa: E402

TEXTS = ["hello there", "you", "a longer line, with a good many more letters in it"]


def with_part(folder: Path, **tensors: Any) -> Path:
    """A fake guard with ``wide.NAME`` tensors beside it."""
    write_fake_guard(folder)
    save_file({f"wide.{k}": v for k, v in tensors.items()}, folder / "wide.safetensors")
    return folder


def words_of(folder: Path) -> int:
    return len(fresh_detoxify(write_fake_guard(folder)).tokenizer)


@pytest.fixture
def weights(tmp_path: Path) -> Any:
    torch.manual_seed(5)
    return torch.randn(words_of(tmp_path / "count")).half()


def logits(model: Any) -> list[dict[str, float]]:
    """Per text, by label."""
    rows = model.model(**model.tokenizer(TEXTS, padding=True, return_tensors="pt")).logits
    return [dict(zip(model.class_names, row.tolist(), strict=True)) for row in rows]


def test_pieces_add_their_sum_over_the_root_of_their_count(tmp_path: Path, weights: Any) -> None:
    bias = torch.tensor([0.5, -0.25, 0.0, 0.0, 0.0])
    plain = fresh_detoxify(write_fake_guard(tmp_path / "plain"))
    wide = fresh_detoxify(with_part(tmp_path / "wide", toxicity=weights, bias=bias.half()))
    for text, before, after in zip(TEXTS, logits(plain), logits(wide), strict=True):
        ids = plain.tokenizer(text, add_special_tokens=False)["input_ids"]
        added = sum(float(weights[i]) for i in ids) / math.sqrt(len(ids))
        moved = {label: after[label] - before[label] for label in after}
        assert moved["toxicity"] == pytest.approx(added + 0.5, abs=1e-3)
        assert moved["obscene"] == pytest.approx(-0.25, abs=1e-3)
        assert moved["insult"] == pytest.approx(0.0, abs=1e-3)


def test_a_text_scores_alone_as_among_longer_ones(tmp_path: Path, weights: Any) -> None:
    guard = guard_of(with_part(tmp_path, toxicity=weights))
    together = guard.read(TEXTS)
    guard.forget()
    for text, among in zip(TEXTS, together, strict=True):
        [alone] = guard.read([text])
        assert alone
        assert among
        assert alone.scores["toxicity"] == pytest.approx(among.scores["toxicity"], abs=1e-5)


def test_names_are_read_as_without_it(tmp_path: Path, weights: Any) -> None:
    plain = guard_of(write_fake_guard(tmp_path / "plain")).read(TEXTS)
    folder = with_part(tmp_path / "wide", toxicity=weights)
    wide = guard_of(folder).read(TEXTS)
    assert [one.names for one in plain if one] == [one.names for one in wide if one]
    assert token_classifier(folder)[2]


@pytest.mark.parametrize("name", ["rudeness", "toxicity", "bias"])
def test_a_part_that_fits_no_label_or_size_is_refused(name: str, tmp_path: Path) -> None:
    folder = with_part(tmp_path, **{name: torch.zeros(3)})
    with pytest.raises(ModelError, match=f"wide.{name} does not fit"):
        fresh_detoxify(folder)
