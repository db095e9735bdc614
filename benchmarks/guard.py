"""How fast the guard reads, as a share of what this machine's matrix products give in the same run.

``python benchmarks/guard.py [--model guard-en]``. Rounds of both alternate, and medians are taken,
so that another program on the machine slows both.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard import guard_of
from aigc_guard.checks.guard_folder import count_tokens, read_config
from aigc_guard.checks.guard_words import MOST_BYTES
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.toxicity import ToxicityCheck, ToxicitySettings
from aigc_guard.config import load_config
from aigc_guard.errors import GuardError
from aigc_guard.folding import forget_folded
from aigc_guard.models import ModelStore
from aigc_guard.records import sha256_text

SIDE = 1024
TEXT = (
    "the council said on friday that plans for a new library were approved after a long meeting"
    " and work will begin in spring while residents asked about costs noise parking and trees"
)


class OneFolder:
    """Lends a folder that is in no lock to the check."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder_of(self, name: str) -> Path:
        return self._folder


def operations_per_token(config: dict[str, Any], tokens: int) -> float:
    """Floating-point operations of one token's way through the trunk: products only.

    The first layer's queries, keys and values are not counted where they are known of each word.
    """
    width, inner = int(config["hidden_size"]), int(config["intermediate_size"])
    layers = int(config["num_hidden_layers"])
    linear = 2 * (4 * width * width + 2 * width * inner)
    attention = 4 * tokens * width
    known = 3 * width
    spared = 2 * known * width if 4 * known * int(config["vocab_size"]) <= MOST_BYTES else 0
    return float(layers * (linear + attention) - spared)


def seconds_of(work: Callable[[], object]) -> float:
    """Time one go."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def harmless_texts(count: int, words: int) -> list[str]:
    """Texts of about ``words`` tokens, all different."""
    draw, own = random.Random(5), TEXT.split()
    return [" ".join(draw.choices(own, k=words)).capitalize() + "." for _ in range(count)]


def measure(folder: Path, rounds: int, batch: int, tokens: int) -> dict[str, float]:
    """Medians over ``rounds``: products in GFLOP/s, tokens per second of pass and check."""
    import torch

    guard = guard_of(folder).model
    config = read_config(folder)
    ids = torch.randint(1000, int(config["vocab_size"]), (batch, tokens))
    mask = torch.ones_like(ids)
    left, right = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
    texts = harmless_texts(2 * batch, tokens - 8)
    subjects = [Subject(text, sha256_text(text)) for text in texts]
    read = sum(count_tokens(guard.tokenizer, texts)) + 2 * len(texts)
    check = ToxicityCheck(ToxicitySettings(model="guard", model_zh=""))
    context = Context(model_loader=OneFolder(folder))
    found: dict[str, list[float]] = {"product": [], "pass": [], "check": []}

    def products() -> None:
        for _ in range(8):
            torch.mm(left, right)

    def forward() -> None:
        guard.model(input_ids=ids, attention_mask=mask)

    def checking() -> None:
        guard_of(folder).forget()  # else it knows the answers of the round before
        forget_folded()
        check.measure(subjects, context)

    with torch.inference_mode():
        for _ in range(rounds + 1):  # the first round warms up
            found["product"].append(8 * 2 * SIDE**3 / seconds_of(products) / 1e9)
            found["pass"].append(batch * tokens / seconds_of(forward))
            found["check"].append(read / seconds_of(checking))
    medians = {name: statistics.median(values[1:]) for name, values in found.items()}
    cost = operations_per_token(config, tokens) / 1e9
    return {
        **medians,
        "pass share": medians["pass"] * cost / medians["product"],
        "check share": medians["check"] * cost / medians["product"],
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="guard-en", help="entry of models.lock")
    parser.add_argument("--folder", type=Path, help="a guard's folder instead")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=64)
    given = parser.parse_args()
    try:
        folder = given.folder or ModelStore(load_config().models).folder_of(given.model)
        found = measure(folder, given.rounds, given.batch, given.tokens)
    except GuardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    import torch

    print(f"{folder.name}, batch {given.batch} x {given.tokens} tokens, float32,")
    print(f"{torch.get_num_threads()} threads, median of {given.rounds} rounds")
    print(f"{'matrix product':<24}{found['product']:>10.1f} GFLOP/s")
    for name in ("pass", "check"):
        title = {"pass": "forward pass", "check": "whole toxicity check"}[name]
        print(f"{title:<24}{found[name]:>10.0f} tokens/s{found[name + ' share']:>8.0%}")
    print("floor for the forward pass: 60% of the matrix product's rate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
