"""Train the English guard: ``python -m aigc_guard.training.guards.english DATA BASE FOLDER``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError
from aigc_guard.training.guards.ahead import CPU, Machine
from aigc_guard.training.guards.export import shipped_state
from aigc_guard.training.guards.fit import fit, parameter_groups
from aigc_guard.training.guards.model import build, check_base
from aigc_guard.training.guards.name_sources import load_names
from aigc_guard.training.guards.refill import Refiller
from aigc_guard.training.guards.toxic_sources import load_toxic, obscene_words
from aigc_guard.training.guards.update import adapt, check_start
from aigc_guard.training.guards.views import Mix, Views
from aigc_guard.training.loop import LoopSettings

MIX = Mix(
    toxic_shares={
        "wiki": 0.17, "wiki6": 0.03, "balanced": 0.06, "civil": 0.12, "context": 0.06,
        "tweets": 0.11, "edos": 0.05, "stormfront": 0.08, "hatemoji": 0.19, "convabuse": 0.02,
        "toxigen": 0.02, "templates": 0.03, "frames": 0.03, "drafts": 0.03,
    },
    name_shares={
        "docs": 0.25, "synth": 0.24, "refilled": 0.2, "wnut17": 0.06, "btc": 0.07,
        "crossner": 0.08, "wikigold": 0.06, "sec_filings": 0.04,
    },
    toxic_batches=14,
    name_batches=6,
    max_tokens=64,
    window=260,
    disguised=0.22,
    swapped=0.15,
)  # fmt: skip
"""Tweets and sexism stay under 30 %, templates at 3 %; emoji contrast pairs are few and hard, and
seen about five times. Longer windows than the views' 64 tokens are read no worse."""

_WHOLE: dict[str, Any] = {"freeze_words": True, "head_scale": 8.0}


def make_config(base: Path) -> dict[str, Any]:
    """The base's shape; no dropout on attention, where it costs the fast kernel."""
    config = json.loads((base / "config.json").read_text())
    keep = (
        "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers",
        "vocab_size", "max_position_embeddings", "type_vocab_size", "hidden_act",
        "layer_norm_eps", "pad_token_id",
    )  # fmt: skip
    return {key: config[key] for key in keep} | {
        "attention_probs_dropout_prob": 0.0,
        "hidden_dropout_prob": 0.1,
    }


def run(
    data: Path,
    base: Path,
    folder: Path,
    settings: LoopSettings,
    *,
    seed: int = 7,
    start: Path | None = None,
    rank: int = 0,
    machine: Machine = CPU,
) -> Any:
    """Train to the last step (resuming if a checkpoint lies in ``folder``); gives the model.

    ``start`` is the folder of an earlier training, or of a guard that ships, whose weights are
    taken over: a second round at a lower rate, over views that another seed draws. With a ``rank``
    only an update of it is trained (LoRA), which wants a higher rate.
    """
    import torch
    from transformers import BertTokenizerFast

    check_base(base)
    if rank:
        _check_rank(start)
    torch.manual_seed(seed)
    tokenizer = BertTokenizerFast.from_pretrained(base)
    names = load_names(data)
    refiller = Refiller(data, names, seed)
    strong = obscene_words(data)
    views = Views(
        load_toxic(data), names, tokenizer, MIX, seed=seed, refiller=refiller, strong=strong
    )
    guard = build(make_config(base), base)
    if start:
        go_on_from(guard, start)
    guard.to(machine.device)
    groups = adapt(guard, rank) if rank else parameter_groups(guard, **_WHOLE)
    fit(guard, machine.fed(views, settings.steps), settings, folder, groups)
    return guard


def _check_rank(start: Path | None) -> None:
    if start is None:
        raise ConfigError("an update changes a guard: which?", hint="give it: --start GUARD")
    check_start(start)


def go_on_from(guard: Any, start: Path) -> None:
    """Take over the weights of a training folder, or of a shipped one.

    What ships has its first positions alone, and its head holds the calibration.
    """
    import torch

    if (start / "checkpoint.pt").is_file():
        state = torch.load(start / "checkpoint.pt", weights_only=True, mmap=True)
        guard.load_state_dict(state["model"])
        return
    with torch.no_grad():
        own = dict(guard.named_parameters())
        for name, value in shipped_state(start).items():
            own[name][: len(value)].copy_(value)


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("base", type=Path, help="folder with the base encoder")
    parser.add_argument("folder", type=Path, help="where checkpoints go")
    parser.add_argument("--steps", type=int, default=4800)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16")
    parser.add_argument("--start", type=Path, help="training folder or guard to go on from")
    parser.add_argument("--rank", type=int, default=0, help="train an update of this rank alone")
    Machine.ask(parser)
    given = parser.parse_args(argv)
    settings = LoopSettings(
        steps=given.steps,
        learning_rate=given.rate,
        warmup_share=0.06,
        log_every=20,
        half=given.bfloat16,
    )
    machine = Machine(given.device, given.workers)
    run(
        given.data,
        given.base,
        given.folder,
        settings,
        seed=given.seed,
        start=given.start,
        rank=given.rank,
        machine=machine,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
