"""The section on the LSTM baseline, read from the file that its own command writes.

It is a comparison of two ways of training, not a figure of a model that ships: so it lies in
``docs/lstm.json`` and not in a model's card, and the page is written without training anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aigc_guard.training.quality.cells import number, spread
from aigc_guard.training.quality.intervals import with_intervals

FILE = "docs/lstm.json"
MADE_BY = (
    "python -m aigc_guard.training.writers.lstm --data DIR --run DIR --shipped models/writer-en"
)


def read_baseline(path: Path) -> Mapping[str, Any] | None:
    """What was measured of both writers; None when nobody has measured."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def baseline_section(found: Mapping[str, Any] | None) -> Iterator[str]:
    """One row per test set and writer, and under them what each was trained on."""
    yield from ("", "## LSTM baseline", "")
    if found is None:
        yield from (f"Not measured: there is no `{FILE}`. This writes it:", "", f"    {MADE_BY}")
        return
    yield from (
        "What the transformer buys: an LSTM of about its size (never shipped), trained on the same",
        "data by the same code, decoded in the same way. Loss is the mean over the tokens of",
        f"people's texts, without decoding. Measured on {found['measured']}, {found['split']}"
        f" split, {found['decoding']['candidates']} candidates.",
        "",
        "| Test set | Writer | Slot error | BLEU-4 | Loss |",
        "|---|---|---|---|---|",
    )
    writers = found["writers"]
    for part in dict.fromkeys(part for own in writers.values() for part in own["parts"]):
        for name, own in sorted(writers.items()):
            yield _row(part, name, own["parts"].get(part))
    yield from (
        "",
        "| Writer | Parameters | Steps on prose | Steps on pairs |",
        "|---|---|---|---|",
    )
    for name, own in sorted(writers.items()):
        steps = own["steps"]
        prose = steps.get("prose", "–")  # a shipped writer's card names the last stage alone
        yield f"| {name} | {own['parameters']} | {prose} | {steps['pairs']} |"
    absent = [name for name in ("lstm", "transformer") if name not in writers]
    if absent:
        yield from ("", f"Not measured: {', '.join(absent)}.")
    if found.get("notes"):
        yield from ("", str(found["notes"]))


def _row(part: str, writer: str, figures: Mapping[str, Any] | None) -> str:
    if figures is None:
        return f"| {part} | {writer} | – | – | – |"
    own = with_intervals(figures)
    error = number(own.get("slot_error"), 4)
    error += spread(own.get("slot_error_low"), own.get("slot_error_high"), 4)
    return f"| {part} | {writer} | {error} | {number(own.get('bleu4'))} | {number(own['loss'])} |"
