"""The watermark: uniform chances where there is none, small ones where there is; identity."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aigc_guard.generators.decode import Decoding, Request, Vocabulary, sample
from aigc_guard.generators.transformers_lm import TransformersGenerator
from aigc_guard.generators.watermark.chance import LEAST, chance
from aigc_guard.generators.watermark.measuring import layer_weights, measure
from aigc_guard.generators.watermark.scheme import DEPTH, NGRAM, Asked, Watermark, processor_of
from aigc_guard.records import Brief, Fact
from tests.generators.conftest import plain_model
from tests.generators.test_transformers_lm import KINDS

OWN, OTHER = Watermark("own", b"o" * 32), Watermark("other", b"x" * 32)
VOCABULARY = Vocabulary(pad=0, end=2)


def news(number: int, channel: str = "web") -> Brief:
    return Brief(
        id=f"b-{number}", kind="news", channel=channel, facts=(Fact("who", f"Museum {number}"),)
    )


def distance_from_uniform(chances: list[float]) -> float:
    """Kolmogorov and Smirnov's statistic."""
    ordered = np.sort(chances)
    steps = np.arange(len(ordered) + 1) / len(ordered)
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()))


def is_uniform(chances: list[float]) -> bool:
    """As far from it as one in ten thousand truly uniform samples would be, at most."""
    return distance_from_uniform(chances) < 2.2 / len(chances) ** 0.5


@pytest.fixture(scope="module")
def model() -> object:
    """A random model that writes freely, with much choice at every token."""
    import torch

    from aigc_guard.training.writers.model import new_trunk

    torch.manual_seed(0)
    return new_trunk(420, width=32, layers=1).eval()


def written(model: object, mark: Watermark | None, *, seed: int, tokens: int) -> list[list[int]]:
    decoding = Decoding(candidates=6, max_new_tokens=tokens, top_p=0.95, watermark=mark)
    requests = [Request((5, 6, 7)), Request((8, 9, 10, 11))]
    free = replace(VOCABULARY, banned=(2,))  # never ends early
    drawn = sample(model, requests, free, decoding, seed)
    return [list(one.ids) for candidates in drawn for one in candidates]


def test_the_chance_is_the_one_that_counting_gives() -> None:
    weights = [1, 2, 2, 5, 3, 7]
    for score in range(sum(weights) + 1):
        heads = itertools.product((0, 1), repeat=len(weights))
        reached = sum(sum(map(int.__mul__, weights, one)) >= score for one in heads)
        expected = max(LEAST, reached / 2 ** len(weights))
        assert chance(Counter(weights), score) == pytest.approx(expected, rel=1e-9)
    assert chance({}, 0) == 1.0


def unmarked_chances(shape: tuple[int, int], count: int) -> list[float]:
    """Chances of random texts: so many tokens, so many times over; one key, or one for each."""
    draw = np.random.default_rng(1)
    found = []
    for number in range(count):
        ids = draw.integers(0, 400, shape[0]).tolist() * shape[1]
        key = Watermark("any", number.to_bytes(32, "big"))
        found.append(measure(ids, key if number % 4 == 0 else OWN).chance)
    return found


SHAPES = [(60, 1), (180, 1), (40, 4)]


@pytest.mark.parametrize("shape", SHAPES)
def test_texts_without_a_mark_have_uniform_chances(shape: tuple[int, int]) -> None:
    assert is_uniform(unmarked_chances(shape, 40))


@pytest.mark.soak(cases=1_500)
@pytest.mark.parametrize("shape", SHAPES)
def test_many_texts_without_a_mark_have_uniform_chances(shape: tuple[int, int]) -> None:
    found = unmarked_chances(shape, 1_500)
    assert is_uniform(found)
    assert sum(one < 0.01 for one in found) < 35  # 15 on average, and 5 sigma


def test_a_marked_text_is_found_with_its_key_and_no_other(model: object) -> None:
    marked = written(model, OWN, seed=1, tokens=180)
    short = written(model, OWN, seed=1, tokens=9)
    assert short == written(model, OWN, seed=1, tokens=9) != written(model, OTHER, seed=1, tokens=9)
    found = [measure(ids, OWN) for ids in marked]
    assert all(one.tokens == 180 and one.chance < 1e-3 for one in found)
    # Candidates of one prompt share beginnings, so they are compared from their own halves on.
    strange = [measure(ids[60:], OTHER).chance for ids in marked]
    assert is_uniform(strange)
    assert min(strange) > 1e-4


def test_what_is_drawn_without_the_mark_does_not_bear_it(model: object) -> None:
    plain = [ids[40:] for ids in written(model, None, seed=1, tokens=160)]
    drawn = [ids for number, ids in enumerate(plain) if number % 6]  # the first one is greedy
    assert is_uniform([measure(ids, OWN).chance for ids in drawn])


def test_repeated_contexts_count_once() -> None:
    ids = np.random.default_rng(3).integers(0, 400, 50).tolist()
    once, thrice = measure(ids, OWN), measure(ids * 3, OWN)
    assert once.counted == 50 - NGRAM + 1
    assert thrice.counted == 50  # the joint of two copies brings four new contexts
    assert measure(ids[: NGRAM - 1], OWN).chance == 1.0
    assert len(layer_weights()) == DEPTH
    assert min(layer_weights()) > 0


