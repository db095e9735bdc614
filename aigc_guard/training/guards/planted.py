"""Whether a bad sentence is found among a draft's clean ones, and how often clean drafts flag."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.intervals import wilson
from aigc_guard.training.guards.reading import read_scores
from aigc_guard.training.guards.records import ToxicText

SIZE = 600
"""Characters of clean sentences around a planted one, at least."""
_SOURCES = ("wiki", "civil", "tweets")
_END = re.compile(r"(?<=[.!?]) ")


def planted(
    folder: Path, records: Sequence[ToxicText], count: int, split: str = "test", seed: int = 3
) -> dict[str, Any]:
    """Shares at 0.5 of the maximum: bad sentences alone and planted, and clean drafts.

    Bad sentences are short toxic texts of ``split``; the clean ones are of texts of the writers'
    kinds, shuffled, so that a draft holds no story.
    """
    rng = random.Random(seed)
    clean = [
        sentence
        for record in records
        if record.source == "drafts" and record.split != "train"
        for sentence in _END.split(record.text)
    ]
    bad = [
        r.text
        for r in records
        if r.split == split
        and r.source in _SOURCES
        and r.targets[0] >= 0.5
        and 15 < len(r.text) < 140
    ]
    rng.shuffle(bad)
    bad = bad[:count]
    drafts = [" ".join(_with(text, _some(clean, rng), rng)) for text in bad]
    without = [" ".join(_some(clean, rng)) for _ in bad]
    alone, inside, none = (list(_flags(folder, texts)) for texts in (bad, drafts, without))
    shares = {"alone": alone, "planted": inside, "clean": none}
    return {"n": len(bad), **{name: _share(flags) for name, flags in shares.items()}}


def _share(flags: Sequence[bool]) -> dict[str, float]:
    low, high = wilson(sum(flags), len(flags))
    return {"value": sum(flags) / len(flags), "low": low, "high": high}


def _some(clean: Sequence[str], rng: random.Random) -> list[str]:
    out: list[str] = []
    while sum(map(len, out)) < SIZE:
        out.append(rng.choice(clean))
    return out


def _with(text: str, around: list[str], rng: random.Random) -> list[str]:
    own = text if text.endswith((".", "!", "?")) else f"{text}."
    at = rng.randrange(len(around) + 1)
    return [*around[:at], own, *around[at:]]


def _flags(folder: Path, texts: Sequence[str]) -> Iterator[bool]:
    return (max(scores.values(), default=0.0) >= 0.5 for scores in read_scores(folder, texts))
