"""A card says what a model was trained on by digest: other data, another digest."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace
from pathlib import Path

import pytest

from aigc_guard.training.lineage import digest_of_folder, own_sentences, sets_of
from aigc_guard.training.writers.adapt import write_card
from aigc_guard.training.writers.pairs_authored import BY_KIND, FILE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "data.jsonl").write_text("{}\n")
    (tmp_path / "set" / "SOURCE.md").write_text("where it is from")
    return tmp_path


def test_a_set_is_named_by_its_data_files(data: Path) -> None:
    (entry,) = sets_of(data, [("set", "CC0-1.0")])
    assert (entry["name"], entry["licence"]) == ("set", "CC0-1.0")
    (data / "set" / "SOURCE.md").write_text("said otherwise")
    assert digest_of_folder(data / "set") == entry["sha256"]
    (data / "set" / "data.jsonl").write_text("{}\n{}\n")
    assert digest_of_folder(data / "set") != entry["sha256"]


@pytest.mark.parametrize(
    ("sources", "files"),
    [
        ("authored=6,cuad=4", [FILE]),
        ("authored-news=3,news=2", [BY_KIND["authored-news"]]),
        ("products", []),
    ],
)
def test_an_adapter_s_card_adds_its_own_sentences_to_its_base_s(
    tmp_path: Path, sources: str, files: list[Path]
) -> None:
    base, out = tmp_path / "trunk", tmp_path / "leaf"
    base.mkdir()
    out.mkdir()
    before = {"name": "set", "licence": "CC0-1.0", "sha256": "a" * 64}
    card = {"name": "trunk", "trained_on": [before], "figures": {"bleu": 0.5}, "licence": "MIT"}
    (base / "model_card.json").write_text(json.dumps(card))
    write_card(base, out, Namespace(sources=sources, rank=4, steps=10, kind=None))
    written = json.loads((out / "model_card.json").read_text())
    assert written["name"] == "leaf"
    assert "figures" not in written
    assert written["trained_on"] == [before, *map(own_sentences, files)]
    for entry, file in zip(written["trained_on"][1:], files, strict=True):
        assert entry["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
