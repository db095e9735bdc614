"""Measured figures go where a model is described: its card and its entry in the lock."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aigc_guard.models import LOCK_NAME, ModelStore, read_lock, write_lock
from aigc_guard.models.add import CARD_FILE
from aigc_guard.training.quality.intervals import with_intervals

LEFT_OUT = frozenset({"report", "bins", "rates", "groups"})


def from_card(models: ModelStore, model: str, part: str) -> dict[str, Any] | None:
    """What a model's card says of one part; None when it says nothing."""
    card = models.path_of(models.entry(model)) / CARD_FILE
    if not card.is_file():
        return None
    figures = json.loads(card.read_text(encoding="utf-8")).get("figures") or {}
    found = figures.get(part.partition(".")[2])
    return with_intervals(found) if isinstance(found, Mapping) else None


def figures_of(model: str, results: Mapping[str, Mapping[str, Any]], limit: int) -> dict[str, Any]:
    """The figures of one model by part, without what only the page shows."""
    own: dict[str, Any] = {
        part.partition(".")[2]: _short(found)
        for part, found in results.items()
        if part.startswith(model + ".")
    }
    return {**own, "texts_per_source_at_most": limit} if own else {}


def _short(found: Any) -> Any:
    if not isinstance(found, Mapping):
        return found
    return {key: _short(value) for key, value in found.items() if key not in LEFT_OUT}


def write_figures(
    models: ModelStore, results: Mapping[str, Mapping[str, Any]], limit: int
) -> list[Path]:
    """Write the figures into the cards and the lock; files' digests stay as they are.

    A part that was not measured this time keeps its earlier figures. Returns what was changed.
    """
    lock = models.folder / LOCK_NAME
    entries = dict(read_lock(lock))
    changed = []
    for name, entry in entries.items():
        figures = figures_of(name, results, limit)
        if not figures or entry.remote:
            continue
        entries[name] = dataclasses.replace(entry, figures={**entry.figures, **figures})
        card = models.path_of(entry) / CARD_FILE
        if card.is_file():
            content = json.loads(card.read_text(encoding="utf-8"))
            content["figures"] = {**(content.get("figures") or {}), **figures}
            text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
            card.write_text(text + "\n", encoding="utf-8")
            changed.append(card)
    if changed:
        write_lock(lock, entries)
        changed.append(lock)
    return changed
