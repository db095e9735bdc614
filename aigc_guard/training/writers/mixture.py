"""Which pairs a step sees: shares per source and phase, batches of similar length."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.generators.faithful import is_repetitive
from aigc_guard.generators.grammar import is_garbled
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.post import spaced
from aigc_guard.generators.prompts import PromptFormat, prompt_format
from aigc_guard.kinds import Kind
from aigc_guard.training.writers.pairs import Pair, fits, reordered

DATA_TO_TEXT = {
    "rnnlg-laptop": 0.30,
    "rnnlg-tv": 0.26,
    "rnnlg-restaurant": 0.03,
    "rnnlg-hotel": 0.03,
    "viggo": 0.27,
    "e2e": 0.05,
    "sgd": 0.04,
    "fetaqa": 0.02,
}
ALL_KINDS = {
    "rnnlg-laptop": 0.21,
    "rnnlg-tv": 0.19,
    "rnnlg-restaurant": 0.01,
    "rnnlg-hotel": 0.01,
    "viggo": 0.19,
    "e2e": 0.01,
    "products": 0.03,
    "news": 0.06,
    "cuad": 0.14,
    "templates": 0.015,
    "accord": 0.005,
    "authored": 0.13,
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
    for source, file in pairs_authored.BY_KIND.items():
        yield from pairs_authored.authored(file, source)


def orders_of(pair: Pair, draw: random.Random) -> list[Pair]:
    """The kinds see their facts in random orders; a benchmark's act in its own and in others.

    People keep to the order of RNNLG's acts hardly more often than chance would (60 of 100 pairs
    of slots), so every order of an act asks for the same text. What an act begins with (what is
    spoken of) stays in front.
    """
    if pair.source.startswith(("e2e", "sgd")):
        return [pair]
    if pair.source.startswith(("rnnlg", "viggo")):
        first = 1 if pair.source == "viggo" else 2
        rest = range(first, len(pair.slots))
        return [pair] + [
            reordered(pair, [*range(first), *draw.sample(rest, len(rest))])
            for _ in range(3 if len(rest) > 1 else 0)
        ]
    times = 3 if pair.source == "authored" else 1
    return [
        reordered(pair, draw.sample(range(len(pair.slots)), len(pair.slots))) for _ in range(times)
    ]


def is_teachable(pair: Pair) -> bool:
    """Whether the writer may learn from a pair: shipped rules would not turn its text away.

    The benchmarks are taught as they are; what a kind ships must be sound language.
    """
    if pair.source.startswith(("rnnlg", "viggo", "e2e", "sgd", "fetaqa")):
        return True
    copied = [i for i, slot in enumerate(pair.slots) if slot.copied]
    pieces = [
        f"\x00{copied[int(piece[2:-1]) - 1]}\x00" if re.fullmatch(r"<v\d+>", piece) else piece
        for piece in re.split(r"(<v\d+>)", pair.target)
        if piece
    ]
    slots = pair.slots
    if pair.source.startswith("authored"):  # its slots hold their names in place of values
        slots = tuple(Slot(s.name, "to have it", s.type) if s.name == "reason" else s
                      for s in slots)  # fmt: skip
    return not is_garbled(spaced(pieces), slots) and not is_repetitive(" ".join(pieces[::2]))


def authored_pairs(tokenizer: Any, context: int) -> list[Encoded]:
    """Encode the project's own pairs, each in three orders of its facts."""
    from aigc_guard.training.writers.pairs_authored import authored

    draw = random.Random(41)
    pairs = [q for p in authored() if is_teachable(p) for q in orders_of(p, draw)]
    return encode_pairs(tokenizer, pairs, context)


def as_asked(pair: Pair, form: PromptFormat) -> Pair:
    """The pair with its facts in the order in which the kind's passes ask for them.

    Where the first party always comes first, a small writer does not mistake one for the other.
    """
    names = [slot.name for slot in pair.slots]
    for step in form.passes:
        of_topic = step.act == "{topic}"
        take = form.acts.get(pair.act, step.take) if of_topic else step.take
        if (of_topic or step.act == pair.act) and all(name in take for name in names):
            return reordered(pair, sorted(range(len(names)), key=lambda i: take.index(names[i])))
    return pair


def by_source(
    tokenizer: Any, data: Path, context: int, kind: Kind | None = None
) -> dict[str, list[Encoded]]:
    """Encode the training side of every source; of one `kind` alone, as it asks, if given."""
    draw = random.Random(31)
    form = prompt_format(kind) if kind else None
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in training_pairs(data):
        loose = re.search(r">[\w<](?!r0)", pair.target)
        asked = kind is None or pair.kind == kind.name
        if asked and pair.split == "train" and not loose and is_teachable(pair):
            groups[pair.source] += [as_asked(pair, form)] if form else orders_of(pair, draw)
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
