"""What was found in one draft of a batch by comparing it with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aigc_guard.records import Brief

CONTRADICTION, DUPLICATE, PERSONAL = (
    "contradicting_figure", "near_duplicate", "shared_personal_value",
)  # fmt: skip
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Page:
    """One draft of the batch with its order."""

    text: str
    brief: Brief


@dataclass(frozen=True, slots=True)
class Place:
    """A finding in the draft number ``page``, and the draft number ``other`` it disagrees with.

    A finding about the whole draft has ``start == end == 0``.
    """

    page: int
    label: str
    score: float
    other: int
    start: int = 0
    end: int = 0
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Effort:
    """How often two things were compared: what grows too fast when a batch grows."""

    comparisons: int = 0


def short_id(brief: Brief) -> str:
    """A brief's id as findings name it."""
    return brief.id if len(brief.id) <= _LONGEST_ID else f"{brief.id[: _LONGEST_ID - 1]}…"
