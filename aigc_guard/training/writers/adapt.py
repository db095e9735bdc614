"""A LoRA adapter over an exported writer: one kind, or one customer's pairs, few weights.

``python -m aigc_guard.training.writers.adapt --data DATA --base models/writer-en --out DIR``
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError
from aigc_guard.training.writers.loop import Plan, train
from aigc_guard.training.writers.mixture import Encoded, batches

MODULES = ("c_attn", "c_proj", "c_fc")


@dataclass(frozen=True, slots=True)
class Adapter:
    """Rank of the added matrices, and how long and how fast they are trained."""

    rank: int = 8
    steps: int = 300
    adam_rate: float = 1e-3
    muon_rate: float = 5e-3
    tokens: int = 3072


def adapt(
    base: Path, groups: dict[str, list[Encoded]], settings: Adapter, work: Path, out: Path
) -> Path:
    """Train an adapter on ``groups`` (equal shares) and write it to ``out`` with its base inside.

    The base lies in ``out/base``, so that one lock entry verifies both. Resumes from ``work``.
    Raises ConfigError when there is nothing to learn from.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from aigc_guard.training.writers.finetune import batch_loss

    groups = {name: pairs for name, pairs in groups.items() if pairs}
    if not groups:
        raise ConfigError("there are no pairs to adapt to", hint="name sources that the data has")
    torch.manual_seed(13)
    trunk = AutoModelForCausalLM.from_pretrained(
        str(base), dtype=torch.float32, local_files_only=True, use_safetensors=True
    )
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=2 * settings.rank,
        target_modules=list(MODULES),
        fan_in_fan_out=True,
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(trunk, config)
    shares = dict.fromkeys(groups, 1.0 / len(groups))
    planned = batches(groups, shares, steps=settings.steps, tokens=settings.tokens, seed=23)
    plan = Plan(steps=settings.steps, adam_rate=settings.adam_rate, muon_rate=settings.muon_rate)
    train(model, lambda step: batch_loss(model, planned[step]), plan, work)
    return _write(model, AutoTokenizer.from_pretrained(str(base)), base, out)


def _write(model: Any, tokenizer: Any, base: Path, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(out))
    tokenizer.save_pretrained(str(out))
    shutil.copytree(
        base, out / "base", dirs_exist_ok=True, ignore=shutil.ignore_patterns("model_card.json")
    )
    path = out / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = "base"
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (out / "README.md").unlink(missing_ok=True)
    return out


def main(argv: Sequence[str] | None = None) -> None:
    """Train an adapter from the command line."""
    from tokenizers import Tokenizer

    from aigc_guard.training.writers.mixture import by_source

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="an exported writer's folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="where checkpoints go (OUT.work)")
    parser.add_argument("--sources", required=True, help="names of pair sources, with commas")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--steps", type=int, default=300)
    given = parser.parse_args(argv)
    tokenizer = Tokenizer.from_file(str(given.base / "tokenizer.json"))
    encoded = by_source(tokenizer, given.data, 256)
    wanted = [name.strip() for name in given.sources.split(",")]
    groups = {name: encoded.get(name, []) for name in wanted}
    work = given.work or given.out.with_name(given.out.name + ".work")
    adapt(given.base, groups, Adapter(rank=given.rank, steps=given.steps), work, given.out)
    print(given.out)


if __name__ == "__main__":
    main()
