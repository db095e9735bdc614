"""The page's sections on checks that need no model, and on whole policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aigc_guard.training.quality.cells import number, spread


def mutated_section(found: Mapping[str, Any]) -> list[str]:
    """Found changes and flagged equal forms, a row per kind."""
    wrong, equal = found.get("found", {}), found.get("flagged", {})
    lines = [
        f"Drafts from {found.get('passages')} passages of the data, each its own brief, with",
        "exactly one value changed (`found`: a finding at that place), or one value written",
        "in another form that says the same (`flagged`: a finding at that place).",
        "",
        "| Changed | Drafts | Found | Equal forms | Flagged |",
        "|---|---|---|---|---|",
    ]
    for kind in sorted({*wrong, *equal}, key=lambda name: (name == "all", name)):
        cells = [
            cell
            for own in (wrong.get(kind, {}), equal.get(kind, {}))
            for cell in (
                number(own.get("n")),
                number(own.get("value")) + spread(own.get("low"), own.get("high")),
            )
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return lines


def swapped_section(found: Mapping[str, Any]) -> list[str]:
    """How many pairs the shipped policies decide alike."""
    share = number(found.get("same"), 4) + spread(found.get("low"), found.get("high"), 4)
    counts = ", ".join(f"{name} {n}" for name, n in sorted(found.get("outcomes", {}).items()))
    return [
        f"Of {found.get('pairs')} made drafts of the three kinds, each with its identity terms",
        "exchanged for others of the same group, the shipped policies decide alike:",
        f"{share}. Outcomes of the first of each pair: {counts}.",
    ]


def planted_section(found: Mapping[str, Any]) -> list[str]:
    """Bad sentences alone, planted in drafts, and what clean drafts give."""

    def cell(name: str) -> str:
        own = found.get(name, {})
        return number(own.get("value")) + spread(own.get("low"), own.get("high"))

    return [
        f"{found.get('n')} short toxic texts of the test split, flagged at 0.5 when read alone and",
        "as one sentence of a draft whose other sentences (600 characters and more) are clean.",
        "",
        "| Read | Flagged |",
        "|---|---|",
        f"| alone | {cell('alone')} |",
        f"| in a draft | {cell('planted')} |",
        f"| drafts without one | {cell('clean')} |",
    ]
