"""Accounts in the browser: made, changed and closed by admins only."""

from __future__ import annotations

from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import PASSWORD, OpenBrowser


def test_an_account_is_made_changed_locked_and_closed(visit: OpenBrowser, project: Project) -> None:
    admin = visit("admin")
    data = {"login": "new-1", "name": "Nia <b>New</b>", "password": PASSWORD, "role": "reviewer"}
    refused = admin.post("/people", data | {"password": "short"})
    assert refused.status_code == 409
    assert 'value="new-1"' in refused.text
    place = admin.post("/people", data).headers["location"].split("?")[0]
    assert "<b>New" not in admin.get("/people").text
    assert admin.post(f"{place}/roles", {"role": "lead"}).status_code == 303
    made = project.store.account_by_login("new-1")
    assert made is not None
    assert made.roles == ("lead",)
    stranger = visit()
    for _ in range(5):
        stranger.sign_in("new-1", "not this password")
    assert "locked" in admin.get("/people").text
    assert admin.post(f"{place}/unlocked").status_code == 303
    assert stranger.sign_in("new-1").status_code == 303
    assert admin.post(f"{place}/closed").status_code == 303
    assert stranger.get("/queue").status_code == 303
    assert stranger.get("/queue").headers["location"].startswith("/sign-in")


def test_nobody_changes_their_own_account(visit: OpenBrowser) -> None:
    admin = visit("admin")
    assert admin.account is not None
    place = f"/people/{admin.account.account_id}"
    assert admin.post(f"{place}/roles", {"role": "lead"}).status_code == 409
    assert admin.post(f"{place}/closed").status_code == 409
    assert "another admin" in admin.get(place).text
    assert admin.get("/people/account:unknown").status_code == 404
