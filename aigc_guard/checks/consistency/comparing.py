"""The whole batch laid side by side, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aigc_guard.checks.consistency.contradictions import contradictions
from aigc_guard.checks.consistency.duplicates import duplicates
from aigc_guard.checks.consistency.personal import shared_values
from aigc_guard.checks.consistency.places import Effort, Page, Place, short_id
from aigc_guard.checks.consistency.settings import ConsistencySettings
from aigc_guard.checks.interface import Batch
from aigc_guard.records import Finding


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found in the drafts of a batch, by brief, and how many comparisons it took."""

    findings: Mapping[tuple[str, str], tuple[Finding, ...]]
    comparisons: int


def compare(batch: Batch, settings: ConsistencySettings) -> Compared:
    """Compare all drafts of a batch that have a brief; their order changes nothing."""
    subjects = [subject for subject in batch.subjects if subject.brief is not None]
    pages = [Page(one.text, one.brief) for one in subjects if one.brief is not None]
    effort = Effort()
    best: list[dict[tuple[int, int, str], Place]] = [{} for _ in pages]
    for place in (
        *contradictions(pages, settings, effort),
        *duplicates(pages, settings.near_duplicate, effort),
        *shared_values(pages, effort),
    ):
        key = (place.start, place.end, place.label)
        known = best[place.page].get(key)
        if known is None or _rank(place, pages) > _rank(known, pages):
            best[place.page][key] = place
    return Compared(
        {
            (page.brief.digest, subject.text_sha256): tuple(
                _finding(own[key], pages) for key in sorted(own)
            )
            for page, subject, own in zip(pages, subjects, best, strict=True)
        },
        effort.comparisons,
    )


def _rank(place: Place, pages: Sequence[Page]) -> tuple[float, list[tuple[str, str]], str]:
    """Of two findings at one place the surer one stands; the rest is for one answer in any order"""
    return place.score, sorted(place.about.items()), pages[place.other].brief.id


def _finding(place: Place, pages: Sequence[Page]) -> Finding:
    return Finding(
        "consistency",
        place.label,
        place.score,
        place.start,
        place.end,
        detail={"other": short_id(pages[place.other].brief), **place.about},
    )
