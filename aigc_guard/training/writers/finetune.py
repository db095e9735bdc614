"""Second and third stage: data-to-text pairs, then all kinds, loss on the targets alone."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.training.writers.loop import Plan, train
from aigc_guard.training.writers.mixture import (
    ALL_KINDS,
    DATA_TO_TEXT,
    Encoded,
    authored_pairs,
    batches,
    by_source,
)
from aigc_guard.training.writers.model import ARCHITECTURES, new_writer


def batch_loss(model: Any, batch: Sequence[Encoded]) -> Any:
    """Return the mean loss over the targets' tokens; prompts never meet the vocabulary."""
    import torch

    width = max(len(pair.ids) for pair in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    wanted = torch.zeros(len(batch), width, dtype=torch.bool)
    for row, pair in enumerate(batch):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        wanted[row, pair.start : len(pair.ids)] = True
    hidden = model.transformer(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
    chosen = hidden[wanted[:, 1:]]
    logits = model.lm_head(chosen)
    return torch.nn.functional.cross_entropy(logits, ids[:, 1:][wanted[:, 1:]])


def loss_function(
    model: Any,
    groups: dict[str, list[Encoded]],
    *,
    steps: int,
    switch: int,
    tokens: int,
    half: bool = False,
) -> Callable[[int], Any]:
    """Return `loss_at(step)`: data-to-text up to `switch`, then every kind.

    With `half` the products are made in bfloat16 (weights and loss stay float32): a third less
    time a step on a CPU that has the instructions, several times more on one that has not.
    """
    import torch

    first = batches(groups, DATA_TO_TEXT, steps=switch, tokens=tokens, seed=21)
    second = batches(groups, ALL_KINDS, steps=steps - switch, tokens=tokens, seed=22)
    planned = first + second

    def loss_at(step: int) -> Any:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            return batch_loss(model, planned[step])

    return loss_at


def cached_groups(tokenizer: Any, data: Path, cache: Path) -> dict[str, list[Encoded]]:
    """Return the encoded pairs, written once beside the checkpoints (about a minute of work)."""
    import torch

    if not cache.is_file():
        groups = by_source(tokenizer, data, 256)
        plain = {name: [(list(e.ids), e.start) for e in pairs] for name, pairs in groups.items()}
        cache.parent.mkdir(parents=True, exist_ok=True)
        torch.save(plain, cache.with_suffix(".part"))
        cache.with_suffix(".part").replace(cache)
    stored = torch.load(cache, weights_only=True)
    groups = {name: [Encoded(tuple(i), s) for i, s in pairs] for name, pairs in stored.items()}
    groups["authored"] = authored_pairs(tokenizer, 256)
    return groups


def main() -> None:
    """Fine-tune the trunk of the first stage; resumes from its own checkpoint."""
    import torch
    from tokenizers import Tokenizer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--switch", type=int, default=480)
    parser.add_argument("--prepare", action="store_true", help="only write the encoded pairs")
    parser.add_argument("--tokens", type=int, default=3072)
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16")
    parser.add_argument("--checkpoint-seconds", type=float, default=600.0)
    parser.add_argument("--arch", choices=ARCHITECTURES, default="transformer")
    options = parser.parse_args()
    torch.manual_seed(12)
    tokenizer = Tokenizer.from_file(str(options.out / "tokenizer" / "tokenizer.json"))
    groups = cached_groups(tokenizer, options.data, options.out / "encoded3.pt")
    if options.prepare:
        return
    model = new_writer(options.arch, tokenizer.get_vocab_size())
    start = torch.load(options.out / "prose" / "checkpoint.pt", weights_only=True)
    model.load_state_dict(start["model"])
    print({k: (len(v), sum(len(e.ids) for e in v)) for k, v in groups.items()}, flush=True)
    loss_at = loss_function(
        model,
        groups,
        steps=options.steps,
        switch=options.switch,
        tokens=options.tokens,
        half=options.bfloat16,
    )
    plan = Plan(
        steps=options.steps, decay_share=0.55, checkpoint_seconds=options.checkpoint_seconds
    )
    train(model, loss_at, plan, options.out / "pairs")


if __name__ == "__main__":
    main()
