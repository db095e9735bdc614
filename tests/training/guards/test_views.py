"""Views are drawn alike every time, masked where a source is silent, folded as checks read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from aigc_guard.text import fold
from aigc_guard.training.guards.ahead import Machine
from aigc_guard.training.guards.attacks import ATTACKS, attack, swap_identity
from aigc_guard.training.guards.calibrate import best_cut
from aigc_guard.training.guards.chinese import write_vocabulary
from aigc_guard.training.guards.model import IGNORED, TAGS, names_loss, toxicity_loss
from aigc_guard.training.guards.records import UNKNOWN, TaggedText, ToxicText, bucket, group_key
from aigc_guard.training.guards.views import Mix, Views, tag_tokens

MIX = Mix(
    {"one": 1.0}, {"docs": 1.0}, toxic_batches=2, name_batches=1, batch=4, max_tokens=32,
    disguised=0.5, swapped=0.5,
)  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> object:
    from transformers import BertTokenizerFast

    vocabulary = write_vocabulary(["你好，。.,!?"] * 3, tmp_path_factory.mktemp("vocabulary"))
    return BertTokenizerFast(vocab=str(vocabulary), do_lower_case=True)


def views(tokenizer: object, seed: int) -> Views:
    toxic = [
        ToxicText(f"text number {n} here", (1.0, UNKNOWN, 0.0, 0.0, 0.0), "one", "train")
        for n in range(9)
    ]
    names = [TaggedText(f"Hi Mia {n}", ((3, 6, "PERSON"),), "docs", "train") for n in range(5)]
    return Views(toxic, names, tokenizer, MIX, seed=seed)


def test_a_step_gives_the_same_batch_in_any_order(tokenizer: object) -> None:
    first, second = views(tokenizer, 3), views(tokenizer, 3)
    later = second.batch(7)
    assert [first.batch(n).ids.tolist() for n in range(8)][7] == later.ids.tolist()
    assert first.batch(0).ids.tolist() == second.batch(0).ids.tolist()


@pytest.mark.parametrize("first", [0, 4])
def test_batches_drawn_ahead_are_the_same(tokenizer: object, first: int) -> None:
    """Also where a training resumes inside a block."""
    ahead, here = Machine(workers=2).fed(views(tokenizer, 3), 8), views(tokenizer, 3)
    assert not isinstance(ahead, Views)
    for step in range(first, 8):
        assert ahead.batch(step).ids.tolist() == here.batch(step).ids.tolist()


def test_tags_follow_the_folded_text(tokenizer: object) -> None:
    record = TaggedText("Hi\u200b Ｍｉａ!", ((4, 7, "PERSON"),), "docs", "train")
    ids, tags = tag_tokens(record, tokenizer, 32)
    assert len(ids) == len(tags)
    assert tags[0] == tags[-1] == IGNORED
    assert [TAGS[tag] for tag in tags[1:-1]] == ["O", "O", "B-PERSON", "I-PERSON", "I-PERSON", "O"]


def test_what_a_source_may_not_have_marked_teaches_nothing(tokenizer: object) -> None:
    spans = ((7, 10, "PERSON"),)
    record = TaggedText("Hi bo. Mia!", spans, "synth", "train", unmarked=((3, 5),))
    _, tags = tag_tokens(record, tokenizer, 32)
    _, plain = tag_tokens(TaggedText(record.text, spans, "synth", "train"), tokenizer, 32)
    changed = [at for at, (a, b) in enumerate(zip(tags, plain, strict=True)) if a != b]
    assert changed
    assert {tags[at] for at in changed} == {IGNORED}
    assert {TAGS[plain[at]] for at in changed} == {"O"}


def test_unknown_labels_cost_nothing() -> None:
    import torch

    logits = torch.tensor([[0.0, 9.0], [0.0, -9.0]])
    targets = torch.tensor([[1.0, UNKNOWN], [0.0, UNKNOWN]])
    assert float(toxicity_loss(logits, targets)) == pytest.approx(0.6931, abs=1e-3)


def test_an_unmarked_token_may_be_what_its_source_does_not_mark() -> None:
    import torch

    logits = torch.full((1, 1, len(TAGS)), -9.0)
    logits[0, 0, TAGS.index("B-ADDRESS")] = 9.0
    tags = torch.zeros(1, 1, dtype=torch.long)
    sure = torch.tensor([[float(tag == "O") for tag in TAGS]])
    unsure = torch.tensor([[float(tag == "O" or tag.endswith("ADDRESS")) for tag in TAGS]])
    assert float(names_loss(logits, tags, unsure)) < 0.01 < float(names_loss(logits, tags, sure))


@pytest.mark.parametrize("name", ["case", "look_alike", "full_width", "invisible", "spaced"])
def test_reversible_attacks_fold_back(name: str) -> None:
    word = "stupid"
    for seed in range(20):
        assert fold(ATTACKS[name](word, random.Random(seed))).text == word


def test_attacks_and_swaps_are_drawn_by_their_generator() -> None:
    text = "The black cat met Christian women there"
    assert attack(text, random.Random(1)) == attack(text, random.Random(1))
    assert swap_identity(text, random.Random(2)) != text
    assert "cat met" in swap_identity(text, random.Random(2))


def test_near_duplicates_share_a_group() -> None:
    assert group_key("RT @one: Some words here!") == group_key("some WORDS, here")
    assert 0 <= bucket("x") < 100


def test_the_best_cut_separates_what_can_be_separated() -> None:
    cut = best_cut([-2.0, -1.0, 3.0, 4.0], [False, False, True, True])
    assert -1.0 < cut < 3.0


def test_missing_data_says_which(tmp_path: Path) -> None:
    from aigc_guard.errors import ConfigError
    from aigc_guard.training.guards.toxic_sources import load_toxic

    with pytest.raises(ConfigError, match="tox_jigsaw_wiki_binary"):
        load_toxic(tmp_path)
