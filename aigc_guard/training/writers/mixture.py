"""Which pairs a step sees: shares per source and phase, batches of similar length."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.training.writers.pairs import Pair, fits, reordered

DATA_TO_TEXT = {
    "rnnlg-laptop": 0.38,
    "rnnlg-tv": 0.20,
    "rnnlg-restaurant": 0.07,
    "rnnlg-hotel": 0.06,
    "viggo": 0.17,
    "e2e": 0.06,
    "sgd": 0.03,
    "fetaqa": 0.03,
}
ALL_KINDS = {
    "rnnlg-laptop": 0.22,
    "rnnlg-tv": 0.11,
    "rnnlg-restaurant": 0.02,
    "rnnlg-hotel": 0.02,
    "viggo": 0.11,
    "e2e": 0.02,
    "sgd": 0.01,
    "fetaqa": 0.01,
    "products": 0.04,
    "news": 0.05,
    "cuad": 0.14,
    "templates": 0.02,
    "accord": 0.01,
    "authored": 0.22,
}
"""Shares of the pairs drawn; what is missing from the data is left out and the rest scaled."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of one pair; the loss counts from `start` on."""

    ids: tuple[int, ...]
    start: int


def encode_pairs(tokenizer: Any, pairs: Sequence[Pair], context: int) -> list[Encoded]:
    """Encode pairs, leaving out those longer than the context."""
    kept = [pair for pair in pairs if fits(pair)]
    prompts = tokenizer.encode_batch([p.prompt for p in kept], add_special_tokens=False)
    targets = tokenizer.encode_batch([p.target for p in kept], add_special_tokens=False)
    eos = tokenizer.token_to_id("<eos>")
    encoded = []
    for prompt, target in zip(prompts, targets, strict=True):
        ids = (*prompt.ids, *target.ids, eos)
        if len(ids) <= context:
            encoded.append(Encoded(ids, len(prompt.ids)))
    return encoded


def training_pairs(data: Path) -> Iterator[Pair]:
    """Yield every source's pairs; those of the test and valid splits too."""
    from aigc_guard.training.writers import (
        pairs_authored,
        pairs_d2t,
        pairs_legal,
        pairs_marketing,
        pairs_news,
    )

    for pair in pairs_d2t.rnnlg(data):
        yield pair
        yield from pairs_d2t.sentence_pairs(pair)
    for pair in pairs_d2t.e2e(data):
        yield pair
        yield from pairs_d2t.sentence_pairs(pair)
    yield from pairs_d2t.viggo(data)
    yield from pairs_d2t.sgd(data)
    yield from pairs_d2t.fetaqa(data)
    yield from pairs_marketing.products(data)
    yield from pairs_news.news(data)
    yield from pairs_legal.cuad(data)
    yield from pairs_legal.templates(data)
    yield from pairs_legal.accord(data)
    yield from pairs_authored.authored()


def _orders(pair: Pair, draw: random.Random) -> list[Pair]:
    """Benchmarks keep their order; the kinds see their facts in random ones."""
    if pair.source.startswith(("rnnlg", "viggo", "e2e", "sgd")):
        return [pair]
    times = 3 if pair.source == "authored" else 1
    return [
        reordered(pair, draw.sample(range(len(pair.slots)), len(pair.slots))) for _ in range(times)
    ]


def authored_pairs(tokenizer: Any, context: int) -> list[Encoded]:
    """Encode the project's own pairs, each in three orders of its facts."""
    from aigc_guard.training.writers.pairs_authored import authored

    draw = random.Random(41)
    return encode_pairs(tokenizer, [q for p in authored() for q in _orders(p, draw)], context)


def by_source(tokenizer: Any, data: Path, context: int) -> dict[str, list[Encoded]]:
    """Encode the training side of every source."""
    draw = random.Random(31)
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in training_pairs(data):
        if pair.split == "train" and not re.search(r">[\w<](?!r0)", pair.target):
            groups[pair.source].extend(_orders(pair, draw))
    return {name: encode_pairs(tokenizer, pairs, context) for name, pairs in groups.items()}


def batches(
    groups: dict[str, list[Encoded]],
    shares: dict[str, float],
    *,
    steps: int,
    tokens: int,
    seed: int,
) -> list[list[Encoded]]:
    """Plan `steps` batches of at most `tokens` padded tokens, each of pairs of similar length."""
    draw = random.Random(seed)
    names = [name for name in shares if groups.get(name)]
    weights = [shares[name] for name in names]
    queues: dict[str, list[Encoded]] = {name: [] for name in names}
    planned: list[list[Encoded]] = []
    while len(planned) < steps:
        pool: list[Encoded] = []
        for name in draw.choices(names, weights, k=600):
            if not queues[name]:
                queues[name] = draw.sample(groups[name], len(groups[name]))
            pool.append(queues[name].pop())
        pool.sort(key=lambda pair: len(pair.ids))
        made: list[list[Encoded]] = []
        current: list[Encoded] = []
        for pair in pool:
            if current and len(pair.ids) * (len(current) + 1) > tokens:
                made.append(current)
                current = []
            current.append(pair)
        made.append(current)
        draw.shuffle(made)
        planned.extend(made)
    return planned[:steps]
