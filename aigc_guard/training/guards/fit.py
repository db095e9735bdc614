"""Fit a two-headed guard to its views: what the English and the Chinese training share."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.model import names_loss, toxicity_loss
from aigc_guard.training.guards.views import Views
from aigc_guard.training.loop import LoopSettings, train


def parameter_groups(
    guard: Any, *, freeze_words: bool, head_scale: float
) -> list[dict[str, object]]:
    """Decayed matrices, undecayed vectors, faster heads.

    With ``freeze_words`` the word embeddings stay as the base has them: half the weights, and
    little to learn from the rare rows that a batch touches.
    """
    guard.bert.embeddings.word_embeddings.weight.requires_grad = not freeze_words
    heads = [*guard.toxicity.parameters(), *guard.names.parameters()]
    trunk = [p for p in guard.bert.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trunk if p.ndim >= 2], "weight_decay": 0.01},
        {"params": [p for p in trunk if p.ndim < 2], "weight_decay": 0.0},
        {"params": heads, "weight_decay": 0.0, "scale": head_scale},
    ]


def fit(
    guard: Any,
    views: Views,
    settings: LoopSettings,
    folder: Path,
    parameters: list[dict[str, object]],
) -> None:
    """Train in place to the last step, resuming from ``folder``; prints JSON lines."""
    seen: dict[str, list[float]] = {"toxicity": [], "names": []}

    def loss_at(step: int) -> Any:
        batch = views.batch(step)
        logits = guard(batch.ids, batch.mask, batch.task)
        if batch.task == "toxicity":
            loss = toxicity_loss(logits, batch.targets)
        else:
            assert batch.may_be is not None
            loss = names_loss(logits, batch.targets, batch.may_be)
        seen[batch.task].append(float(loss.detach()))
        return loss

    began = time.monotonic()

    def progress(step: int, loss: float) -> None:
        mean = {task: sum(values) / len(values) for task, values in seen.items() if values}
        seen.update({task: [] for task in seen})
        seconds = round(time.monotonic() - began)
        print(json.dumps({"step": step, "s": seconds, **mean}), flush=True)

    train(guard, loss_at, settings, folder, on_progress=progress, parameters=parameters)
