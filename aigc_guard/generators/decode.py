"""Batched sampling from a causal LM with a KV cache, under the slots' constraints.

One loop for every model: prompts of similar length share a batch, finished rows leave it, and a
seed fixes every draw. A candidate that goes on long after its siblings is given up, so that one
without an end does not hold up the batch. Candidates that have written the same words so far are
one row: a prompt is read once for all of its candidates, and a row splits where their draws part. A
slot-trained writer is held to its slots while it writes: a placeholder that is not in the prompt
can't be drawn, none twice unless it may repeat, and the text can't end before all are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aigc_guard.generators.runtime import Runtime, runtime_of
from aigc_guard.generators.watermark.drawing import Marker
from aigc_guard.generators.watermark.scheme import Watermark

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to draw: ``candidates`` per prompt, the first of them greedy unless they are marked.

    ``batch`` is how many candidates are written together; 0 leaves it to the model's runtime.
    When ``most_ended`` of a prompt's candidates have ended, one that is ``overlong`` times as long
    as the longest of them is given up, unfinished. A ``watermark`` is drawn into every candidate:
    what leaves no choice can't bear one.
    """

    candidates: int = 4
    temperature: float = 0.7
    top_p: float = 0.9
    max_new_tokens: int = 96
    batch: int = 0
    most_ended: float = 0.75
    overlong: float = 2.0
    watermark: Watermark | None = None


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

    runtime = runtime_of(model)
    order = sorted(range(len(requests)), key=lambda i: (len(requests[i].ids), i))
    together = max(1, (decoding.batch or runtime.most) // decoding.candidates)
    found: list[list[Candidate]] = [[] for _ in requests]
    generator = torch.Generator().manual_seed(seed)
    with torch.inference_mode():
        for start in range(0, len(order), together):
            part = order[start : start + together]
            batch = _Batch(runtime, [requests[i] for i in part], vocabulary, decoding, generator)
            for i, candidates in zip(part, batch.run(), strict=True):
                found[i] = candidates
    return found


class _Batch:
    """The candidates that are written together, and the rows they are on.

    ``on`` names the row of each candidate that is not done, in the order of ``live``. Rows carry
    what is known of the placeholders; the runtime carries what was read.
    """

    def __init__(
        self,
        runtime: Runtime,
        requests: list[Request],
        vocabulary: Vocabulary,
        decoding: Decoding,
        generator: torch.Generator,
    ) -> None:
        import torch

        self.runtime, self.vocabulary, self.decoding = runtime, vocabulary, decoding
        self.generator = generator
        width = max(len(r.ids) for r in requests)
        self.ids = torch.full((len(requests), width), vocabulary.pad)
        self.mask = torch.zeros(len(requests), width, dtype=torch.long)
        for row, request in enumerate(requests):
            self.ids[row, width - len(request.ids) :] = torch.tensor(request.ids)
            self.mask[row, width - len(request.ids) :] = 1
        marks = vocabulary.placeholders
        self.marks = torch.tensor(marks, dtype=torch.long)
        self.banned = torch.tensor(vocabulary.banned, dtype=torch.long)
        missing = [[m in r.required for m in marks] for r in requests]
        again = [[m in r.required and m in r.repeatable for m in marks] for r in requests]
        self.missing = torch.tensor(missing).view(len(requests), -1)
        self.again = torch.tensor(again).view(len(requests), -1)
        mark = decoding.watermark
        self.marker = Marker(mark, len(requests)) if mark is not None else None

    def run(self) -> list[list[Candidate]]:
        """Write all candidates to their end; per request, in the order of its candidates."""
        import torch

        each, count = self.decoding.candidates, self.ids.size(0)
        live = torch.arange(count * each)
        on = live // each
        written: list[list[int]] = [[] for _ in range(count * each)]
        total = torch.zeros(count * each)
        finished = [False] * (count * each)
        ended = _Ended(count, self.decoding)
        logits = self.runtime.read(self.ids, self.mask, count * each, self.decoding.max_new_tokens)
        for step in range(self.decoding.max_new_tokens):
            logits = self._constrained(logits)
            greedy = (live % each == 0) & (self.marker is None)
            chosen = self._draw(logits, on, greedy)
            total[live] += logits[on, chosen] - logits.logsumexp(-1)[on]
            for where, token in zip(live.tolist(), chosen.tolist(), strict=True):
                if token == self.vocabulary.end:
                    finished[where] = True
                else:
                    written[where].append(token)
            going = ended.go_on(live, chosen != self.vocabulary.end, step + 1)
            live, on, chosen = live[going], on[going], chosen[going]
            if not len(live) or step + 1 == self.decoding.max_new_tokens:
                break
            logits, on = self._go_on(on, chosen)
        made = [
            Candidate(tuple(ids), score / (len(ids) + 1), done)
            for ids, score, done in zip(written, total.tolist(), finished, strict=True)
        ]
        return [made[i : i + each] for i in range(0, len(made), each)]

    def _go_on(self, on: torch.Tensor, chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Put candidates of one row that drew one token on one new row; return logits and rows."""
        import torch

        span = int(chosen.max()) + 1
        children, child_of = torch.unique(on * span + chosen, return_inverse=True)
        places = _places((children // span).tolist())
        order = torch.tensor(places).argsort()
        sources, tokens = (children // span)[order], (children % span)[order]
        self.missing, self.again = self.missing[sources], self.again[sources]
        if len(self.marks):
            self.missing = self.missing & (tokens[:, None] != self.marks[None, :])
        if self.marker is not None:
            self.marker.go_on(sources.tolist(), tokens.tolist())
        logits = self.runtime.step(sources.tolist(), tokens.tolist())
        return logits, torch.tensor(places)[child_of]

    def _constrained(self, logits: torch.Tensor) -> torch.Tensor:
        import torch

        logits.index_fill_(1, self.banned, -torch.inf)
        if len(self.marks):
            allowed = self.missing | self.again
            logits[:, self.marks] = logits[:, self.marks].masked_fill(~allowed, -torch.inf)
            waiting = self.missing.any(1)
            logits[waiting, self.vocabulary.end] = -torch.inf
        return logits

    def _draw(self, logits: torch.Tensor, on: torch.Tensor, greedy: torch.Tensor) -> torch.Tensor:
        """Choose one token for each candidate from the logits of its row."""
        import torch

        if bool(greedy.all()):
            return logits.argmax(-1)[on]
        likely, order = logits.topk(min(40, logits.size(-1)))
        best = order[on, 0]
        chances = (likely / self.decoding.temperature).softmax(-1)
        outside = chances.cumsum(-1) - chances > self.decoding.top_p
        chances = chances.masked_fill(outside, 0.0)
        if self.marker is not None:
            chances = self.marker.marked(chances, order)
        pick = torch.multinomial(chances[on], 1, generator=self.generator)
        return torch.where(greedy, best, order[on].gather(1, pick)[:, 0])


class _Ended:
    """How many candidates of each prompt have ended, and how long the longest of them is."""

    def __init__(self, prompts: int, decoding: Decoding) -> None:
        import torch

        self.each, self.overlong = decoding.candidates, decoding.overlong
        self.most = decoding.most_ended * decoding.candidates
        self.count = torch.zeros(prompts, dtype=torch.long)
        self.longest = torch.zeros(prompts, dtype=torch.long)

    def go_on(self, live: torch.Tensor, going: torch.Tensor, length: int) -> torch.Tensor:
        """Which of the ``live`` candidates, now ``length`` tokens long, are worth going on with."""
        prompts = live // self.each
        done = prompts[~going]
        if len(done):
            self.count.index_add_(0, done, done.new_ones(len(done)))
            self.longest[done] = length
        settled = self.count >= self.most
        overlong = settled & (length >= self.overlong * self.longest)
        return going & ~overlong[prompts]


def _places(sources: list[int]) -> list[int]:
    """Give every new row a place among the first ones, its parent's where that is free.

    What stays in its place need not be copied.
    """
    count = len(sources)
    places = [-1] * count
    taken = [False] * count
    for child, source in enumerate(sources):
        if source < count and not taken[source]:
            places[child], taken[source] = source, True
    free = (place for place in range(count) if not taken[place])
    return [place if place >= 0 else next(free) for place in places]
