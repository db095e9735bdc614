"""Drafts that say the same in the same words, found without comparing every two of them.

Two sets of shingles that are alike share one of each set's rarest ones (prefix filtering, as in
AllPairs and PPJoin): only drafts that do are compared, and none that is alike enough is missed.
Words that nobody else uses tell early that two drafts of one template can't be alike enough.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from aigc_guard.checks.consistency.places import DUPLICATE, Effort, Page, Place
from aigc_guard.text import reveal

_TOKEN = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])\w)+")
_SIZE = 3
_ENOUGH = 8
"""So many drafts that are alike are found for one draft at most: the nearest of them is named."""
_SLACK = 1e-9


def shingles(text: str) -> frozenset[str]:
    """Every run of three words, or Chinese characters; a shorter text is one run."""
    tokens = _TOKEN.findall(reveal(text).text.casefold())
    runs = range(max(1, len(tokens) - _SIZE + 1)) if tokens else ()
    return frozenset(" ".join(tokens[at : at + _SIZE]) for at in runs)


@dataclass(frozen=True, slots=True)
class _Group:
    """All drafts with the same shingles, by brief id; ``own`` of the shingles nobody else has."""

    members: tuple[int, ...]
    ranks: tuple[int, ...]
    said: frozenset[int]
    own: int

    @property
    def size(self) -> int:
        return len(self.ranks)


def duplicates(pages: Sequence[Page], least: float, effort: Effort) -> Iterator[Place]:
    """Each draft that another is like, with the likeness of the nearest as score."""
    groups = _groups(pages)
    postings = _postings(groups, least)
    for number, group in enumerate(groups):
        if len(group.members) > 1:  # word for word
            first, second = group.members[:2]
            for page in group.members:
                yield Place(page, DUPLICATE, 1.0, second if page == first else first)
            continue
        found = _nearest(number, groups, postings, least, effort)
        if found is not None:
            likeness, other = found
            yield Place(group.members[0], DUPLICATE, likeness, groups[other].members[0])


def _groups(pages: Sequence[Page]) -> list[_Group]:
    """Drafts by what they say, in an order that the order of the batch has no part in."""
    members: dict[frozenset[str], list[int]] = {}
    for number in sorted(range(len(pages)), key=lambda at: pages[at].brief.id):
        said = shingles(pages[number].text)
        if said:
            members.setdefault(said, []).append(number)
    uses = Counter(one for said in members for one in said)
    rank = {one: at for at, one in enumerate(sorted(uses, key=lambda one: (uses[one], one)))}
    return [
        _Group(
            tuple(same),
            tuple(sorted(rank[one] for one in said)),
            frozenset(rank[one] for one in said),
            sum(uses[one] == 1 for one in said),
        )
        for said, same in members.items()
    ]


def _rarest(group: _Group, least: float) -> tuple[int, ...]:
    return group.ranks[: group.size - ceil(least * group.size - _SLACK) + 1]


def _postings(groups: Sequence[_Group], least: float) -> dict[int, list[tuple[int, int]]]:
    """By shingle, the groups it is among the rarest of: ``(own, number)``, fewest own first."""
    found: dict[int, list[tuple[int, int]]] = {}
    for number, group in enumerate(groups):
        for rank in _rarest(group, least):
            found.setdefault(rank, []).append((group.own, number))
    for places in found.values():
        places.sort()
    return found


def _nearest(
    number: int,
    groups: Sequence[_Group],
    postings: dict[int, list[tuple[int, int]]],
    least: float,
    effort: Effort,
) -> tuple[float, int] | None:
    """The likeness of the nearest other group that is alike enough, and its number."""
    group = groups[number]
    # What both say is no more than what is not this draft's own; what either says is no less than
    # all of this draft and the other's own. So another with more of its own is never alike enough.
    limit = floor((group.size - group.own) / least - group.size + _SLACK)
    seen = {number}
    found: list[tuple[float, int]] = []
    for rank in _rarest(group, least) if limit >= 0 else ():
        places = postings[rank]
        for _, other in places[: bisect_right(places, (limit, len(groups)))]:
            if other in seen:
                continue
            seen.add(other)
            effort.comparisons += 1
            likeness = _likeness(group, groups[other], least)
            if likeness >= least - _SLACK:
                found.append((likeness, -other))
            if len(found) == _ENOUGH:
                return _best(found)
    return _best(found)


def _likeness(one: _Group, other: _Group, least: float) -> float:
    """Jaccard index; 0 at once where the sizes alone are too different."""
    small, large = sorted((one.size, other.size))
    if small < least * large - _SLACK:
        return 0.0
    common = len(one.said & other.said)
    return common / (one.size + other.size - common)


def _best(found: Sequence[tuple[float, int]]) -> tuple[float, int] | None:
    if not found:
        return None
    likeness, other = max(found)
    return likeness, -other
