"""The LSTM writer beside the transformer: same data, steps, decoder and figures; never shipped.

``pretrain`` and ``finetune`` train it with ``--arch lstm``; this command measures its training
folder and, next to it, the transformer's, and writes what ``docs/quality.md`` shows of both.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from aigc_guard.generators.decode import Decoding
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers.evaluate import BENCH, benchmark
from aigc_guard.training.writers.finetune import batch_loss
from aigc_guard.training.writers.mixture import encode_pairs
from aigc_guard.training.writers.model import new_writer

STAGES = ("prose", "pairs")


def steps_of(run: Path) -> dict[str, int]:
    """How many steps each stage of a training folder has made."""
    import torch

    return {
        stage: int(torch.load(run / stage / "checkpoint.pt", weights_only=True)["step"])
        for stage in STAGES
    }


def figures_of_run(
    run: Path, arch: str, data: Path, parts: Sequence[str], decoding: Decoding, split: str
) -> dict[str, Any]:
    """Return size, steps and each part's figures of one training folder."""
    with tempfile.TemporaryDirectory(prefix="aigc-guard-lstm-") as folder:
        loaded = LoadedModel(export_run(run, arch, Path(folder)))
    found = figures(loaded, data, parts, decoding, split)
    return {"steps": steps_of(run)} | found


def export_run(run: Path, arch: str, folder: Path) -> Path:
    """Write a run's newest weights in float16, as the shipped writer's are; returns `folder`."""
    import torch
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(run / "tokenizer"))
    model = new_writer(arch, len(tokenizer))
    state = torch.load(run / "pairs" / "checkpoint.pt", weights_only=True)
    model.load_state_dict(state["model"])
    model.half().save_pretrained(str(folder), safe_serialization=True)
    tokenizer.save_pretrained(str(folder))
    return folder


def held_out_loss(loaded: LoadedModel, data: Path, part: str, split: str) -> float:
    """Return the mean negative log-likelihood per token that people's texts of a split have.

    It needs no decoding, so constraints and the choice among candidates can't hide a difference.
    """
    import torch

    from aigc_guard.training.writers import pairs_d2t

    source = "viggo" if part == "viggo" else f"rnnlg-{part}"
    made = pairs_d2t.viggo(data) if part == "viggo" else pairs_d2t.rnnlg(data)
    pairs = [pair for pair in made if pair.source == source and pair.split == split]
    encoded = encode_pairs(loaded.tokenizer.backend_tokenizer, pairs, 256)
    encoded.sort(key=lambda pair: len(pair.ids))
    total = tokens = 0.0
    with torch.inference_mode():
        for start in range(0, len(encoded), 32):
            batch = encoded[start : start + 32]
            count = sum(len(pair.ids) - pair.start for pair in batch)
            total += float(batch_loss(loaded.model, batch)) * count
            tokens += count
    return round(total / tokens, 4)


def figures(
    loaded: LoadedModel, data: Path, parts: Sequence[str], decoding: Decoding, split: str
) -> dict[str, Any]:
    """Return size and each part's figures of a loaded writer."""
    found: dict[str, Any] = {
        "parameters": sum(p.numel() for p in loaded.model.parameters()),
        "parts": {},
    }
    for part in parts:
        measured = benchmark(loaded, data, part, decoding, split)
        loss = held_out_loss(loaded, data, part, split)
        found["parts"][part] = measured | {"loss": loss}
        print(json.dumps({part: found["parts"][part]}), flush=True)
    return found


def write_figures(path: Path, found: dict[str, Any]) -> None:
    """Write the comparison, keeping writers that an earlier run of equal settings measured."""
    if path.is_file():
        earlier = json.loads(path.read_text(encoding="utf-8"))
        same = all(earlier.get(key) == found[key] for key in ("split", "decoding"))
        if same:
            found = earlier | found | {"writers": earlier["writers"] | found["writers"]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure the runs that are given and write their figures side by side."""
    parser = argparse.ArgumentParser(prog="python -m aigc_guard.training.writers.lstm")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, help="the LSTM's training folder")
    parser.add_argument("--transformer", type=Path, help="the transformer's training folder")
    parser.add_argument("--shipped", type=Path, help="instead: the folder of the shipped writer")
    parser.add_argument("--out", type=Path, default=Path("docs/lstm.json"))
    parser.add_argument("--parts", default="laptop,tv,viggo")
    parser.add_argument("--split", default="test")
    parser.add_argument("--candidates", type=int, default=BENCH.candidates)
    parser.add_argument("--note", help="what a reader of the table has to know")
    options = parser.parse_args(argv)
    runs = {"lstm": options.run, "transformer": options.transformer}
    if not any((*runs.values(), options.shipped)):
        parser.error("give --run, --transformer or --shipped")
    decoding = replace(BENCH, candidates=options.candidates)
    parts = options.parts.split(",")
    rest = (options.data, parts, decoding, options.split)
    written = {
        arch: figures_of_run(run, arch, *rest) for arch, run in runs.items() if run is not None
    }
    if options.shipped is not None:
        card = json.loads((options.shipped / "model_card.json").read_text(encoding="utf-8"))
        found = figures(LoadedModel(options.shipped), *rest)
        written["transformer"] = {"steps": {"pairs": card["steps"]}} | found
    write_figures(
        options.out,
        {
            "measured": date.today().isoformat(),
            "split": options.split,
            "decoding": asdict(decoding),
            "writers": written,
            **({"notes": options.note} if options.note else {}),
        },
    )
    print(options.out)


if __name__ == "__main__":
    main()
