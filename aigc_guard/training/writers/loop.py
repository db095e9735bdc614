"""The writers' training loop: deadline-aware schedule, checkpoints from which it resumes."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to train; `steps` is counted in optimizer steps."""

    steps: int
    warmup: int = 30
    muon_rate: float = 0.02
    adam_rate: float = 3e-3
    decay_share: float = 0.6
    """Share of the steps, at the end, over which the rates fall linearly to 3 %."""
    clip: float = 1.0
    checkpoint_seconds: float = 600.0
    log_every: int = 10


def rate_factor(step: int, plan: Plan) -> float:
    """Return the share of the full learning rate at `step`: warm-up, flat, linear decay."""
    if step < plan.warmup:
        return (step + 1) / plan.warmup
    start = plan.steps * (1 - plan.decay_share)
    if step <= start:
        return 1.0
    return max(0.03, 1.0 - 0.97 * (step - start) / max(1.0, plan.steps - start))


def save_checkpoint(folder: Path, model: Any, optimizer: Any, step: int) -> None:
    """Write the checkpoint whole or not at all."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "checkpoint.part"
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, part
    )
    part.replace(folder / "checkpoint.pt")


def train(
    model: Any,
    loss_at: Callable[[int], Any],
    plan: Plan,
    folder: Path,
    on_checkpoint: Callable[[int], None] | None = None,
) -> None:
    """Train `model` for `plan.steps`, resuming from `folder` if it holds a checkpoint.

    `loss_at(step)` returns the loss of that step's batch; being a function of the step alone, it
    makes a resumed run see the same batches as an unbroken one.
    """
    import torch

    from aigc_guard.training.writers.optimizer import MuonAdam

    optimizer = MuonAdam(model, muon_rate=plan.muon_rate, adam_rate=plan.adam_rate)
    start = 0
    if (folder / "checkpoint.pt").is_file():
        device = next(model.parameters()).device
        state = torch.load(folder / "checkpoint.pt", weights_only=True, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        start = int(state["step"])
    folder.mkdir(parents=True, exist_ok=True)
    model.train()
    began = saved = time.monotonic()
    mean = math.nan
    with (folder / "log.jsonl").open("a") as log:
        for step in range(start, plan.steps):
            loss = loss_at(step)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
            optimizer.step(rate_factor(step, plan))
            value = float(loss.detach())
            mean = value if math.isnan(mean) else 0.95 * mean + 0.05 * value
            now = time.monotonic()
            if step % plan.log_every == 0 or step == plan.steps - 1:
                seconds = round(now - began, 1)
                log.write(json.dumps({"step": step, "loss": round(mean, 4), "s": seconds}) + "\n")
                log.flush()
            if now - saved > plan.checkpoint_seconds or step == plan.steps - 1:
                save_checkpoint(folder, model, optimizer, step + 1)
                saved = now
                if on_checkpoint is not None:
                    on_checkpoint(step + 1)