def test_marking_leaves_the_chances_as_they_are_over_all_keys() -> None:
    """The mark moves what one key draws, not what is likely."""
    import torch

    from aigc_guard.generators.watermark.drawing import Marker

    chances = torch.tensor([[0.5, 0.3, 0.2]])
    total = torch.zeros(3)
    for number in range(400):
        marker = Marker(Watermark("any", number.to_bytes(32, "little")), 1)
        for token in (11, 12, 13, 14):
            marker.go_on([0], [token])
        shifted = marker.marked(chances, torch.tensor([[1, 2, 3]]))
        assert float(shifted.sum()) == pytest.approx(1, abs=1e-5)
        total += shifted[0]
    assert (total / 400).tolist() == pytest.approx([0.5, 0.3, 0.2], abs=0.08)


def test_our_sampler_shifts_as_the_library_does() -> None:
    """The same context and chances give what the library's processor gives in its own loop."""
    import torch

    from aigc_guard.generators.watermark.drawing import Marker

    marker, written = Marker(OWN, 1), [3, 1, 4, 1, 5, 9]
    for token in written:
        marker.go_on([0], [token])
    chances = torch.rand(1, 30, generator=torch.Generator().manual_seed(0)).softmax(-1)
    ours = marker.marked(chances, torch.arange(30)[None])
    theirs = processor_of(OWN)
    theirs.state = None
    shifted = theirs(torch.tensor([[0]]), chances.log())
    for token in written:
        shifted = theirs(torch.tensor([[token]]), chances.log())
    theirs.state = None
    assert torch.allclose(ours, shifted.softmax(-1), atol=1e-6)
    assert not torch.allclose(ours, chances, atol=1e-3)


def asks(brief: Brief) -> Asked | None:
    return Asked(OWN, 200) if brief.channel == "web" else None


def writer(folder: Path, watermark_for: object = asks) -> TransformersGenerator:
    few = replace(KINDS["news"], decoding={"candidates": 2})
    return TransformersGenerator(
        "tiny",
        folder,
        {"news": few},
        model_digest="d" * 64,
        watermark_for=watermark_for,  # type: ignore[arg-type]
    )


def test_the_mark_is_part_of_a_drafts_identity(tmp_path: Path) -> None:
    folder = plain_model(tmp_path, "llama")
    plain, own = writer(folder, lambda _: None), writer(folder)
    other = writer(folder, lambda _: Asked(OTHER, 200))
    ids = {one.draft_id(news(1), seed=0, attempt=1) for one in (plain, own, other)}
    assert len(ids) == 3
    mail = news(1, channel="mail")
    assert own.draft_id(mail, seed=0, attempt=1) == plain.draft_id(mail, seed=0, attempt=1)
    assert plain.settings_for(news(1)) == plain.settings_digest
    assert own.mark_of(news(1)) == {"key": "own"}
    assert own.mark_of(mail) == {}


def free_folder(folder: Path) -> Path:
    """A random GPT-2 that knows no slots and whose every token is a word: texts read back alike."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers

    from aigc_guard.training.writers.model import new_trunk
    from aigc_guard.training.writers.tokenizer import save_tokenizer

    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = [one + other for one in syllables[:20] for other in syllables[20:40]]
    known = {word: place for place, word in enumerate(["<pad>", "<bos>", "<eos>", *words])}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    save_tokenizer(tokenizer, folder)
    torch.manual_seed(0)
    new_trunk(len(known), width=32, layers=1, context=512).save_pretrained(str(folder))
    return folder


def test_only_drafts_of_a_policy_that_asks_are_marked(tmp_path: Path) -> None:
    generator = writer(free_folder(tmp_path))
    briefs = [news(1), news(2, channel="mail"), news(3)]
    drafts = generator.write(briefs, seed=4, attempt=1)
    found = [measure(generator.tokens_of(one.text), OWN) for one in drafts]
    assert found[0].tokens > 50
    assert found[2].tokens > 50
    assert found[0].chance < 1e-3
    assert found[2].chance < 1e-3
    assert found[1].chance > 1e-3
    assert [one.settings_digest == generator.settings_digest for one in drafts] == [
        False,
        True,
        False,
    ]


def test_why_there_is_no_mark_is_said(tmp_path: Path, slot_model: Path) -> None:
    assert writer(slot_model).mark_of(news(1)) == {"without": "slots"}
    assert writer(slot_model).settings_for(news(1)) == writer(slot_model).settings_digest
    free = plain_model(tmp_path, "qwen")
    long = writer(free, lambda _: Asked(OWN, 5_000))
    assert long.mark_of(news(1)) == {"without": "short"}
    assert not json.dumps(dict(long.mark_of(news(1)))).count("o" * 32)


def test_a_watermark_shows_no_secret() -> None:
    assert "ooo" not in repr(OWN)
    assert "ooo" not in repr(Decoding(watermark=OWN))
