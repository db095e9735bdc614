"""Second and third stage: data-to-text pairs, then all kinds, loss on the targets alone."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aigc_guard.training.writers.export import mean_weights
from aigc_guard.training.writers.loop import Plan, train
from aigc_guard.training.writers.mixture import (
    ALL_KINDS,
    DATA_TO_TEXT,
    Encoded,
    authored_pairs,
    batches,
    by_source,
)
from aigc_guard.training.writers.model import ask_shape, asked_writer

LISTENING = 0.7
"""Share of the loss that is towards the teachers; the rest is towards people's own words."""


def batch_loss(model: Any, batch: Sequence[Encoded], teachers: Sequence[Any] = ()) -> Any:
    """Return the mean loss over the targets' tokens; prompts never meet the vocabulary.

    With ``teachers`` (writers of the same vocabulary) most of it is the cross-entropy towards the
    mean of their predictions: a small model learns more from what else might have been said
    (Hinton et al. 2015, arXiv:1503.02531).
    """
    import torch

    ids, wanted = _padded(batch, next(model.parameters()).device)
    logits = _target_logits(model, ids, wanted)
    loss = torch.nn.functional.cross_entropy(logits, ids[:, 1:][wanted[:, 1:]])
    if not teachers:
        return loss
    with torch.no_grad():
        said = [_target_logits(one, ids, wanted).float().softmax(-1) for one in teachers]
        told = torch.stack(said).mean(0)
    listened = -(told * logits.float().log_softmax(-1)).sum(-1).mean()
    return (1 - LISTENING) * loss + LISTENING * listened


def _padded(batch: Sequence[Encoded], device: Any) -> tuple[Any, Any]:
    """Return token ids and which of them are targets, both (pairs, longest)."""
    import torch

    width = max(len(pair.ids) for pair in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    wanted = torch.zeros(len(batch), width, dtype=torch.bool)
    for row, pair in enumerate(batch):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        wanted[row, pair.start : len(pair.ids)] = True
    return ids.to(device), wanted.to(device)


def _target_logits(model: Any, ids: Any, wanted: Any) -> Any:
    hidden = model.transformer(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
    return model.lm_head(hidden[wanted[:, 1:]])


def loss_function(
    model: Any,
    groups: dict[str, list[Encoded]],
    *,
    steps: int,
    switch: int,
    tokens: int,
    half: bool = False,
    teachers: Sequence[Any] = (),
) -> Callable[[int], Any]:
    """Return `loss_at(step)`: data-to-text up to `switch`, then every kind.

    With `half` the products are made in bfloat16 (weights and loss stay float32): what a GPU is
    fast at; a third less time a step on a CPU that has the instructions, several times more on one
    that has not.
    """
    import torch

    first = batches(groups, DATA_TO_TEXT, steps=switch, tokens=tokens, seed=21)
    second = batches(groups, ALL_KINDS, steps=steps - switch, tokens=tokens, seed=22)
    planned = first + second

    def loss_at(step: int) -> Any:
        with torch.autocast(next(model.parameters()).device.type, torch.bfloat16, enabled=half):
            return batch_loss(model, planned[step], teachers)

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


def first_weights(out: Path, starts: Sequence[Path]) -> dict[str, Any]:
    """Where the pairs begin: with the first stage's weights, or with the mean of writers'."""
    import torch

    if starts:
        return mean_weights(starts)
    state = torch.load(out / "prose" / "checkpoint.pt", weights_only=True)["model"]
    return dict(state)


def _teacher(folder: Path, device: str) -> Any:
    from aigc_guard.generators.transformers_lm import LoadedModel

    return LoadedModel(folder).model.to(device).requires_grad_(False)


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
    parser.add_argument(
        "--start", type=Path, action="append", help="exported writer to go on from; several: mean"
    )
    parser.add_argument("--rate", type=float, default=1.0, help="share of the usual learning rates")
    parser.add_argument("--teacher", type=Path, action="append", help="exported writer to copy")
    ask_shape(parser)
    options = parser.parse_args()
    torch.manual_seed(12)
    tokenizer = Tokenizer.from_file(str(options.out / "tokenizer" / "tokenizer.json"))
    groups = cached_groups(tokenizer, options.data, options.out / "encoded4.pt")
    if options.prepare:
        return
    model = asked_writer(tokenizer.get_vocab_size(), options)
    model.load_state_dict(first_weights(options.out, options.start or ()))
    print({k: (len(v), sum(len(e.ids) for e in v)) for k, v in groups.items()}, flush=True)
    loss_at = loss_function(
        model,
        groups,
        steps=options.steps,
        switch=options.switch,
        tokens=options.tokens,
        half=options.bfloat16,
        teachers=[_teacher(folder, options.device) for folder in options.teacher or ()],
    )
    usual = Plan(
        steps=options.steps,
        decay_share=0.9 if options.start else 0.55,
        checkpoint_seconds=options.checkpoint_seconds,
    )
    plan = replace(
        usual,
        muon_rate=usual.muon_rate * options.rate,
        adam_rate=usual.adam_rate * options.rate,
    )
    train(model, loss_at, plan, options.out / "pairs")


if __name__ == "__main__":
    main()
