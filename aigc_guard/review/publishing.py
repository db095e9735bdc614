"""Publishes what people approved; what is refused stays approved and is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.errors import GuardError, ReviewError, said
from aigc_guard.records import Brief, Decision, Draft, Release
from aigc_guard.release import Marking, publish
from aigc_guard.review.cases import show
from aigc_guard.review.deciding import Clock
from aigc_guard.store import Item, Store


@dataclass(frozen=True, slots=True)
class Terms:
    """How an approved draft is published: its policy's marks and its channel's file form."""

    marking: Marking
    file_form: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An approved draft that could not be published, and why."""

    draft_id: str
    error: GuardError


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing all approved drafts."""

    released: tuple[Release, ...] = ()
    refused: tuple[Refused, ...] = ()


def release_approved(
    store: Store,
    outbox: Path,
    *,
    terms: Callable[[Draft, Brief, Decision], Terms],
    clock: Clock,
) -> Published:
    """Publish every approved draft whose approval can't be undone any more.

    One that is refused stays approved and is named. ``terms`` gives the marks and the file form,
    and raises a GuardError (ReleaseError) when the policy the draft was approved under is not in
    force any more.
    """
    released: list[Release] = []
    refused: list[Refused] = []
    for item in store.due_approved(clock()):
        try:
            released.append(_publish(store, outbox, item, terms, clock))
        except GuardError as error:
            refused.append(Refused(item.draft_id, error))
    return Published(tuple(released), tuple(refused))


def _publish(
    store: Store,
    outbox: Path,
    item: Item,
    terms: Callable[[Draft, Brief, Decision], Terms],
    clock: Clock,
) -> Release:
    case = show(store, item.draft_id)
    if case.decision is None:
        raise ReviewError(said("draft {draft_id} has no decision", draft_id=item.draft_id))
    how = terms(case.draft, case.brief, case.decision)
    return publish(
        store,
        outbox,
        draft=case.draft,
        brief=case.brief,
        decision=case.decision,
        reports=case.reports,
        marking=how.marking,
        file_form=how.file_form,
        clock=clock,
    )
