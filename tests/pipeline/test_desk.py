"""What people with accounts do to waiting drafts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aigc_guard.accounts import add_account
from aigc_guard.accounts.moments import later
from aigc_guard.errors import ReviewError
from aigc_guard.pipeline.approved import release_approved
from aigc_guard.pipeline.desk import (
    NO_RULE,
    approve_as,
    claim,
    claim_next,
    comment,
    give_back,
    reject_as,
    renew,
    skip,
    undo_approval,
)
from aigc_guard.pipeline.editing import edit_draft, write_again
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.store import Account, QueueFilter, State
from aigc_guard.testing import FixedClock

MakeProject = Callable[..., Project]
HELD = {"a": "A rumour says so.", "b": "A rumour, too.", "c": "Plain words."}
EVERYTHING = QueueFilter()


@pytest.fixture
def project(make_project: MakeProject, briefs: Callable[..., Path]) -> Project:
    made = make_project(HELD)
    produce(made, [briefs("a", "b", "c")])
    return made


def person(
    project: Project, login: str, *roles: str, policy_roles: tuple[str, ...] = ()
) -> Account:
    return add_account(
        project.store,
        login,
        roles=roles or ("reviewer",),
        policy_roles=policy_roles,
        password="four calm words here",
        clock=project.clock,
    )


def clock_of(project: Project) -> FixedClock:
    assert isinstance(project.clock, FixedClock)
    return project.clock


def state_of(project: Project, draft_id: str) -> State:
    item = project.store.item_of(draft_id)
    assert item is not None
    return item.state


def test_a_draft_is_on_one_desk_until_the_lease_ends(project: Project) -> None:
    ann, bo = person(project, "ann-1"), person(project, "bo-2")
    first = claim_next(project, ann, EVERYTHING)
    second = claim_next(project, bo, EVERYTHING)
    assert first is not None
    assert second is not None
    assert first.draft_id != second.draft_id
    assert claim_next(project, person(project, "cy-3"), EVERYTHING) is None
    with pytest.raises(ReviewError, match="ann-1 has this draft"):
        claim(project, bo, first.draft_id)
    with pytest.raises(ReviewError, match="on the desk"):
        approve_as(project, bo, first.draft_id, "fine")
    assert renew(project, ann, first.draft_id)
    clock_of(project).advance(16 * 60)
    assert claim(project, bo, first.draft_id).draft_id == first.draft_id
    assert renew(project, ann, first.draft_id) == ""


def test_a_skipped_draft_is_others_and_the_skip_is_recorded(project: Project) -> None:
    ann, bo = person(project, "ann-1"), person(project, "bo-2")
    first = claim_next(project, ann, EVERYTHING)
    assert first is not None
    skip(project, ann, first.draft_id, "I know the person")
    second = claim_next(project, ann, EVERYTHING)
    assert second is not None
    assert second.draft_id != first.draft_id
    give_back(project, ann, second.draft_id)
    taken = claim_next(project, bo, EVERYTHING)
    assert taken is not None
    kinds = [event.kind for event in project.store.events(subject=first.draft_id)]
    assert "draft.skipped" in kinds
    assert "I know" not in json.dumps([e.body for e in project.store.events()])


def test_an_approval_is_published_after_the_grace_time_and_not_before(project: Project) -> None:
    ann = person(project, "ann-1")
    item = claim_next(project, ann, EVERYTHING)
    assert item is not None
    approve_as(project, ann, item.draft_id, "checked")
    before = len(project.store.releases())
    assert release_approved(project).released == ()
    clock_of(project).advance(5 * 60)
    released = release_approved(project).released
    assert [one.draft_id for one in released] == [item.draft_id]
    assert released[0].approved_by == ann.account_id
    assert len(project.store.releases()) == before + 1


def test_an_approval_can_be_undone_until_it_is_published(project: Project) -> None:
    ann, bo = person(project, "ann-1"), person(project, "bo-2")
    item = claim_next(project, ann, EVERYTHING)
    assert item is not None
    approve_as(project, ann, item.draft_id, "checked")
    with pytest.raises(ReviewError, match="no approval"):
        undo_approval(project, bo, item.draft_id)
    undo_approval(project, ann, item.draft_id)
    assert state_of(project, item.draft_id) is State.WAITING
    clock_of(project).advance(6 * 60)
    assert release_approved(project).released == ()
    # The same person may approve it again: the first approval is gone for good.
    approve_as(project, ann, item.draft_id, "checked again")
    clock_of(project).advance(6 * 60)
    assert len(release_approved(project).released) == 1
    with pytest.raises(ReviewError, match="no approval"):
        undo_approval(project, ann, item.draft_id)


def test_a_rejection_names_a_rule_and_a_reason(project: Project) -> None:
    ann = person(project, "ann-1")
    item = claim_next(project, ann, EVERYTHING)
    assert item is not None
    with pytest.raises(ReviewError, match="names the rule"):
        reject_as(project, ann, item.draft_id, "no", rule="")
    with pytest.raises(ReviewError, match="reason"):
        reject_as(project, ann, item.draft_id, "  ", rule="look-at-rumour")
    reject_as(project, ann, item.draft_id, "hearsay", rule="look-at-rumour")
    assert state_of(project, item.draft_id) is State.REJECTED


def test_roles_decide_who_may(project: Project) -> None:
    item = project.store.queue()[0]
    for role in ("reader", "editor", "auditor", "admin"):
        somebody = person(project, f"person-{role}", role)
        with pytest.raises(ReviewError, match="may not do this"):
            approve_as(project, somebody, item.draft_id, "fine")
        with pytest.raises(ReviewError, match="may not do this"):
            reject_as(project, somebody, item.draft_id, "bad", rule=NO_RULE)
    with pytest.raises(ReviewError, match="may not do this"):
        comment(project, person(project, "other", "reader"), item.draft_id, "hm")


FOUR_EYES = "approvals:\n  - {by: news-editor, people: 2}\n"


@pytest.fixture
def strict(make_project: MakeProject, briefs: Callable[..., Path]) -> Project:
    from tests.pipeline.conftest import POLICY

    made = make_project(HELD, policy=POLICY + FOUR_EYES)
    produce(made, [briefs("a")])
    return made


def test_four_eyes_are_those_of_two_accounts_with_the_role(strict: Project) -> None:
    role = ("news-editor",)
    ann = person(strict, "ann-1", policy_roles=role)
    bo = person(strict, "bo-2", policy_roles=role)
    other = person(strict, "cy-3")
    (item,) = strict.store.queue()
    with pytest.raises(ReviewError, match="cy-3 can't approve it"):
        approve_as(strict, other, item.draft_id, "fine")
    approve_as(strict, ann, item.draft_id, "fine")
    assert state_of(strict, item.draft_id) is State.WAITING
    assert approve_as(strict, ann, item.draft_id, "fine").actor == ann.account_id
    assert state_of(strict, item.draft_id) is State.WAITING
    approve_as(strict, bo, item.draft_id, "fine, too")
    assert state_of(strict, item.draft_id) is State.APPROVED


def test_who_edits_is_no_second_pair_of_eyes(strict: Project) -> None:
    role = ("news-editor",)
    ann = person(strict, "ann-1", policy_roles=role)
    bo = person(strict, "bo-2", policy_roles=role)
    cy = person(strict, "cy-3", policy_roles=role)
    (item,) = strict.store.queue()
    approve_as(strict, bo, item.draft_id, "fine")
    version = edit_draft(strict, ann, item.draft_id, "Better words.", seen=item.text_sha256)
    # The approval of the old bytes counts for nothing now.
    assert strict.store.standing_approvals(version.draft_id) == []
    # Nothing trips any more; a person's text is approved by a person all the same.
    assert state_of(strict, version.draft_id) is State.WAITING
    for somebody in (bo, cy):
        approve_as(strict, somebody, version.draft_id, "fine")
    clock_of(strict).advance(600)
    assert [one.draft_id for one in release_approved(strict).released] == [version.draft_id]


def test_an_edit_is_measured_and_can_only_follow_what_stands(project: Project) -> None:
    ann = person(project, "ann-1")
    item = project.store.queue()[0]
    with pytest.raises(ReviewError, match="nothing was changed"):
        edit_draft(project, ann, item.draft_id, HELD[item.brief_id], seen=item.text_sha256)
    with pytest.raises(ReviewError, match="has changed"):
        edit_draft(project, ann, item.draft_id, "x", seen="00")
    version = edit_draft(project, ann, item.draft_id, "An insult.", seen=item.text_sha256)
    assert state_of(project, version.draft_id) is State.BLOCKED
    assert version.made_by == "editor"
    with pytest.raises(ReviewError, match="can't be changed"):
        edit_draft(project, ann, item.draft_id, "Late.", seen=item.text_sha256)
    mended = edit_draft(project, ann, version.draft_id, "All calm.", seen=version.text_sha256)
    assert state_of(project, mended.draft_id) is State.WAITING
    assert project.store.problems() == []


def test_another_attempt_takes_the_place_of_the_draft(
    make_project: MakeProject, briefs: Callable[..., Path]
) -> None:
    drafts: Mapping[str, list[str]] = {"a": ["A rumour.", "Plain words."]}
    project = make_project(drafts)
    produce(project, [briefs("a")])
    item = project.store.queue()[0]
    fresh = write_again(project, item.draft_id)
    assert fresh.attempt == 2
    now = project.store.item_of(item.draft_id)
    assert now is not None
    assert (now.draft_id, now.state) == (fresh.draft_id, State.PASSED)


def test_the_queue_is_ordered_and_filtered(project: Project) -> None:
    store = project.store
    oldest = store.waiting(limit=1)
    rest = store.waiting(limit=5, after=(oldest[0].risk, oldest[0].since, oldest[0].work_id))
    assert len(rest) == 1
    assert store.rules_waiting() == ["look-at-rumour"]
    assert store.count_waiting(QueueFilter(rule="look-at-rumour"), most=10) == 2
    assert store.count_waiting(QueueFilter(rule="no-insult"), most=10) == 0
    first, last = oldest[0].since, rest[0].since
    assert store.waiting_since(["2099-01-01T00:00:00Z", first]) == [0, 2, 0]
    assert store.waiting_since([later(last, 1)]) == [0, 2]
    assert store.count_waiting(QueueFilter(kind="legal"), most=10) == 0
    assert store.count_waiting(QueueFilter(riskiest=True), most=1) == 1
    assert all(one.risk > 0 for one in store.waiting(QueueFilter(riskiest=True), limit=9))


def test_days_are_counted_as_things_happen(project: Project) -> None:
    ann = person(project, "ann-1")
    item = project.store.queue()[0]
    reject_as(project, ann, item.draft_id, "hearsay", rule="look-at-rumour")
    day = project.clock()[:10]
    counts = {(one.measure, one.name): one.count for one in project.store.tallies(day, day)}
    assert counts["decided", "review"] == 2
    assert counts["tripped", "look-at-rumour"] == 2
    assert counts["reject:rule", "look-at-rumour"] == 1
    assert counts["released", ""] == 1
