"""What was released before, as indices: the texts themselves stay in the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aigc_guard.checks.originality.build import memory_index
from aigc_guard.checks.originality.index import Index
from aigc_guard.records import digest_of


@dataclass(frozen=True)
class Part:
    """Some releases in one index; ``briefs`` names the brief of each of its texts."""

    index: Index
    briefs: tuple[str, ...]


@dataclass(frozen=True)
class Releases:
    """Everything a draft is compared with. ``digest`` is part of each measurement's identity."""

    parts: tuple[Part, ...] = ()
    digest: str = ""


def releases_of(texts: Iterable[tuple[str, str, str]]) -> Releases:
    """Releases (id, brief id, text) as an index in memory."""
    rows = list(texts)
    if not rows:
        return Releases(digest=digest_of([]))
    index = memory_index((name, text) for name, _, text in rows)
    part = Part(index, tuple(brief for _, brief, _ in rows))
    return Releases((part,), digest_of([index.digest]))
