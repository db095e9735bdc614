"""The columns of a brief file: their names, headers as people write them, and typing slips."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

COLUMNS = (
    "id",
    "kind",
    "language",
    "channel",
    "jurisdictions",
    "audience",
    "tone",
    "facts",
    "sources",
    "required_terms",
    "may_publish",
    "text",
    "origin",
)
LISTS = ("jurisdictions", "required_terms", "may_publish")
UNPLACED = "unplaced"
"""Column of a quarantine file for what could not be assigned to a column."""
IGNORED = ("mend", UNPLACED)


def canonical(header: str) -> str:
    """A header as compared: ``May publish`` is ``may_publish``."""
    return "_".join(
        header.strip("\ufeff \t\r\n").lower().replace("-", " ").replace("_", " ").split()
    )


def known_columns(headers: Iterable[str]) -> list[str]:
    """The columns of a brief among ``headers``, in their order, repetitions included."""
    return [name for header in headers if (name := canonical(str(header))) in COLUMNS]


def meant(header: str) -> str:
    """The column an unknown header was probably meant to be; empty when it resembles none.

    A slip in ``may_publish`` or ``jurisdictions`` would otherwise change what happens in silence.
    """
    name = canonical(header)
    if not name or name in COLUMNS or name in IGNORED:
        return ""
    near = get_close_matches(name, COLUMNS, n=1, cutoff=0.78)
    return near[0] if near else ""
