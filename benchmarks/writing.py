"""Drafts per second: ``generate`` one draft at a time, ``generate`` in batches, and ours.

``python benchmarks/writing.py``. The same model draws the same number of candidates from the same
prompts of the same sample briefs; ours also keeps to the slots, judges and assembles the drafts.
Rounds of the three ways alternate, and medians are taken, so that another program on the machine
slows all three.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.config import Config, load_config
from aigc_guard.errors import ConfigError, GuardError
from aigc_guard.generators.linearise import prompt_of
from aigc_guard.generators.plan import plan_draft
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.generators.runtime import runtime_of
from aigc_guard.generators.transformers_lm import (
    LoadedModel,
    TransformersGenerator,
    decoding_of,
)
from aigc_guard.intake import read_briefs
from aigc_guard.kinds import Kind, load_kinds
from aigc_guard.models import ModelStore
from aigc_guard.records import Brief

Progress = Callable[[str], None]


def sample_briefs(config: Config, kinds: dict[str, Kind], kind: str) -> list[Brief]:
    """The project's English sample briefs of a kind that a model has to write."""
    intake = read_briefs(config.briefs, kinds, limits=config.limits, writers_for=lambda *_: True)
    return [b for b in intake.briefs if not b.text and b.language == "en" and b.kind == kind]


def prompts_of(brief: Brief, kind: Kind) -> list[str]:
    """One prompt per pass of the brief's plan."""
    plan = plan_draft(brief, prompt_format(kind))
    return [prompt_of(kind.name, section.act, section.slots) for section in plan.sections]


def generate(loaded: LoadedModel, prompts: Sequence[str], kind: Kind) -> None:
    """Draw the candidates of the prompts in one call of transformers' ``generate``."""
    import torch

    decoding = decoding_of(kind)
    loaded.tokenizer.padding_side = "left"
    inputs = loaded.tokenizer(
        list(prompts), return_tensors="pt", padding=True, add_special_tokens=False
    )
    with torch.inference_mode():
        loaded.model.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            do_sample=True,
            temperature=decoding.temperature,
            top_p=decoding.top_p,
            top_k=40,
            num_return_sequences=decoding.candidates,
            max_new_tokens=decoding.max_new_tokens,
            suppress_tokens=list(loaded.vocabulary.banned) or None,
            pad_token_id=loaded.vocabulary.pad,
            eos_token_id=loaded.vocabulary.end,
        )


def one_at_a_time(loaded: LoadedModel, briefs: Sequence[Brief], kind: Kind) -> None:
    """Every pass of every draft by itself."""
    for brief in briefs:
        for prompt in prompts_of(brief, kind):
            generate(loaded, [prompt], kind)


def in_batches(loaded: LoadedModel, briefs: Sequence[Brief], kind: Kind) -> None:
    """All passes of all drafts, sorted by length, as many rows a call as our decoder takes."""
    decoding = decoding_of(kind)
    prompts = sorted((p for brief in briefs for p in prompts_of(brief, kind)), key=len)
    rows = max(1, (decoding.batch or runtime_of(loaded.model).most) // decoding.candidates)
    for start in range(0, len(prompts), rows):
        generate(loaded, prompts[start : start + rows], kind)


def drafts_per_second(work: Callable[[], Any], drafts: int) -> float:
    """Time one go; each way has been warmed up before."""
    began = time.perf_counter()
    work()
    return drafts / (time.perf_counter() - began)


def compare(
    config: Config, writers: Callable[[str], tuple[str, Path]], *, only: str, one: int, most: int,
    rounds: int,
) -> dict[str, list[list[float]]]:  # fmt: skip
    """Per kind (or of ``only`` one) the three ways' rates, one of each a round.

    ``writers`` gives name and folder of a kind's writer. The slow way writes ``one`` drafts, other
    ones every round; the others write ``most``.
    """
    kinds = load_kinds(config.kinds)
    found: dict[str, list[list[float]]] = {}
    for kind_name, kind in sorted(kinds.items()):
        briefs = sample_briefs(config, dict(kinds), kind_name)[:most]
        if not briefs or only not in ("", kind_name):
            continue
        name, folder = writers(kind_name)
        generator = TransformersGenerator(name, folder, kinds, model_digest="benchmark")
        loaded = generator.loaded
        if not loaded.slot_trained:
            raise ConfigError(
                f"{name} is not slot-trained", hint="this benchmark compares the embedded writers"
            )
        generate(loaded, prompts_of(briefs[0], kind)[:1], kind)
        generator.write(briefs[:1], seed=1, attempt=1)
        rates: list[list[float]] = [[], [], []]
        for number in range(rounds):
            few = [briefs[(number * one + i) % len(briefs)] for i in range(min(one, len(briefs)))]
            ways: tuple[tuple[Callable[[], Any], int], ...] = (
                (lambda: one_at_a_time(loaded, few, kind), len(few)),  # noqa: B023
                (lambda: in_batches(loaded, briefs, kind), len(briefs)),  # noqa: B023
                (lambda: generator.write(briefs, seed=number, attempt=1), len(briefs)),  # noqa: B023
            )
            for rate, (work, drafts) in zip(rates, ways, strict=True):
                rate.append(drafts_per_second(work, drafts))
        found[f"{kind_name} ({name})"] = rates
        print(f"{kind_name}: measured", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="entry of models.lock; else each kind's English writer")
    parser.add_argument("--folder", type=Path, help="a writer's folder instead")
    parser.add_argument("--one", type=int, default=6, help="drafts of each kind for the slow way")
    parser.add_argument("--rounds", type=int, default=5, help="a kind's rounds of all three ways")
    parser.add_argument("--most", type=int, default=100, help="drafts of each kind otherwise")
    parser.add_argument("--kind", default="", help="this kind alone")
    given = parser.parse_args()
    try:
        config = load_config()
        models = ModelStore(config.models)

        def writer_of(kind: str) -> tuple[str, Path]:
            name = given.model or config.writer_for(kind, "en")
            return name, given.folder or models.folder_of(name)

        found = compare(
            config,
            writer_of,
            only=given.kind,
            one=given.one,
            most=given.most,
            rounds=given.rounds,
        )
    except GuardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    import torch

    print(
        f"{torch.get_num_threads()} threads, median of {given.rounds} rounds;"
        " drafts per second, and times the first"
    )
    print(f"{'kind':<28}{'one at a time':>16}{'in batches':>20}{'ours':>20}")
    for kind, rates in found.items():
        alone, *others = (statistics.median(rate) for rate in rates)
        told = "".join(f"{rate:>12.2f} {rate / alone:>5.1f} x" for rate in others)
        print(f"{kind:<28}{alone:>16.3f}{told}")
    print("floor: ours at least 10 times one at a time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
