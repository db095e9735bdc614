"""From the last checkpoint to the folder that ships: calibrate, export, measure, card.

``python -m aigc_guard.training.guards.ship DATA CHECKPOINTS OUT --language en --base BASE``;
with ``--start GUARD``, a second round's update beside the weights of ``GUARD``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.calibrate import apply, shifts
from aigc_guard.training.guards.card import write_card
from aigc_guard.training.guards.chinese import SHAPE
from aigc_guard.training.guards.chinese_sources import LABELS as CHINESE_LABELS
from aigc_guard.training.guards.chinese_sources import load_chinese_toxic
from aigc_guard.training.guards.english import make_config
from aigc_guard.training.guards.export import export
from aigc_guard.training.guards.model import build
from aigc_guard.training.guards.reading import read_scores
from aigc_guard.training.guards.records import TOXICITY_LABELS, ToxicText
from aigc_guard.training.guards.toxic_sources import load_toxic
from aigc_guard.training.guards.update import changes, check_start, write_update

WINDOW_TOKENS = 96
_CAPS = {"tweets": 250, "context": 400}


def load_guard(config: dict[str, Any], checkpoints: Path) -> Any:
    """The guard of the last checkpoint; raises OSError when there is none."""
    import torch

    state = torch.load(checkpoints / "checkpoint.pt", weights_only=True, mmap=True)["model"]
    words = state.get("words.bias")
    guard = build(config if words is None else config | {"word_tags": len(words)})
    guard.load_state_dict(state)
    return guard.eval()


def mixed_split(records: Sequence[ToxicText], split: str, per_source: int = 350) -> list[ToxicText]:
    """A few hundred texts of each source, so that no source sets the cut alone."""
    rng = random.Random(11)
    by_source: dict[str, list[ToxicText]] = {}
    for record in records:
        if record.split == split and record.source != "templates":
            by_source.setdefault(record.source, []).append(record)
    out = []
    for source, rows in sorted(by_source.items()):
        rng.shuffle(rows)
        out += rows[: min(per_source, _CAPS.get(source, per_source))]
    return out


def found_shifts(
    folder: Path, rows: Sequence[ToxicText], labels: Sequence[str], *, chinese: bool
) -> dict[str, float]:
    """What the head's biases have to be shifted by, from what ``folder`` scores on ``rows``."""
    import numpy as np

    scores = read_scores(folder, [row.text for row in rows], chinese=chinese)
    logits = np.array([[_logit(score.get(label, 0.0)) for label in labels] for score in scores])
    return shifts(logits, np.array([row.targets for row in rows]), labels)


def _logit(score: float) -> float:
    inner = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(inner / (1 - inner))


def ship(
    data: Path, checkpoints: Path, out: Path, language: str, base: Path | None
) -> dict[str, Any]:
    """Write ``out`` and its card; gives the steps trained and the calibration's shifts."""
    if language == "zh":
        labels: tuple[str, ...] = CHINESE_LABELS
        vocabulary = checkpoints / "vocab.txt"
        words = len(vocabulary.read_text(encoding="utf-8").splitlines())
        config = SHAPE | {"vocab_size": words}
        rows = mixed_split(load_chinese_toxic(data), "dev")
    else:
        assert base is not None
        labels, vocabulary, config = TOXICITY_LABELS, base / "vocab.txt", make_config(base)
        rows = mixed_split(load_toxic(data), "dev")
    guard = load_guard(config, checkpoints)
    sizes: dict[str, Any] = {
        "labels": labels, "window_tokens": WINDOW_TOKENS, "frozen_words": language == "en"
    }  # fmt: skip
    export(guard, config, vocabulary, out, **sizes)
    found = found_shifts(out, rows, labels, chinese=language == "zh")
    apply(guard.toxicity.bias, found, labels)
    export(guard, config, vocabulary, out, **sizes)
    facts = {"steps": _steps(checkpoints), **calibration(found, rows)}
    write_card(out, data, language, facts, words=hasattr(guard, "words"))
    return facts


def ship_update(data: Path, checkpoints: Path, start: Path, out: Path) -> dict[str, Any]:
    """Write ``out``, the English guard ``start`` with the update that ``checkpoints`` trained."""
    import torch

    check_start(start)
    shutil.copytree(start, out, dirs_exist_ok=True)
    state = torch.load(checkpoints / "checkpoint.pt", weights_only=True, mmap=True)["model"]
    changed = changes(state)
    write_update(changed, out)
    rows = mixed_split(load_toxic(data), "dev")
    found = found_shifts(out, rows, TOXICITY_LABELS, chinese=False)
    apply(changed["classifier.bias"], found, TOXICITY_LABELS)
    write_update(changed, out)
    before = json.loads((start / "model_card.json").read_text(encoding="utf-8"))
    facts = {
        "steps": before["steps"],
        "second_round_steps": _steps(checkpoints),
        **calibration(found, rows),
        **({"wide": before["wide"]} if "wide" in before else {}),
    }
    write_card(out, data, "en", facts)
    return facts


def _steps(checkpoints: Path) -> int:
    return int(json.loads((checkpoints / "progress.json").read_text(encoding="utf-8"))["step"])


def calibration(found: Mapping[str, float], rows: Sequence[ToxicText]) -> dict[str, Any]:
    """What a card says of ``found_shifts``."""
    rounded = {label: round(shift, 4) for label, shift in found.items()}
    return {"calibration": rounded, "calibration_texts": len(rows)}


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("checkpoints", type=Path, help="folder of the training run")
    parser.add_argument("out", type=Path, help="folder of the model to write")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--base", type=Path, help="folder with the base encoder (English)")
    parser.add_argument("--start", type=Path, help="the guard that an update was trained for")
    given = parser.parse_args(argv)
    if given.start:
        result = ship_update(given.data, given.checkpoints, given.start, given.out)
    else:
        result = ship(given.data, given.checkpoints, given.out, given.language, given.base)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
