"""``python -m aigc_guard.training.guards.attack_suite``: what disguises cost terms and identifiers.

Needs no weights and no data: terms, values and disguises are made here, from published seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from aigc_guard.training.guards import identifier_attacks, term_attacks


def table(terms: int, identifiers: int) -> str:
    """Both tables in Markdown; ``terms`` rounds of each disguise, ``identifiers`` of each kind."""
    tried, lost = term_attacks.lost_terms(terms)
    lines = [
        f"Terms (seed {term_attacks.SEED}):",
        "",
        "| Disguise | Terms | Found |",
        "|---|---|---|",
    ]
    for name, count in tried.items():
        missed = sum(one == name for one, _ in lost)
        lines.append(f"| {name.replace('_', ' ')} | {count} | {1 - missed / count:.2%} |")
    return "\n".join([*lines, "", *_identifiers(identifier_attacks.under_disguise(identifiers))])


def _identifiers(found: Mapping[str, Any]) -> Sequence[str]:
    rows = [f"| {name} | {points:.2f} |" for name, points in found["lost"].items()]
    return [
        f"Identifiers (seed {found['seed']}, {found['n']} values; plain: {found['plain']:.2%}):",
        "",
        "| Disguise | Recall lost, points |",
        "|---|---|",
        *rows,
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--terms", type=int, default=200, help="rounds of each disguise and term")
    parser.add_argument("--identifiers", type=int, default=200, help="values of each kind")
    given = parser.parse_args(argv)
    print(table(given.terms, given.identifiers))


if __name__ == "__main__":
    main()
