"""What waits for a person, and everything that is known of one draft."""

from __future__ import annotations

from dataclasses import dataclass

from aigc_guard.errors import ReviewError, said
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Edit, Release, Review
from aigc_guard.store import Item, State, Store


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a reviewer needs about one draft: shown by its reader, never logged."""

    draft: Draft
    brief: Brief
    item: Item | None
    decision: Decision | None
    reports: tuple[CheckReport, ...]
    versions: tuple[Draft, ...]
    edits: tuple[Edit, ...]
    reviews: tuple[Review, ...]
    release: Release | None


def queue(
    store: Store, *, kind: str = "", language: str = "", limit: int | None = None
) -> list[Item]:
    """What waits for a person, the oldest first."""
    return store.queue(state=State.WAITING, kind=kind, language=language, limit=limit)


def show(store: Store, draft_id: str) -> Case:
    """One draft with all that is known of it. Raises ReviewError for an unknown id."""
    draft = store.draft(draft_id)
    if draft is None:
        raise ReviewError(
            said("draft {draft_id} is not in the store", draft_id=draft_id),
            hint=said("aigc-guard review list shows the ids"),
        )
    decision = store.latest_decision(draft_id)
    return Case(
        draft=draft,
        brief=store.get_briefs([draft.brief_digest])[draft.brief_digest],
        item=store.item_of(draft_id),
        decision=decision,
        reports=reports_for(store, decision) if decision else (),
        versions=tuple(store.versions_of(draft_id)),
        edits=store.edits_of(draft_id),
        reviews=tuple(store.reviews_of(draft_id)),
        release=store.release_of_order(draft_id),
    )


def reports_for(store: Store, decision: Decision) -> tuple[CheckReport, ...]:
    """The measurements a decision was made from; all of the text's where that was not noted."""
    keys = store.measured_for(decision)
    if not keys:
        return tuple(store.reports_of(decision.text_sha256))
    found = store.get_reports(keys)
    return tuple(found[key] for key in keys if key in found)
