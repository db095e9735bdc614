"""One resumable training loop for every model.

The loss of step ``i`` is a function of ``i`` alone (the caller draws its batch from ``(seed, i)``),
so a resumed run sees exactly the batches that an unbroken one would have seen.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aigc_guard.errors import ModelError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class LoopSettings:
    """How long and how fast to train; times in seconds, learning rate at its peak."""

    steps: int
    learning_rate: float
    warmup_share: float = 0.05
    final_share: float = 0.0
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    checkpoint_seconds: float = 600.0
    log_every: int = 50
    half: bool = False
    """Matrix products in bfloat16, weights and losses in float32: several times faster on a GPU; a
    third less time on a CPU with the instructions (avx512_bf16), several times more without."""


def rate_at(step: int, settings: LoopSettings) -> float:
    """Learning rate of ``step``: linear warm-up, then cosine to ``final_share`` of the peak."""
    warmup = max(1, int(settings.steps * settings.warmup_share))
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1, settings.steps - warmup)
    floor = settings.final_share
    return settings.learning_rate * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress)))


def train(
    model: torch.nn.Module,
    loss_at: Callable[[int], torch.Tensor],
    settings: LoopSettings,
    folder: Path,
    *,
    on_progress: Callable[[int, float], None] = lambda step, loss: None,
    parameters: list[dict[str, object]] | None = None,
) -> None:
    """Train ``model`` in place, resuming from ``folder`` when it holds a checkpoint.

    ``loss_at(step)`` returns a scalar tensor. ``parameters`` are AdamW groups, each with an
    optional ``scale`` on the learning rate. The model stays on its device, and ``loss_at`` has to
    put its batch there. Raises ModelError when the loss is not finite.
    """
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    groups = parameters or _groups(model, settings.weight_decay)
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98))
    start = _resume(model, optimizer, settings, folder)
    kind = next(model.parameters()).device.type
    last_saved = time.monotonic()
    running, since = 0.0, 0
    model.train()
    for step in range(start, settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, settings) * group.get("scale", 1.0)
        with torch.autocast(kind, torch.bfloat16, enabled=settings.half):
            loss = loss_at(step)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"loss is {value} at step {step}", hint="lower the learning rate")
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        running, since = running + value, since + 1
        if (step + 1) % settings.log_every == 0 or step + 1 == settings.steps:
            on_progress(step + 1, running / since)
            running, since = 0.0, 0
        if time.monotonic() - last_saved > settings.checkpoint_seconds:
            save_checkpoint(model, optimizer, step + 1, settings, folder)
            last_saved = time.monotonic()
    save_checkpoint(model, optimizer, settings.steps, settings, folder)


def _groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Biases and norms (vectors) are not decayed; matrices are."""
    trained = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": weight_decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]


def save_checkpoint(
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    step: int,
    settings: LoopSettings,
    folder: Path,
) -> None:
    """Write one checkpoint atomically: a kill leaves the old one or the new one."""
    import torch

    partial = folder / "checkpoint.partial"
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    torch.save(state, partial)
    partial.replace(folder / "checkpoint.pt")
    (folder / "progress.json").write_text(json.dumps({"step": step, **asdict(settings)}))


def _resume(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, settings: LoopSettings, folder: Path
) -> int:
    import torch

    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True, map_location=next(model.parameters()).device)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    step = int(state["step"])
    if step > settings.steps:
        raise ModelError(
            f"{path} is at step {step}, past the {settings.steps} asked for",
            hint="ask for more steps or give a fresh folder",
        )
    return step
