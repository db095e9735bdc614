"""Measures a writer: RNNLG slot error and BLEU-4, ViGGO slot error, faithful share per kind."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from aigc_guard.generators.decode import Decoding
from aigc_guard.generators.transformers_lm import LoadedModel, TransformersGenerator
from aigc_guard.kinds import load_kind
from aigc_guard.training.writers.bench_briefs import ATTEMPTS, COUNTS, held_out, shipped_share
from aigc_guard.training.writers.bench_rnnlg import rnnlg
from aigc_guard.training.writers.bench_viggo import viggo

BENCH = Decoding(candidates=96, temperature=1.0, top_p=0.95, max_new_tokens=90, batch=768)
"""How the benchmarks are written; chosen on the validation splits. What many varied candidates
agree on is nearer to what people write (TV, BLEU-4: of 24 0.509, of 48 0.515)."""
BENCH_VIGGO = replace(BENCH, candidates=48, temperature=0.7)
"""ViGGO's attributes are worded, not copied: likelier words err less."""


def faithful(
    folder: Path, data: Path, kinds: Path, name: str, *, limit: int = 0, split: str = "test"
) -> dict[str, Any]:
    """Return the faithful share of a kind's held-out briefs, written as shipped."""
    kind = load_kind(kinds / name)
    generator = TransformersGenerator(folder.name, folder, {name: kind}, model_digest="measured")
    count = min(COUNTS[name], limit or COUNTS[name])
    briefs = held_out(name, data, count, split)
    return shipped_share(generator, briefs, attempts=ATTEMPTS[name])


def measure(options: argparse.Namespace, part: str) -> dict[str, Any]:
    """Return one part's figures."""
    if part in COUNTS:
        return faithful(options.model, options.data, options.kinds, part, split=options.split)
    loaded = LoadedModel(options.model)
    usual = BENCH_VIGGO if part == "viggo" else BENCH
    decoding = replace(
        usual,
        candidates=options.candidates or usual.candidates,
        temperature=options.temperature or usual.temperature,
        top_p=options.top_p,
    )
    return benchmark(loaded, options.data, part, decoding, options.split)


def benchmark(
    loaded: LoadedModel, data: Path, part: str, decoding: Decoding, split: str = "test"
) -> dict[str, Any]:
    """Return the figures of `viggo` or of one of RNNLG's domains."""
    if part == "viggo":
        return viggo(loaded, data, decoding, split)
    return rnnlg(loaded, data, part, decoding, split)


def main() -> None:
    """Measure a model folder and print one line of JSON per part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--kinds", type=Path, required=True, help="the folder of content kinds")
    parser.add_argument("--parts", default="laptop,tv,viggo,legal,news")
    parser.add_argument("--split", default="test")
    parser.add_argument("--candidates", type=int, help=f"default: {BENCH.candidates}")
    parser.add_argument("--temperature", type=float, help="default: each benchmark's own")
    parser.add_argument("--top-p", type=float, default=BENCH.top_p)
    options = parser.parse_args()
    for part in options.parts.split(","):
        print(json.dumps({part: measure(options, part)}), flush=True)


if __name__ == "__main__":
    main()
