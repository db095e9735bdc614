"""A draft's text for the draft page: masks, numbered reasons and lettered facts in one string.

Reasons are told by number and by the weight of their line, facts by letter and a dotted line:
overlaps stay readable, and nothing hangs on colour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.audit.passages import Piece, passages
from aigc_guard.checks.grounding.connected import Connection
from aigc_guard.records import CheckReport, Reason, strictest

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text under the same reasons and facts.

    ``starts`` and ``ends`` are the reasons (from 1) that begin and end here, ``facts`` and
    ``fact_ends`` the same for facts (from 0). ``depth`` is how many reasons lie over each other,
    ``outcome`` the strictest of them. A masked value has a ``label`` and no text.
    """

    text: str
    label: str
    length: int
    reasons: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    facts: tuple[int, ...]
    fact_starts: tuple[int, ...]
    fact_ends: tuple[int, ...]
    outcome: str
    cause: bool

    @property
    def depth(self) -> int:
        """How many reasons lie over each other here, up to three."""
        return min(len(self.reasons), _DEEPEST)


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody may see of a text: whole, and with its personal values or without."""

    text: str
    reports: Sequence[CheckReport]
    unmasked: bool = False


def marked(
    shown: Shown, reasons: Sequence[Reason], connections: Sequence[Connection]
) -> list[Mark] | None:
    """The text in stretches; None where nobody looked for personal values in all of it."""
    pieces = passages(shown.text, shown.reports, reasons, whole=True, unmasked=shown.unmasked)
    if pieces is None:
        return None
    return [
        _mark(part, reasons, connections) for piece in pieces for part in _split(piece, connections)
    ]


def _split(piece: Piece, connections: Iterable[Connection]) -> list[Piece]:
    """A piece cut where facts begin and end; a masked value stays whole."""
    last = piece.start + len(piece.text)
    inside = {at for one in connections for at in (one.start, one.end) if piece.start < at < last}
    if piece.label or not inside:
        return [piece]
    parts = []
    for start, end in itertools.pairwise((piece.start, *sorted(inside), last)):
        words = piece.text[start - piece.start : end - piece.start]
        ends = piece.ends if end == last else ()
        parts.append(Piece(words, reasons=piece.reasons, ends=ends, cause=piece.cause, start=start))
    return parts


def _mark(part: Piece, reasons: Sequence[Reason], connections: Sequence[Connection]) -> Mark:
    start = part.start
    end = start + (part.length if part.label else len(part.text))
    over = [one for one in connections if one.start < end and start < one.end]
    begun = [number for number in part.reasons if start <= reasons[number - 1].start < end]
    outcome = strictest(reasons[number - 1].outcome for number in part.reasons)
    return Mark(
        text=part.text,
        label=part.label,
        length=part.length,
        reasons=part.reasons,
        starts=tuple(begun),
        ends=part.ends,
        facts=tuple(sorted({one.number for one in over})),
        fact_starts=tuple(sorted({one.number for one in over if start <= one.start < end})),
        fact_ends=tuple(sorted({one.number for one in over if start < one.end <= end})),
        outcome=outcome.value if part.reasons else "",
        cause=part.cause,
    )


def letter(number: int) -> str:
    """A, B, … Z, A2, B2, …: the name of a fact on the page."""
    name = chr(ord("A") + number % 26)
    return name if number < 26 else f"{name}{number // 26 + 1}"
