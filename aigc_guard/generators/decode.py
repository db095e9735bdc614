"""Batched sampling from a causal LM with a KV cache, under the slots' constraints.

One loop for every model: prompts of similar length share a batch, finished rows leave it, and a
seed fixes every draw. A slot-trained writer is held to its slots while it writes: a placeholder
that is not in the prompt can't be drawn, none twice unless it may repeat, and the text can't end
before all are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to draw: ``candidates`` per prompt, the first of them greedy."""

    candidates: int = 4
    temperature: float = 0.7
    top_p: float = 0.9
    max_new_tokens: int = 96
    batch: int = 96


@dataclass(frozen=True, slots=True)
class Request:
    """Token ids of one prompt. ``required`` must all be written; ``repeatable`` may be twice.

    Both are token ids; without ``required`` the model writes freely.
    """

    ids: tuple[int, ...]
    required: tuple[int, ...] = ()
    repeatable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One continuation: its token ids without the end token, and its mean log-probability."""

    ids: tuple[int, ...]
    score: float
    finished: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which token ids the constraints speak of. ``banned`` are never drawn."""

    pad: int
    end: int
    placeholders: tuple[int, ...] = ()
    banned: tuple[int, ...] = field(default=())


def sample(
    model: Any,
    requests: Sequence[Request],
    vocabulary: Vocabulary,
    decoding: Decoding,
    seed: int,
) -> list[list[Candidate]]:
    """Draw the candidates of every request; equal arguments give equal candidates."""
    import torch

    rows = [(i, n) for i in range(len(requests)) for n in range(decoding.candidates)]
    rows.sort(key=lambda row: (len(requests[row[0]].ids), row))
    found: list[list[Candidate | None]] = [[None] * decoding.candidates for _ in requests]
    generator = torch.Generator().manual_seed(seed)
    with torch.inference_mode():
        for start in range(0, len(rows), decoding.batch):
            part = rows[start : start + decoding.batch]
            batch = _Batch(model, [requests[i] for i, _ in part], vocabulary, decoding)
            greedy = [n == 0 for _, n in part]
            for (i, n), candidate in zip(part, batch.run(greedy, generator), strict=True):
                found[i][n] = candidate
    return [[c for c in row if c is not None] for row in found]


class _Batch:
    """The rows that are written together, and what is known of each."""

    def __init__(
        self, model: Any, requests: list[Request], vocabulary: Vocabulary, decoding: Decoding
    ) -> None:
        import torch

        self.model, self.vocabulary, self.decoding = model, vocabulary, decoding
        width = max(len(r.ids) for r in requests)
        count = len(requests)
        self.ids = torch.full((count, width), vocabulary.pad)
        self.mask = torch.zeros(count, width, dtype=torch.long)
        for row, request in enumerate(requests):
            self.ids[row, width - len(request.ids) :] = torch.tensor(request.ids)
            self.mask[row, width - len(request.ids) :] = 1
        marks = list(vocabulary.placeholders)
        self.open = torch.tensor([[m in r.required for m in marks] for r in requests]).view(
            count, -1
        )
        self.missing = self.open.clone()
        self.repeatable = torch.tensor([[m in r.repeatable for m in marks] for r in requests]).view(
            count, -1
        )

    def run(self, greedy: list[bool], generator: torch.Generator) -> list[Candidate]:
        """Write all rows to their end and return them in the order they came."""
        import torch

        # Draws are made on the CPU, so that a seed means the same wherever the model runs.
        device = getattr(self.model, "device", "cpu")
        count = self.ids.size(0)
        live = torch.arange(count)
        is_greedy = torch.tensor(greedy)
        written: list[list[int]] = [[] for _ in range(count)]
        total = [0.0] * count
        done = [False] * count
        step_ids, cache = self.ids, None
        places = (self.mask.cumsum(1) - 1).clamp(min=0)
        for _ in range(self.decoding.max_new_tokens):
            out = self.model(
                input_ids=step_ids.to(device),
                attention_mask=self.mask.to(device),
                position_ids=places[:, -step_ids.size(1) :].to(device),
                past_key_values=cache,
                use_cache=True,
            )
            cache = out.past_key_values
            logits = self._constrained(out.logits[:, -1].float().cpu())
            chosen = self._draw(logits, is_greedy, generator)
            gain = logits.log_softmax(-1).gather(1, chosen[:, None])[:, 0]
            for where, token, log in zip(
                live.tolist(), chosen.tolist(), gain.tolist(), strict=True
            ):
                if done[where]:
                    continue
                total[where] += log
                if token == self.vocabulary.end:
                    done[where] = True
                else:
                    written[where].append(token)
            self._note(chosen)
            keep = torch.tensor([row for row, where in enumerate(live.tolist()) if not done[where]])
            if not len(keep):
                break
            if len(keep) < 0.7 * len(live):
                live, is_greedy, chosen = live[keep], is_greedy[keep], chosen[keep]
                self._keep(keep)
                cache.batch_select_indices(keep.to(device))
                places = places[keep]
            places = torch.cat([places, places[:, -1:] + 1], dim=1)
            self.mask = torch.cat([self.mask, torch.ones(len(live), 1, dtype=torch.long)], dim=1)
            step_ids = chosen[:, None]
        return [
            Candidate(tuple(ids), total[i] / (len(ids) + 1), done[i])
            for i, ids in enumerate(written)
        ]

    def _keep(self, rows: torch.Tensor) -> None:
        self.mask, self.open = self.mask[rows], self.open[rows]
        self.missing, self.repeatable = self.missing[rows], self.repeatable[rows]

    def _constrained(self, logits: torch.Tensor) -> torch.Tensor:
        import torch

        logits[:, list(self.vocabulary.banned)] = -torch.inf
        if self.vocabulary.placeholders:
            marks = list(self.vocabulary.placeholders)
            allowed = self.missing | (self.repeatable & self.open)
            logits[:, marks] = logits[:, marks].masked_fill(~allowed, -torch.inf)
            waiting = self.missing.any(1)
            logits[waiting, self.vocabulary.end] = -torch.inf
        return logits

    def _draw(
        self, logits: torch.Tensor, greedy: torch.Tensor, generator: torch.Generator
    ) -> torch.Tensor:
        import torch

        best = logits.argmax(-1)
        if bool(greedy.all()):
            return best
        chances, order = (logits / self.decoding.temperature).topk(min(40, logits.size(-1)))
        chances = chances.softmax(-1)
        outside = chances.cumsum(-1) - chances > self.decoding.top_p
        chances = chances.masked_fill(outside, 0.0)
        pick = torch.multinomial(chances, 1, generator=generator)
        return torch.where(greedy, best, order.gather(1, pick)[:, 0])

    def _note(self, chosen: torch.Tensor) -> None:
        """Mark the placeholders that were just written."""
        import torch

        if self.vocabulary.placeholders:
            marks = torch.tensor(self.vocabulary.placeholders)
            self.missing = self.missing & (chosen[:, None] != marks[None, :])
