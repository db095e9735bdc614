"""Everything that happened to a draft, on one line of time, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aigc_guard.audit.log import Kind
from aigc_guard.dashboard.visit import Visit
from aigc_guard.errors import Said, said
from aigc_guard.records import Draft, Event, Review
from aigc_guard.review import Case
from aigc_guard.store import ACCOUNT_PREFIX, Comment

WORDS: Mapping[str, Said] = {
    Kind.DRAFT_WRITTEN: said("written"),
    Kind.DRAFT_MEASURED: said("measured"),
    Kind.DRAFT_DECIDED: said("decided by its policy"),
    Kind.DRAFT_REDACTED: said("redacted"),
    Kind.DRAFT_CLAIMED: said("taken to the desk"),
    Kind.DRAFT_RETURNED: said("given back"),
    Kind.DRAFT_SKIPPED: said("skipped"),
    Kind.DRAFT_REVEALED: said("personal values shown"),
    Kind.DRAFT_EDITED: said("edited"),
    Kind.REVIEW_WITHDRAWN: said("approval undone"),
    Kind.REQUEST_MADE: said("something was asked for"),
    Kind.REQUEST_DECIDED: said("a request was answered"),
    Kind.SECOND_READ: said("read a second time"),
    Kind.GOLDEN_KEPT: said("kept as a golden draft"),
    Kind.RELEASE_PUBLISHED: said("released"),
    "review.approved": said("approved"),
    "review.rejected": said("rejected"),
    "draft.commented": said("comment"),
}
_ELSEWHERE = {Kind.DRAFT_COMMENTED.value, Kind.REVIEW_APPROVED.value, Kind.REVIEW_REJECTED.value}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``note`` is what a person said."""

    at: str
    kind: str
    who: str
    note: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        """What it was."""
        return WORDS.get(self.kind, Said(self.kind))


def history(visit: Visit, case: Case) -> list[Entry]:
    """Events, comments and reviews of all versions, oldest first."""
    store = visit.store
    drafts: Iterable[Draft] = case.versions or (case.draft,)
    events = [one for draft in drafts for one in store.events(subject=draft.draft_id)]
    comments = store.comments_of([draft.draft_id for draft in drafts])
    reviews = [one for draft in drafts for one in store.reviews_of(draft.draft_id)]
    names = Names(visit)
    entries = [(one.at, 1, _of_event(one, names)) for one in events if one.kind not in _ELSEWHERE]
    entries += [(one.at, 2, _of_comment(one, names)) for one in comments]
    entries += [(one.at, 0, _of_review(one, names)) for one in reviews]
    return [entry for _, _, entry in sorted(entries, key=lambda one: (one[0], one[1]))]


class Names:
    """The names behind account ids, each looked up once."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._known: dict[str, str] = {}

    def __call__(self, actor: str) -> str:
        """The name of an actor; what is no account stays as it is."""
        if not actor.startswith(ACCOUNT_PREFIX):
            return actor
        if actor not in self._known:
            account = self._visit.store.account(actor)
            self._known[actor] = account.name if account else actor
        return self._known[actor]


def _of_event(event: Event, names: Names) -> Entry:
    detail = ""
    if event.kind == Kind.DRAFT_DECIDED:
        detail = str(event.body.get("outcome", ""))
    elif event.kind in (Kind.REQUEST_MADE, Kind.REQUEST_DECIDED):
        detail = str(event.body.get("kind", ""))
    return Entry(event.at, event.kind, names(event.actor), detail=detail)


def _of_comment(comment: Comment, names: Names) -> Entry:
    return Entry(comment.at, "draft.commented", names(comment.account_id), note=comment.text)


def _of_review(review: Review, names: Names) -> Entry:
    kind = "review.approved" if review.action == "approve" else "review.rejected"
    return Entry(review.at, kind, names(review.actor), note=review.reason, detail=review.rule)
