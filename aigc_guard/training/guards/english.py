"""Train the English guard: ``python -m aigc_guard.training.guards.english DATA BASE FOLDER``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.fit import fit, parameter_groups
from aigc_guard.training.guards.model import build, check_base
from aigc_guard.training.guards.name_sources import Refiller, held_out_skeletons, load_names
from aigc_guard.training.guards.toxic_sources import load_toxic
from aigc_guard.training.guards.views import Mix, Views
from aigc_guard.training.loop import LoopSettings

MIX = Mix(
    toxic_shares={
        "wiki": 0.19, "wiki6": 0.04, "balanced": 0.07, "civil": 0.15, "context": 0.08,
        "tweets": 0.17, "edos": 0.05, "stormfront": 0.08, "hatemoji": 0.09, "convabuse": 0.02,
        "toxigen": 0.01, "templates": 0.02, "drafts": 0.03,
    },
    name_shares={
        "docs": 0.32, "synth": 0.18, "refilled": 0.12, "wnut17": 0.09, "btc": 0.1,
        "crossner": 0.1, "wikigold": 0.06, "sec_filings": 0.03,
    },
)  # fmt: skip
"""Tweets and sexism stay under 30 %, templates at 2 %; documents lead the names."""

LATE_MIX = replace(
    MIX,
    toxic_shares={
        "wiki": 0.17, "wiki6": 0.03, "balanced": 0.04, "civil": 0.06, "context": 0.04,
        "tweets": 0.08, "edos": 0.02, "stormfront": 0.07, "hatemoji": 0.38, "toxigen": 0.03,
        "templates": 0.06, "drafts": 0.02,
    },
    toxic_batches=17,
    name_batches=3,
    swapped=0.25,
)  # fmt: skip
"""For the last steps: contrast pairs and identity terms, which a single epoch does not settle."""


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
    data: Path, base: Path, folder: Path, *, steps: int, rate: float, seed: int, mix: Mix = MIX
) -> Any:
    """Train to the last step (resuming if a checkpoint lies in ``folder``); gives the model."""
    import torch
    from transformers import BertTokenizerFast

    check_base(base)
    torch.manual_seed(seed)
    tokenizer = BertTokenizerFast.from_pretrained(base)
    names = load_names(data)
    refiller = Refiller(data, held_out_skeletons(names), seed)
    views = Views(load_toxic(data), names, tokenizer, mix, seed=seed, refiller=refiller)
    guard = build(make_config(base), base)
    settings = LoopSettings(steps=steps, learning_rate=rate, warmup_share=0.06, log_every=20)
    fit(guard, views, settings, folder, parameter_groups(guard, freeze_words=True, head_scale=8.0))
    return guard


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("base", type=Path, help="folder with the base encoder")
    parser.add_argument("folder", type=Path, help="where checkpoints go")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--late", action="store_true", help="draw from LATE_MIX")
    given = parser.parse_args(argv)
    run(
        given.data,
        given.base,
        given.folder,
        steps=given.steps,
        rate=given.rate,
        seed=given.seed,
        mix=LATE_MIX if given.late else MIX,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
