"""What a text shares with the texts of an index: every run, to its exact ends, and whole texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from aigc_guard.checks.originality.grams import GRAM, LEAST, chosen, gram_hashes
from aigc_guard.checks.originality.index import Index
from aigc_guard.checks.originality.tokens import Tokens, tokens

MOST_LOOKS = 2_000_000
"""So many places of an index are compared with one text at most; more is not measured."""
_LEAST_SEEDS = 5


class TooRepetitive(Exception):
    """Comparing would take too long: text and index repeat the same words over and over."""


@dataclass(frozen=True, slots=True)
class Run:
    """``tokens[start:end]`` of the text stand in a document from its token ``at`` on.

    ``others`` is in how many more places of the index the same run stands.
    """

    start: int
    end: int
    document: int
    at: int
    others: int = 0

    @property
    def length(self) -> int:
        """In tokens."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Shared:
    """All runs of a text that an index holds, and the document it is most like, with how much."""

    runs: tuple[Run, ...]
    nearest: int = -1
    likeness: float = 0.0


class Query:
    """One text, read once for all indices."""

    def __init__(self, text: str) -> None:
        self.tokens: Tokens = tokens(text)

    @cached_property
    def hashes(self) -> list[int]:
        """A hash per run of six tokens."""
        return gram_hashes(self.tokens.words)

    def places(self, window: int) -> list[int]:
        """Which hashes are looked up."""
        return chosen(self.hashes, window)


def shared(
    query: Query,
    index: Index,
    *,
    least: int = LEAST,
    spared: Callable[[int], bool] = lambda _: False,
) -> Shared:
    """The runs of at least ``least`` tokens that the text shares with the index.

    Documents that ``spared`` names don't count. Raises TooRepetitive.
    """
    hashes = index.shown(query.hashes)
    found: list[Run] = []
    followed: dict[int, int] = {}  # by diagonal: up to where it was followed
    seen: Counter[int] = Counter()
    looks = 0
    places = query.places(index.window)
    counted: set[int] = set()
    for at in places:
        again = hashes[at] in counted
        counted.add(hashes[at])
        holders = set()
        for position in index.candidates(hashes[at]):
            looks += 1
            if looks > MOST_LOOKS:
                raise TooRepetitive
            document = index.document_at(position)
            holders.add(document)
            if followed.get(position - at, -1) >= at:
                continue
            first, last = _ends(hashes, at, index, position, document)
            followed[position - at] = last
            if last - first + GRAM >= least and not spared(document):
                began = position - (at - first) - index.firsts[document]
                found.append(Run(first, last + GRAM, document, began))
        if not again:
            seen.update(one for one in holders if not spared(one))
    return Shared(longest(found), *_nearest(seen, len(counted), index))


def _ends(
    hashes: Sequence[int], at: int, index: Index, position: int, document: int
) -> tuple[int, int]:
    """First and last hash of the text that agree with the document around a common one."""
    low, high = index.bounds(document)
    grams, shift = index.grams, position - at
    first = at
    while first > 0 and first - 1 + shift >= low and grams[first - 1 + shift] == hashes[first - 1]:
        first -= 1
    last, end = at, min(len(hashes), high - shift)
    while last + 1 < end and grams[last + 1 + shift] == hashes[last + 1]:
        last += 1
    return first, last


def longest(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs that lie inside no other, in order; of equal ones the first document's."""
    ordered = sorted(runs, key=lambda run: (run.start, -run.end, run.document, run.at))
    kept: list[Run] = []
    counts: dict[tuple[int, int], int] = {}
    reached = -1
    for run in ordered:
        key = (run.start, run.end)
        if key in counts:
            counts[key] += 1
        elif run.end > reached:
            counts[key] = 0
            kept.append(run)
            reached = run.end
    return tuple(
        Run(run.start, run.end, run.document, run.at, counts[run.start, run.end]) for run in kept
    )


def _nearest(seen: Counter[int], own: int, index: Index) -> tuple[int, float]:
    """The document that shares most of the passages either text has, and which share of them."""
    if own < _LEAST_SEEDS:
        return -1, 0.0
    best = (0.0, -1)
    for document, common in seen.items():
        either = own + index.seeded[document] - common
        likeness = min(1.0, common / either) if either else 0.0
        best = max(best, (likeness, -document - 1))
    return (-best[1] - 1, best[0]) if best[0] > 0 else (-1, 0.0)
