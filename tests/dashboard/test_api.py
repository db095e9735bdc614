"""The desk as JSON: the same rules as the pages."""

from __future__ import annotations

from typing import Any

from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import Browser, OpenBrowser


def send(somebody: Browser, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"x-csrf-token": token or somebody.token()}
    return somebody.client.post(path, json=body, headers=headers)


def seen(draft: dict[str, Any]) -> dict[str, str]:
    return {name: draft[name] for name in ("text_sha256", "policy_digest", "decision_digest")}


def test_a_draft_is_claimed_looked_at_and_decided(visit: OpenBrowser, project: Project) -> None:
    ann, bo = visit("reviewer", name="ann-1"), visit("lead", name="bo-2")
    page = ann.get("/api/v1/queue?order=riskiest").json()
    assert (page["count"], len(page["rows"]), page["after"]) == (2, 2, "")
    assert page["rows"][0]["rules"] == ["look-at-rumour"]
    first = send(ann, "/api/v1/queue/claim", {"kind": "news"}).json()["draft_id"]
    draft = ann.get(f"/api/v1/drafts/{first}").json()
    assert draft["state"] == "waiting"
    assert draft["held_by"] == "ann-1"
    assert draft["reasons"][0]["rule"] == "look-at-rumour"
    path = f"/api/v1/drafts/{first}/approve"
    assert send(bo, path, {"reason": "fine"} | seen(draft)).status_code == 409
    assert send(ann, path, {"reason": "fine"}).status_code == 409
    old = {"reason": "fine"} | seen(draft) | {"text_sha256": "0" * 64}
    assert "has changed" in send(ann, path, old).json()["problem"]
    assert send(ann, path, {"reason": ""} | seen(draft)).status_code == 409
    assert send(ann, path, {"reason": "fine"} | seen(draft)).json() == {"draft_id": first}
    after = ann.get(f"/api/v1/drafts/{first}").json()
    assert after["state"] == "approved"
    assert after["undo_until"] > "2026"
    assert send(ann, f"/api/v1/drafts/{first}/undo", {}).status_code == 200
    assert ann.get("/api/v1/counts").json()["waiting"] == 2


def test_only_with_the_token_and_in_the_right_form(visit: OpenBrowser) -> None:
    ann = visit("reviewer")
    assert send(ann, "/api/v1/queue/claim", {}, token="0" * 64).status_code == 403
    assert send(ann, "/api/v1/queue/claim", {"kinds": "news"}).status_code == 422
    assert ann.get("/api/v1/queue?kinds=news").status_code == 422
    assert ann.get("/api/v1/drafts/unknown").status_code == 404
    assert visit().get("/api/v1/queue").status_code == 401


def test_it_describes_itself(visit: OpenBrowser) -> None:
    described = visit("reader").get("/api/v1/openapi.json").json()
    assert {"/api/v1/queue", "/api/v1/drafts/{draft_id}/approve", "/api/v1/people"} <= set(
        described["paths"]
    )
    assert described["components"]["schemas"]["Deed"]["additionalProperties"] is False


def test_accounts(visit: OpenBrowser, project: Project) -> None:
    admin = visit("admin")
    new = {"login": "new-1", "roles": ["reviewer"], "password": "four calm words here"}
    made = send(admin, "/api/v1/people", new).json()
    assert made["roles"] == ["reviewer"]
    assert "password" not in made
    path = f"/api/v1/people/{made['account_id']}"
    assert send(admin, path, {"roles": ["nonsense"]}).status_code == 409
    # All or nothing: the roles stay when the password is too weak.
    assert send(admin, path, {"roles": ["lead"], "password": "short"}).status_code == 409
    assert admin.get(path).json()["roles"] == ["reviewer"]
    changed = send(admin, path, {"roles": ["lead"], "active": False}).json()
    assert (changed["roles"], changed["active"]) == (["lead"], False)
    assert admin.account is not None
    own = f"/api/v1/people/{admin.account.account_id}"
    assert send(admin, own, {"roles": ["lead", "admin"]}).status_code == 409
    assert len(admin.get("/api/v1/people").json()) == 2
