"""Search of learning rates: at most eight trials on a tenth of the data, judged on other data.

``python -m aigc_guard.training.search guard|writer DATA WORK [--base BASE]``. Prints the best
values as JSON; a training is then started with them by hand, so that a search changes nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError, GuardError, ModelUnavailable

MOST_TRIALS = 8
SHARE = 0.1
VALIDATION_BATCHES = 40
TOKENS = 3072


@dataclass(frozen=True, slots=True)
class Range:
    """A value to search on a logarithmic scale."""

    low: float
    high: float


GUARD_SPACE = {"learning_rate": Range(3e-5, 5e-4), "head_scale": Range(1.0, 16.0)}
WRITER_SPACE = {"muon_rate": Range(5e-3, 5e-2), "adam_rate": Range(5e-4, 8e-3)}


def search(
    loss_of: Callable[[Mapping[str, float]], float],
    space: Mapping[str, Range],
    *,
    trials: int,
    seed: int = 0,
) -> dict[str, Any]:
    """Minimise ``loss_of`` over ``space``; every trial is in the result.

    Raises ConfigError for more trials than MOST_TRIALS: beyond that the validation data is fitted.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise ConfigError(f"{trials} trials", hint=f"give 1 to {MOST_TRIALS}")
    try:
        import optuna
    except ImportError:
        raise ModelUnavailable(
            "the search needs optuna", hint='install it: pip install "aigc-guard[train]"'
        ) from None

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial: Any) -> float:
        values = {n: trial.suggest_float(n, r.low, r.high, log=True) for n, r in space.items()}
        loss = loss_of(values)
        print(json.dumps({"trial": trial.number, "loss": round(loss, 5), **values}),
              file=sys.stderr, flush=True)  # fmt: skip
        return loss

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    return {
        "best": dict(study.best_params),
        "loss": study.best_value,
        "trials": [{"loss": t.value, **t.params} for t in study.trials],
    }


def tenth(rows: Sequence[Any], seed: int = 0, share: float = SHARE) -> list[Any]:
    """A share of ``rows``, at least one of any, the same at each call."""
    count = min(len(rows), max(1, round(len(rows) * share)))
    return random.Random(seed).sample(list(rows), count)


def guard_loss(data: Path, base: Path, steps: int) -> Callable[[Mapping[str, float]], float]:
    """Train the English guard shortly and give its loss on the development split."""
    import torch
    from transformers import BertTokenizerFast

    from aigc_guard.training.guards.english import MIX, make_config
    from aigc_guard.training.guards.fit import fit, parameter_groups
    from aigc_guard.training.guards.model import build, check_base, names_loss, toxicity_loss
    from aigc_guard.training.guards.name_sources import load_names
    from aigc_guard.training.guards.toxic_sources import load_toxic
    from aigc_guard.training.guards.views import Views
    from aigc_guard.training.loop import LoopSettings

    check_base(base)
    tokenizer = BertTokenizerFast.from_pretrained(base)
    toxic, names = load_toxic(data), load_names(data)
    few_toxic = tenth([r for r in toxic if r.split == "train"])
    few_names = tenth([r for r in names if r.split == "train"])
    # Views draw from what is marked for training; here the development split is what is drawn.
    held_toxic = [replace(r, split="train") for r in toxic if r.split == "dev"]
    held_names = [replace(r, split="train") for r in names if r.split == "dev"]
    plain = replace(MIX, swapped=0.0, disguised=0.0)
    judged = Views(held_toxic, held_names, tokenizer, plain, seed=1)

    def loss_of(values: Mapping[str, float]) -> float:
        torch.manual_seed(0)
        guard = build(make_config(base), base)
        views = Views(few_toxic, few_names, tokenizer, MIX, seed=0)
        settings = LoopSettings(steps=steps, learning_rate=values["learning_rate"])
        groups = parameter_groups(guard, freeze_words=True, head_scale=values["head_scale"])
        with tempfile.TemporaryDirectory(prefix="aigc-guard-search-") as folder:
            fit(guard, views, settings, Path(folder), groups)
        guard.eval()
        total = 0.0
        with torch.no_grad():
            for step in range(VALIDATION_BATCHES):
                batch = judged.batch(step)
                logits = guard(batch.ids, batch.mask, batch.task)
                total += float(
                    toxicity_loss(logits, batch.targets)
                    if batch.task == "toxicity"
                    else names_loss(logits, batch.targets, batch.may_be)  # type: ignore[arg-type]
                )
        return total / VALIDATION_BATCHES

    return loss_of


def writer_loss(data: Path, work: Path, steps: int) -> Callable[[Mapping[str, float]], float]:
    """Train a writer shortly and give its loss on pairs of the training split it has not seen."""
    import torch
    from tokenizers import Tokenizer

    from aigc_guard.training.writers.finetune import batch_loss, cached_groups
    from aigc_guard.training.writers.loop import Plan, train
    from aigc_guard.training.writers.mixture import ALL_KINDS, batches
    from aigc_guard.training.writers.model import new_trunk

    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))
    few = {n: tenth(p) for n, p in cached_groups(tokenizer, data, work / "encoded4.pt").items()}
    seen = {name: pairs[len(pairs) // 10 :] for name, pairs in few.items()}
    unseen = {name: pairs[: len(pairs) // 10] for name, pairs in few.items()}
    planned = batches(seen, ALL_KINDS, steps=steps, tokens=TOKENS, seed=1)
    judged = batches(unseen, ALL_KINDS, steps=VALIDATION_BATCHES, tokens=TOKENS, seed=2)

    def loss_of(values: Mapping[str, float]) -> float:
        torch.manual_seed(0)
        model = new_trunk(tokenizer.get_vocab_size())
        plan = Plan(steps=steps, **values)  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory(prefix="aigc-guard-search-") as folder:
            train(model, lambda step: batch_loss(model, planned[step]), plan, Path(folder))
        model.eval()
        with torch.no_grad():
            return sum(float(batch_loss(model, batch)) for batch in judged) / len(judged)

    return loss_of


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(prog="python -m aigc_guard.training.search")
    parser.add_argument("model", choices=("guard", "writer"))
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("work", type=Path, help="the writer's training folder; any for a guard")
    parser.add_argument("--base", type=Path, help="folder with the guard's base encoder")
    parser.add_argument("--trials", type=int, default=MOST_TRIALS)
    parser.add_argument("--steps", type=int, default=150, help="training steps of each trial")
    given = parser.parse_args(argv)
    try:
        if given.model == "guard":
            if given.base is None:
                raise ConfigError("a guard needs its base encoder", hint="--base DIR")
            loss_of, space = guard_loss(given.data, given.base, given.steps), GUARD_SPACE
        else:
            loss_of, space = writer_loss(given.data, given.work, given.steps), WRITER_SPACE
        print(json.dumps(search(loss_of, space, trials=given.trials), indent=1))
    except GuardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
