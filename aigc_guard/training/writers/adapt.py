"""A LoRA adapter over an exported writer: one kind, or one customer's pairs, few weights.

``python -m aigc_guard.training.writers.adapt --data DATA --base models/writer-en --out DIR``
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError
from aigc_guard.kinds import load_kind
from aigc_guard.training.lineage import own_sentences
from aigc_guard.training.writers import pairs_authored
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
    base: Path,
    groups: dict[str, list[Encoded]],
    settings: Adapter,
    work: Path,
    out: Path,
    shares: Mapping[str, float] | None = None,
) -> Path:
    """Train an adapter on ``groups`` and write it to ``out``.

    ``shares`` says how often each group is drawn from, by default equally. The adapter names its
    base by its path from ``out``; the base's own lock entry verifies that. Resumes from ``work``.
    Raises ConfigError when there is nothing to learn from.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

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
    drawn = {name: (shares or {}).get(name, 1.0) for name in groups}
    planned = batches(groups, drawn, steps=settings.steps, tokens=settings.tokens, seed=23)
    plan = Plan(steps=settings.steps, adam_rate=settings.adam_rate, muon_rate=settings.muon_rate)
    train(model, lambda step: batch_loss(model, planned[step]), plan, work)
    return _write(model, base, out)


def _write(model: Any, base: Path, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(str(out))
    path = out / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = os.path.relpath(base.resolve(), out.resolve())
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (out / "README.md").unlink(missing_ok=True)
    for file in out.rglob("*.safetensors"):
        file.chmod(0o644)
    return out


def write_card(base: Path, out: Path, given: argparse.Namespace) -> None:
    """Say in ``out`` what the adapter is: the base's card, where it has one, and what is new."""
    card = base / "model_card.json"
    own: dict[str, Any] = json.loads(card.read_text("utf-8")) if card.is_file() else {}
    for key in ("figures", "parameters", "steps"):
        own.pop(key, None)
    own["name"] = out.name
    own["source"] = "trained by this project: aigc_guard.training.writers.adapt"
    files = {"authored": pairs_authored.FILE, **pairs_authored.BY_KIND}
    taught = [own_sentences(files[name]) for name in shares_of(given.sources) if name in files]
    own["trained_on"] = [*own.get("trained_on", []), *taught]
    own["summary"] = f"A LoRA adapter of rank {given.rank} upon {base.name}"
    own["recipe"] = (
        f"Upon {base.name}: {given.steps} steps of {Adapter().tokens} "
        f"tokens, pairs of {given.sources}, each drawn from in its share."
    )
    if given.kind:
        own["approved_for"] = [given.kind.name]
        own["summary"] += f", for {given.kind.name} texts"
        own["recipe"] += (
            f" Facts stand in the order in which kinds/{given.kind.name} asks for them."
        )
    text = json.dumps(own, indent=1, sort_keys=True, ensure_ascii=False)
    (out / "model_card.json").write_text(text + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    """Train an adapter from the command line."""
    from tokenizers import Tokenizer

    from aigc_guard.training.writers.mixture import by_source

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="an exported writer's folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="where checkpoints go (OUT.work)")
    parser.add_argument(
        "--sources",
        required=True,
        help="pair sources with commas, shares behind =: authored=3,cuad",
    )
    parser.add_argument("--kind", type=Path, help="kinds/NAME: only its pairs, as it asks for them")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--steps", type=int, default=300)
    given = parser.parse_args(argv)
    tokenizer = Tokenizer.from_file(str(given.base / "tokenizer.json"))
    kind = load_kind(given.kind) if given.kind else None
    encoded = by_source(tokenizer, given.data, 256, kind)
    shares = shares_of(given.sources)
    groups = {name: encoded.get(name, []) for name in shares}
    work = given.work or given.out.with_name(given.out.name + ".work")
    settings = Adapter(rank=given.rank, steps=given.steps)
    adapt(given.base, groups, settings, work, given.out, shares)
    write_card(given.base, given.out, given)
    print(given.out)


def shares_of(sources: str) -> dict[str, float]:
    """Read ``authored=3,cuad``: how often each source is drawn from; raises ConfigError."""
    shares = {}
    for part in sources.split(","):
        name, _, share = part.strip().partition("=")
        try:
            shares[name] = float(share or 1)
        except ValueError:
            shares[name] = 0.0
        if not shares[name] > 0:
            raise ConfigError(
                f"--sources: the share of {name} is {share!r}", hint="a number above 0: authored=3"
            )
    return shares


if __name__ == "__main__":
    main()
