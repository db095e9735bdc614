"""What belongs to one person is no other's to change, though their role could do the same."""

from __future__ import annotations

from typing import Any

import pytest

from aigc_guard.dashboard.routes import all_rules
from aigc_guard.pipeline.desk import approve_as, claim
from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from tests.dashboard.conftest import Browser, OpenBrowser
from tests.dashboard.things import real_things


@pytest.fixture
def owner(visit: OpenBrowser) -> Browser:
    return visit("lead", "admin", name="owner-1")


@pytest.fixture
def things(owner: Browser, project: Project) -> dict[str, str]:
    return real_things(project, owner.account)


def approved(project: Project, owner: Browser, things: dict[str, str]) -> str:
    assert owner.account is not None
    approve_as(project, owner.account, things["draft_id"], "Fine.")
    return things["draft_id"]


def record_of(project: Project) -> list[Any]:
    return [one for one in project.store.events() if not one.kind.startswith("session.")]


@pytest.mark.parametrize(
    "deed",
    [
        "keys/{key_id}/revoke",
        "drafts/{draft_id}/return",
        "drafts/{draft_id}/renew",
        "drafts/{draft_id}/approve",
        "drafts/{draft_id}/reject",
        "drafts/{draft_id}/edit",
        "drafts/{draft_id}/claim",
    ],
)
def test_another_lead_gets_nowhere(
    visit: OpenBrowser, project: Project, things: dict[str, str], deed: str
) -> None:
    other = visit("lead", name="other-2")
    item = project.store.item_of(things["draft_id"])
    assert item is not None
    seen = {
        "text_sha256": item.text_sha256,
        "policy_digest": item.policy_digest,
        "decision_digest": item.decision_digest,
    }
    before = record_of(project)
    data = seen | {"reason": "Mine now.", "rule": "look-at-rumour", "text": "Other words."}
    answer = other.post(f"/{deed.format(**things)}", data)
    # Giving back what is not on one's own desk is nothing; everything else is refused.
    assert answer.status_code in (404, 409, 303)
    assert record_of(project) == before
    lease = project.store.lease_of(item.work_id, now=project.clock())
    assert lease is not None
    assert lease.account_id == things["account_id"]
    key = project.store.key(things["key_id"])
    assert key is not None
    assert not key.revoked_at
    if deed.startswith("drafts") and "renew" not in deed:
        name = deed.rsplit("/", 1)[1]
        path = f"/api/v1/drafts/{things['draft_id']}/{name}"
        headers = {"x-csrf-token": other.token()}
        assert other.client.post(path, json=data, headers=headers).status_code in (200, 409)
        assert record_of(project) == before


def test_an_approval_is_undone_by_who_gave_it(
    visit: OpenBrowser, project: Project, owner: Browser, things: dict[str, str]
) -> None:
    draft = approved(project, owner, things)
    other = visit("lead", name="other-2")
    assert other.post(f"/drafts/{draft}/undo").status_code == 409
    item = project.store.item_of(draft)
    assert item is not None
    assert item.state is State.APPROVED
    assert owner.post(f"/drafts/{draft}/undo").status_code == 303


def test_nobody_answers_switches_on_or_raises_themselves(
    project: Project, owner: Browser, things: dict[str, str]
) -> None:
    before = record_of(project)
    for path, data in (
        ("/policies/waivers/{request_id}", {"do": "grant", "answer": "Yes."}),
        ("/policies/proposals/{proposal_id}/switch-on", {}),
        ("/people/{account_id}/roles", {"role": "auditor"}),
        ("/people/{account_id}/closed", {}),
    ):
        assert owner.post(path.format(**things), data).status_code == 409, path
    assert record_of(project) == before


def test_a_lead_gives_no_roles_and_an_admin_decides_nothing(
    visit: OpenBrowser, project: Project, things: dict[str, str]
) -> None:
    lead, admin = visit("lead", name="other-2"), visit("admin", name="other-3")
    before = record_of(project)
    for path in ("roles", "password", "opened", "closed", "unlocked"):
        assert (
            lead.post(f"/people/{things['account_id']}/{path}", {"role": "admin"}).status_code
            == 403
        )
    for rule in all_rules():
        if rule.method == "POST" and rule.path.startswith(("/drafts/", "/policies/", "/second")):
            assert admin.post(rule.path.format(**things)).status_code == 403, rule
    assert record_of(project) == before


def test_roles_work_at_once(visit: OpenBrowser, owner: Browser, project: Project) -> None:
    """A session that stands is worth what the account is worth now."""
    other = visit("lead", name="other-2")
    assert other.account is not None
    place = f"/people/{other.account.account_id}"
    assert other.get("/trends").status_code == 200
    assert owner.post(f"{place}/roles", {"role": "reader"}).status_code == 303
    assert other.get("/trends").status_code == 403
    assert owner.post(f"{place}/closed").status_code == 303
    assert other.get("/queue").status_code == 303


def test_what_a_desk_shows_is_ones_own(
    visit: OpenBrowser, project: Project, owner: Browser, things: dict[str, str]
) -> None:
    other = visit("reviewer", name="other-2")
    assert things["key_id"] in owner.get("/keys").text
    assert things["key_id"] not in other.get("/keys").text
    assert other.account is not None
    own = project.store.queue()[1].draft_id
    claim(project, other.account, own)
    page = other.get("/queue").text
    desk = page[page.index("On your desk") :].split("</p>")[0]
    assert own[:12] in desk
    assert things["draft_id"][:12] not in desk
