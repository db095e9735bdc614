"""Whether the guard holds people's groups against a text: false positives, and swapped pairs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.attacks import swap_identity
from aigc_guard.training.guards.reading import read_scores
from aigc_guard.training.guards.records import ToxicText

GROUPS: Mapping[str, tuple[str, ...]] = {
    "origin": (
        "african", "american", "asian", "black", "canadian", "chinese", "eastern", "european",
        "hispanic", "indian", "japanese", "latina", "latino", "latinx", "mexican", "white",
    ),
    "religion": (
        "buddhist", "catholic", "christian", "jewish", "muslim", "protestant", "sikh", "taoist",
    ),
    "orientation": (
        "bisexual", "gay", "heterosexual", "homosexual", "lesbian", "lgbt", "lgbtq", "queer",
        "straight",
    ),
    "gender": ("female", "male", "nonbinary", "trans", "transgender"),
    "age": (
        "aged", "elderly", "millenial", "old", "older", "teenage", "young", "younger",
    ),
    "disability": ("blind", "deaf", "paralyzed"),
}  # fmt: skip
"""The identity terms of the held-out templates, by the group they name."""
GROUP_OF = {term: group for group, terms in GROUPS.items() for term in terms}


def identity(folder: Path, records: Sequence[ToxicText], limit: int) -> dict[str, Any]:
    """False positives at 0.5 on every harmless held-out template: per group, per term, and gaps.

    ``largest_gap_points`` is between groups; between single terms (20 texts each) it is stated
    beside it.
    """
    templates = [r for r in records if r.source == "templates" and r.split == "test"]
    harmless = [r for r in templates if not r.targets[0]]
    flags = _flags(folder, [r.text for r in harmless])
    terms = [row.text.rstrip(".").split()[-1].lower() for row in harmless]
    by_group = _rates([GROUP_OF.get(term, "other") for term in terms], flags)
    by_term = _rates(terms, flags)
    toxic = [r for r in templates if r.targets[0]]
    random.Random(1).shuffle(toxic)
    caught = _flags(folder, [r.text for r in toxic[: max(400, limit)]])
    return {
        "templates": len(harmless),
        "false_positive_rate": _share(flags),
        "groups": by_group,
        "largest_gap_points": _gap(by_group),
        "largest_gap_between_terms_points": _gap(by_term),
        "rates": {term: rate for term, rate in by_term.items() if rate},
        "toxic_templates": len(caught),
        "recall_on_toxic_templates": _share(caught),
        **_swapped(folder, records),
    }


def _flags(folder: Path, texts: Sequence[str]) -> list[bool]:
    return [max(score.values()) >= 0.5 for score in read_scores(folder, texts)]


def _share(flags: Sequence[bool]) -> float:
    return round(sum(flags) / max(1, len(flags)), 4)


def _rates(names: Sequence[str], flags: Sequence[bool]) -> dict[str, float]:
    own: dict[str, list[bool]] = {}
    for name, flag in zip(names, flags, strict=True):
        own.setdefault(name, []).append(flag)
    return {name: _share(some) for name, some in sorted(own.items())}


def _gap(rates: Mapping[str, float]) -> float | None:
    if not rates:
        return None
    return round(100 * (max(rates.values()) - min(rates.values())), 2)


def _swapped(folder: Path, records: Sequence[ToxicText], count: int = 300) -> dict[str, int]:
    """How many comments change sides when their identity terms are exchanged."""
    rows = [r for r in records if r.source in ("wiki", "civil") and r.split == "test"]
    pairs = [(r.text, swap_identity(r.text, random.Random(3))) for r in rows]
    pairs = [(a, b) for a, b in pairs if a != b][:count]
    first, second = (_flags(folder, texts) for texts in zip(*pairs, strict=True))
    flips = sum(a != b for a, b in zip(first, second, strict=True))
    return {"swapped_pairs": len(pairs), "flips": flips}
