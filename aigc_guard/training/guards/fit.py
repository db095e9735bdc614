"""Fit a two-headed guard to its views: what the English and the Chinese training share."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aigc_guard.training.guards.model import names_loss, toxicity_loss, words_loss
from aigc_guard.training.guards.views import Batch
from aigc_guard.training.loop import LoopSettings, train

if TYPE_CHECKING:
    import torch


class Tagger(Protocol):
    """Gives word tags for token ids: a task beside the two, for a guard that has a words head."""

    def tags(
        self, ids: torch.Tensor, mask: torch.Tensor, names: torch.Tensor | None = None
    ) -> torch.Tensor:
        """(batch, tokens) tags, IGNORED where none is known or ``names`` marks a name."""
        ...


class Batches(Protocol):
    """Batches by step number."""

    def batch(self, step: int) -> Batch:
        """The batch of ``step``."""
        ...


@dataclass(frozen=True)
class Beside:
    """What a small guard is taught beside its tasks.

    ``share`` weighs the words' loss. ``hidden`` is the share of a names batch's tokens that are
    replaced by ``mask_id``, so that a name is also known by what stands around it.
    """

    words: Tagger
    share: float = 0.4
    hidden: float = 0.08
    mask_id: int = 4


def parameter_groups(
    guard: Any, *, freeze_words: bool, head_scale: float
) -> list[dict[str, object]]:
    """Decayed matrices, undecayed vectors, faster heads.

    With ``freeze_words`` the word embeddings stay as the base has them: half the weights, and
    little to learn from the rare rows that a batch touches.
    """
    guard.bert.embeddings.word_embeddings.weight.requires_grad = not freeze_words
    heads = [p for name, p in guard.named_parameters() if not name.startswith("bert.")]
    trunk = [p for p in guard.bert.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trunk if p.ndim >= 2], "weight_decay": 0.01},
        {"params": [p for p in trunk if p.ndim < 2], "weight_decay": 0.0},
        {"params": heads, "weight_decay": 0.0, "scale": head_scale},
    ]


def fit(
    guard: Any,
    views: Batches,
    settings: LoopSettings,
    folder: Path,
    parameters: list[dict[str, object]],
    beside: Beside | None = None,
) -> None:
    """Train in place to the last step, resuming from ``folder``; prints JSON lines."""
    device = next(guard.parameters()).device
    seen: dict[str, list[float]] = {"toxicity": [], "names": [], "words": []}

    def loss_at(step: int) -> Any:
        drawn = views.batch(step)
        batch = drawn.to(device)
        ids = hide(batch.ids, batch.mask, beside, step) if beside and _marks(batch) else batch.ids
        read = guard.read(ids, batch.mask)
        logits = guard.answer(read, batch.task).float()
        if batch.task == "toxicity":
            loss = toxicity_loss(logits, batch.targets)
        else:
            assert batch.may_be is not None
            loss = names_loss(logits, batch.targets, batch.may_be)
        seen[batch.task].append(float(loss.detach()))
        if beside:
            names = drawn.targets if _marks(drawn) else None
            tags = beside.words.tags(drawn.ids, drawn.mask, names).to(device)
            words = words_loss(guard.answer(read, "words").float(), tags)
            seen["words"].append(float(words.detach()))
            loss = loss + beside.share * words
        return loss

    began = time.monotonic()

    def progress(step: int, loss: float) -> None:
        mean = {task: sum(values) / len(values) for task, values in seen.items() if values}
        seen.update({task: [] for task in seen})
        seconds = round(time.monotonic() - began)
        print(json.dumps({"step": step, "s": seconds, **mean}), flush=True)

    train(guard, loss_at, settings, folder, on_progress=progress, parameters=parameters)


def _marks(batch: Any) -> bool:
    """Whether the targets are tags per token."""
    return bool(batch.task == "names")


def hide(ids: torch.Tensor, mask: torch.Tensor, beside: Beside, step: int) -> torch.Tensor:
    """``ids`` with a share of the inner tokens hidden, drawn from ``step`` alone."""
    import torch

    draw = torch.rand(ids.shape, generator=torch.Generator().manual_seed(step)).to(ids.device)
    chosen = (draw < beside.hidden) & mask.bool()
    chosen[:, 0] = False
    chosen &= torch.roll(mask, -1, dims=1).bool()  # the last token of a row closes it
    return ids.masked_fill(chosen, beside.mask_id)
