"""What the model sees: records drawn by share, attacked or swapped, folded, tokenised, batched.

Block ``n`` of batches is a function of (seed, n) alone, so a resumed training sees the same views.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from aigc_guard.text import fold, sentences
from aigc_guard.training.guards.attacks import Disguises, swap_identity
from aigc_guard.training.guards.model import IGNORED, TAGS
from aigc_guard.training.guards.records import TaggedText, ToxicText

if TYPE_CHECKING:
    import torch


class Refiller(Protocol):
    """Makes tagged texts on the spot, so that names never run out."""

    def draw(self, rng: random.Random) -> TaggedText:
        """One text with its spans."""
        ...


@dataclass(frozen=True)
class Batch:
    """One forward pass; ``may_be`` only for names."""

    task: str
    ids: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor
    may_be: torch.Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        may_be = None if self.may_be is None else self.may_be.to(device)
        ids, mask, targets = (part.to(device) for part in (self.ids, self.mask, self.targets))
        return Batch(self.task, ids, mask, targets, may_be)


@dataclass(frozen=True)
class Mix:
    """How views are drawn. Shares are per source; sizes in records, lengths in tokens."""

    toxic_shares: Mapping[str, float]
    name_shares: Mapping[str, float]
    toxic_batches: int = 15
    name_batches: int = 5
    batch: int = 32
    max_tokens: int = 96
    disguised: float = 0.2
    swapped: float = 0.1
    window: int = 420
    """Characters of a long document that one view of its names shows, at most about."""


class Views:
    """Batches by step number, deterministic in (seed, step)."""

    def __init__(
        self,
        toxic: Sequence[ToxicText],
        names: Sequence[TaggedText],
        tokenizer: Any,
        mix: Mix,
        *,
        seed: int,
        refiller: Refiller | None = None,
        strong: re.Pattern[str] | None = None,
    ) -> None:
        self._disguises = Disguises(strong)
        self._mix, self._seed, self._tokenizer = mix, seed, tokenizer
        self._refiller = refiller
        self._toxic = self._by_source(toxic)
        self._names = self._by_source(names)
        self._block: tuple[int, list[Batch]] = (-1, [])

    def _by_source(self, records: Sequence[Any]) -> dict[str, list[Any]]:
        out: dict[str, list[Any]] = {}
        for record in records:
            if record.split == "train":
                out.setdefault(record.source, []).append(record)
        for source, rows in out.items():
            random.Random(f"{self._seed}:{source}").shuffle(rows)
        return out

    @property
    def per_block(self) -> int:
        """Batches that are drawn together."""
        return self._mix.toxic_batches + self._mix.name_batches

    def batch(self, step: int) -> Batch:
        """The batch of ``step``."""
        number, index = divmod(step, self.per_block)
        if self._block[0] != number:
            self._block = (number, self.block(number))
        return self._block[1][index]

    def block(self, number: int) -> list[Batch]:
        """The batches of one block, in the order of their steps."""
        mix, rng = self._mix, random.Random(f"{self._seed}:block:{number}")
        toxic = self._draw(self._toxic, mix.toxic_shares, mix.toxic_batches * mix.batch, number)
        names = self._draw(self._names, mix.name_shares, mix.name_batches * mix.batch, number)
        if self._refiller and (share := mix.name_shares.get("refilled", 0.0)):
            fill = random.Random(f"{self._seed}:fill:{number}")
            count = round(share * mix.name_batches * mix.batch)
            names += [self._refiller.draw(fill) for _ in range(count)]
        batches = self._toxic_batches([self._view(r, rng) for r in toxic])
        batches += self._name_batches([_window(r, rng, mix.window) for r in names])
        rng.shuffle(batches)
        return batches

    def _draw(
        self, pools: Mapping[str, list[Any]], shares: Mapping[str, float], total: int, number: int
    ) -> list[Any]:
        """Each source in its own shuffled order, around and around."""
        out = []
        for source, share in shares.items():
            if rows := pools.get(source):
                count = round(share * total)
                at = number * count
                out += [rows[(at + i) % len(rows)] for i in range(count)]
        return out

    def _view(self, record: ToxicText, rng: random.Random) -> tuple[str, tuple[float, ...]]:
        text = record.text
        if len(text) > 1200:
            text = text[:1200]
        if rng.random() < self._mix.swapped:
            text = swap_identity(text, rng)
        if rng.random() < self._mix.disguised:
            text = self._disguises.of(text, rng)
        return fold(text).text, record.targets

    def _toxic_batches(self, views: list[tuple[str, tuple[float, ...]]]) -> list[Batch]:
        import torch

        limit = self._mix.max_tokens
        rows = self._tokenizer([text for text, _ in views], truncation=True, max_length=limit)
        order = sorted(range(len(views)), key=lambda i: len(rows["input_ids"][i]))
        batches = []
        for chosen in _parts(order, self._mix.toxic_batches):
            ids, mask = _pad([rows["input_ids"][i] for i in chosen])
            targets = torch.tensor([views[i][1] for i in chosen])
            batches.append(Batch("toxicity", ids, mask, targets))
        return batches

    def _name_batches(self, records: list[TaggedText]) -> list[Batch]:
        import torch

        rows = [tag_tokens(record, self._tokenizer, self._mix.max_tokens) for record in records]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        batches = []
        for chosen in _parts(order, self._mix.name_batches):
            ids, mask = _pad([rows[i][0] for i in chosen])
            tags, _ = _pad([rows[i][1] for i in chosen], IGNORED)
            may_be = torch.zeros(len(chosen), len(TAGS))
            for row, i in enumerate(chosen):
                for column, tag in enumerate(TAGS):
                    may_be[row, column] = float(tag == "O" or tag[2:] in records[i].unsure)
            batches.append(Batch("names", ids, mask, tags, may_be))
        return batches


def _parts(order: list[int], count: int) -> list[list[int]]:
    bounds = [len(order) * i // count for i in range(count + 1)]
    return [order[a:b] for a, b in pairwise(bounds) if b > a]


def _pad(rows: Sequence[Sequence[int]], fill: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    width = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def _window(record: TaggedText, rng: random.Random, size: int) -> TaggedText:
    """A run of whole sentences of about ``size`` characters, at a random place."""
    if len(record.text) <= size:
        return record
    parts = sentences(record.text)
    first = rng.randrange(len(parts))
    last = first
    while last + 1 < len(parts) and parts[last + 1].end - parts[first].start <= size:
        last += 1
    start, end = parts[first].start, parts[last].end
    spans = tuple(
        (max(a, start) - start, min(b, end) - start, label)
        for a, b, label in record.spans
        if a < end and b > start
    )
    unmarked = tuple((a - start, b - start) for a, b in record.unmarked if start <= a and b <= end)
    text = record.text[start:end]
    return TaggedText(text, spans, record.source, record.split, record.unsure, unmarked)


def tag_tokens(record: TaggedText, tokenizer: Any, limit: int) -> tuple[list[int], list[int]]:
    """Token ids and tag numbers of the folded text; the loss ignores special tokens and places

    where a name may stand that the source has not marked.
    """
    folded = fold(record.text)
    encoded = tokenizer(folded.text, truncation=True, max_length=limit, return_offsets_mapping=True)
    spans = [(folded.from_original(a, b), label) for a, b, label in record.spans]
    unmarked = [folded.from_original(a, b) for a, b in record.unmarked]
    tags = []
    previous = -1
    for start, end in encoded["offset_mapping"]:
        if start == end:
            tags.append(IGNORED)
            continue
        inside = next((i for i, (s, _) in enumerate(spans) if start < s.end and end > s.start), -1)
        if inside < 0:
            open_ = any(start < place.end and end > place.start for place in unmarked)
            tags.append(IGNORED if open_ else 0)
        else:
            part = "I" if inside == previous else "B"
            tags.append(TAGS.index(f"{part}-{spans[inside][1]}"))
        previous = inside
    return list(encoded["input_ids"]), tags
