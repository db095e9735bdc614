"""Roles and four eyes: whose approval counts, and what is told to somebody whose doesn't."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import ReviewError
from aigc_guard.i18n import spoken
from aigc_guard.policy import Policy, load_policy
from aigc_guard.records import Decision, Outcome, Reason, Review
from aigc_guard.review import Authority, Need, approve, needs_of, reject, show
from aigc_guard.store import State, Store
from aigc_guard.testing.records import (
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

BRIEF = example_brief()
DRAFT = example_draft(BRIEF)
PEOPLE = {"editor": ("Ann Lee", "Bo"), "lawyer": ("Cai", "Bo")}
EDITOR, LAWYER = Need("editor", 1, ("no-insults",)), Need("lawyer", 1, ("no-threat",))
FOUR_EYES = Need("editor", 2, ("no-insults",))


def held(store: Store, **changes: Any) -> Decision:
    report = example_report(DRAFT)
    store.put_briefs("", [BRIEF])
    store.put_draft(DRAFT)
    store.put_reports([report])
    decision = example_decision(DRAFT, **({"outcome": Outcome.REVIEW} | changes))
    store.put_decision(decision, at="2026-01-05T09:00:00Z", measured=[report.key])
    return decision


def asking(*needs: Need) -> Callable[[Decision], Authority]:
    return lambda _decision: Authority(needs, PEOPLE)


def approved(store: Store, by: str, *needs: Need, signed_in: bool = False) -> Review:
    return approve(
        store,
        DRAFT.draft_id,
        by=by,
        reason="checked",
        clock=lambda: "2026-01-05T10:00:00Z",
        authority=asking(*needs),
        authenticated=signed_in,
    )


def state(store: Store) -> State:
    item = store.item_of(DRAFT.draft_id)
    assert item is not None
    return item.state


def test_only_the_role_that_is_asked_for_counts_and_it_is_recorded(store: Store) -> None:
    held(store)
    with pytest.raises(ReviewError, match="the role editor must approve: no-insults") as caught:
        approved(store, "Cai", EDITOR)
    assert "Ann Lee, Bo" in caught.value.hint
    assert "[people]" in caught.value.hint
    assert "editor" in spoken(caught.value.message, "zh")
    assert spoken(caught.value.message, "zh") != caught.value.message
    assert state(store) is State.WAITING
    assert store.reviews_of(DRAFT.draft_id) == []
    review = approved(store, " ann lee ", EDITOR)
    assert review.roles == ("editor",)
    assert state(store) is State.APPROVED
    assert store.reviews_of(DRAFT.draft_id) == [review]
    assert store.events(kind="review.approved")[0].body["roles"] == ["editor"]


def test_a_name_that_nobody_listed_holds_no_role(store: Store) -> None:
    held(store)
    with pytest.raises(ReviewError, match="can't approve it"):
        approved(store, "Mallory", EDITOR)


def test_every_role_has_to_approve_before_anything_is_approved(store: Store) -> None:
    held(store)
    first = approved(store, "Ann Lee", EDITOR, LAWYER)
    assert state(store) is State.WAITING
    assert approved(store, "Ann Lee", EDITOR, LAWYER) == first
    assert store.valid_approval(
        DRAFT.draft_id, text_sha256=DRAFT.text_sha256, policy_digest=first.policy_digest
    ) is None  # fmt: skip
    approved(store, "Cai", EDITOR, LAWYER)
    assert state(store) is State.APPROVED
    assert len(store.events(kind="review.approved")) == 2


def test_one_person_with_both_roles_suffices(store: Store) -> None:
    held(store)
    assert approved(store, "Bo", EDITOR, LAWYER).roles == ("editor", "lawyer")
    assert state(store) is State.APPROVED


def test_a_change_voids_the_first_of_two_approvals_for_good(store: Store) -> None:
    decision = held(store)
    approved(store, "Ann Lee", EDITOR, LAWYER)
    other = replace(decision, reasons=(replace(decision.reasons[0], rule="other"),))
    store.put_decision(other, at="2026-01-05T11:00:00Z")
    store.put_decision(decision, at="2026-01-05T12:00:00Z")
    approved(store, "Cai", EDITOR, LAWYER)
    assert state(store) is State.WAITING
    approved(store, "Ann Lee", EDITOR, LAWYER)
    assert state(store) is State.APPROVED


def test_four_eyes_refuse_who_is_not_signed_in_and_the_same_person_twice(store: Store) -> None:
    held(store)
    with pytest.raises(ReviewError, match="nobody is signed in") as caught:
        approved(store, "Ann Lee", FOUR_EYES)
    assert "--by" in caught.value.hint
    first = approved(store, "Ann Lee", FOUR_EYES, signed_in=True)
    assert state(store) is State.WAITING
    assert approved(store, "ANN LEE", FOUR_EYES, signed_in=True) == first
    assert state(store) is State.WAITING
    with pytest.raises(ReviewError, match="nobody is signed in"):
        approved(store, "Bo", FOUR_EYES)
    approved(store, "Bo", FOUR_EYES, signed_in=True)
    assert state(store) is State.APPROVED


def test_anybody_may_reject_what_waits_for_a_second_person(store: Store) -> None:
    held(store)
    approved(store, "Ann Lee", FOUR_EYES, signed_in=True)
    reject(store, DRAFT.draft_id, by="Mallory", reason="unfair", clock=lambda: "later")
    assert state(store) is State.REJECTED
    assert [one.action for one in show(store, DRAFT.draft_id).reviews] == ["approve", "reject"]


POLICY = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - {id: insults, check: toxicity, limits: {insult: 0.5}, action: review, message: "An insult."}
  - {id: threats, check: toxicity, limits: {threat: 0.5}, action: review, message: "A threat."}
labels:
  - {id: made-with-ai, text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}}
approvals:
  - {by: lawyer, rules: [threats], people: 2}
  - {by: editor}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "desk.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return load_policy(path)


@pytest.mark.parametrize(
    ("rules", "needs"),
    [
        (["insults"], [Need("editor", 1, ("insults",))]),
        (["threats"], [Need("lawyer", 2, ("threats",))]),
        (
            ["threats", "insults", "insults"],
            [Need("editor", 1, ("insults",)), Need("lawyer", 2, ("threats",))],
        ),
        ([], []),
    ],
)
def test_the_policy_says_whom_a_decision_asks(
    policy: Policy, rules: Sequence[str], needs: Sequence[Need]
) -> None:
    reasons = tuple(Reason(rule, "toxicity", Outcome.REVIEW, {"en": "x"}) for rule in rules)
    decision = replace(example_decision(DRAFT, Outcome.REVIEW), reasons=reasons)
    assert list(needs_of(policy, decision)) == list(needs)
