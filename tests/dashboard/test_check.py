"""POST /api/v1/check: keys, scopes, rates, names of calls, and the same answer as the CLI."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from aigc_guard.accounts import add_account, change_roles, close_account
from aigc_guard.accounts.keys import add_key, revoke_key
from aigc_guard.pipeline.judging import Wanted, answer, brief_of, judge
from aigc_guard.pipeline.project import Project
from aigc_guard.store import Account, ApiKey
from aigc_guard.testing import FixedClock
from tests.dashboard.conftest import PASSWORD, OpenBrowser

TEXT = "A rumour and an insult."


class Caller:
    """Another system with a key."""

    def __init__(self, app: Any, project: Project, *scopes: str, per_minute: int = 60) -> None:
        self.owner: Account = add_account(
            project.store, "cms", roles=["editor"], password=PASSWORD, clock=project.clock
        )
        made = add_key(
            project.store,
            self.owner,
            "The CMS",
            scopes=scopes or ("check",),
            per_minute=per_minute,
            clock=project.clock,
        )
        self.key: ApiKey = made.key
        self.token = made.token
        self.client = TestClient(app, base_url="http://localhost:8642")

    def ask(self, body: Any, path: str = "/api/v1/check", **headers: str) -> Any:
        own = {"authorization": f"Bearer {self.token}"}
        own |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, json=body, headers=own)


@pytest.fixture
def caller(app: Any, project: Project) -> Caller:
    return Caller(app, project)


def test_the_answer_is_the_command_lines(caller: Caller, project: Project) -> None:
    found = caller.ask({"text": TEXT, "policy": "news-test", "id": "x"})
    assert found.status_code == 200, found.text
    policy = project.policies.named("news-test")
    (judged,) = judge(project, [brief_of("x", TEXT, policy, Wanted())], [policy])
    assert found.json() == {"id": "x", **answer(judged, "en")}
    assert found.json()["outcome"] == "block"
    places = {one["rule"]: TEXT[one["start"] : one["end"]] for one in found.json()["findings"]}
    assert places == {"no-insult": "insult", "look-at-rumour": "rumour"}
    assert TEXT not in found.text


def test_a_batch_keeps_its_order(caller: Caller) -> None:
    texts = [{"text": "Plain.", "id": "1"}, {"text": "An insult.", "id": "2"}]
    found = caller.ask({"policy": "news-test", "texts": texts}, "/api/v1/check/batch")
    assert [(one["id"], one["outcome"]) for one in found.json()["results"]] == [
        ("1", "release"),
        ("2", "block"),
    ]
    assert caller.ask({"texts": []}, "/api/v1/check/batch").status_code == 422


def test_a_text_that_no_policy_serves_is_held(caller: Caller) -> None:
    found = caller.ask({"text": "Words.", "kind": "poem"})
    assert found.json()["outcome"] == "review"
    assert caller.ask({"text": "Words."}).status_code == 422
    assert caller.ask({"text": "Words.", "policy": "nobodys"}).status_code == 422


def test_messages_come_in_the_language_asked_for(caller: Caller) -> None:
    body = {"text": "An insult.", "policy": "news-test"}
    (finding,) = caller.ask(body, accept_language="zh").json()["findings"]
    assert finding["message"] == "侮辱性词语。"


def test_a_key_opens_what_its_scopes_and_its_account_allow(
    caller: Caller, app: Any, project: Project
) -> None:
    body = {"text": "Words.", "policy": "news-test"}
    no_key = caller.client.post("/api/v1/check", json=body)
    assert no_key.status_code == 401
    wrong = caller.ask(body, authorization="Bearer aigc_0_x")
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
    assert caller.ask(body, authorization="Basic eDp5").status_code == 401
    counts = {"authorization": f"Bearer {caller.token}"}
    assert caller.client.get("/api/v1/counts", headers=counts).status_code in (403, 200)
    assert caller.client.get("/queue", headers=counts, follow_redirects=False).status_code == 303
    reading = add_key(project.store, caller.owner, "r", scopes=["read"], clock=project.clock)
    own, caller.token = caller.token, reading.token
    assert caller.ask(body).status_code == 403
    caller.token = own
    change_roles(
        project.store, caller.owner, roles=["reader"], policy_roles=(), clock=project.clock
    )
    assert caller.ask(body).status_code == 403
    change_roles(
        project.store, caller.owner, roles=["editor"], policy_roles=(), clock=project.clock
    )
    assert caller.ask(body).status_code == 200
    close_account(project.store, caller.owner, active=False, clock=project.clock)
    assert caller.ask(body).status_code == 401


def test_a_revoked_key_opens_nothing(caller: Caller, project: Project) -> None:
    revoke_key(project.store, caller.key, clock=project.clock)
    assert caller.ask({"text": "Words.", "policy": "news-test"}).status_code == 401
    kinds = [event.kind for event in project.store.events()]
    assert kinds[-2:] == ["key.added", "key.revoked"]


def test_a_rate_is_kept(app: Any, project: Project, clock: FixedClock) -> None:
    caller = Caller(app, project, per_minute=2)
    body = {"text": "Words.", "policy": "news-test"}
    assert [caller.ask(body).status_code for _ in range(3)] == [200, 200, 429]
    assert caller.ask(body).headers["retry-after"] == "60"
    clock.advance(61)
    assert caller.ask(body).status_code == 200


def test_a_named_call_is_answered_once(caller: Caller, project: Project, clock: FixedClock) -> None:
    body = {"text": "Words.", "policy": "news-test"}
    first = caller.ask(body, idempotency_key="one")
    policy = project.config.policies / "news.yaml"
    policy.write_text(policy.read_text("utf-8").replace("rumour]", "Words]"), "utf-8")
    assert caller.ask(body, idempotency_key="one").content == first.content
    other = caller.ask({**body, "text": "Others."}, idempotency_key="one")
    assert other.status_code == 409
    clock.advance(25 * 3600)
    caller.ask(body, idempotency_key="two")
    assert caller.ask(body, idempotency_key="one").json()["outcome"] == "review"


def test_malformed_calls_are_told_where(caller: Caller) -> None:
    for body in ({}, {"text": 1}, {"text": "x", "more": 1}, [], "x"):
        found = caller.ask(body)
        assert found.status_code == 422, body
        assert found.json()["wrong"]
    half = caller.client.post(
        "/api/v1/check",
        content=b'{"text": "\\ud800", "policy": "news-test"}',
        headers={"authorization": f"Bearer {caller.token}", "content-type": "application/json"},
    )
    assert half.status_code == 422
    long = caller.ask({"text": "x" * 2_000_001, "policy": "news-test"})
    assert long.status_code == 413


def test_somebody_signed_in_asks_with_the_token_of_a_page(visit: OpenBrowser) -> None:
    editor = visit("editor")
    body = {"text": "Words.", "policy": "news-test"}
    assert editor.client.post("/api/v1/check", json=body).status_code == 403
    headers = {"x-csrf-token": editor.token()}
    assert editor.client.post("/api/v1/check", json=body, headers=headers).status_code == 200


def test_keys_are_made_and_revoked_on_their_page(visit: OpenBrowser, project: Project) -> None:
    editor, other, admin = visit("editor"), visit("reviewer"), visit("admin")
    page = editor.post("/keys", {"name": "CMS", "scope": "check", "per_minute": "5"})
    token = re.search(r"aigc_[0-9a-f]{16}_[\w-]+", page.text)
    assert token is not None
    assert token.group() not in editor.get("/keys").text
    (key,) = project.store.keys()
    assert other.post(f"/keys/{key.key_id}/revoke").status_code == 404
    assert "CMS" not in other.get("/keys").text
    assert "CMS" in admin.get("/keys").text
    assert admin.post(f"/keys/{key.key_id}/revoke").status_code == 303
    assert project.store.keys()[0].revoked_at
    for wrong in ({"name": ""}, {"name": "x", "scope": "all"}, {"name": "x", "per_minute": "0"}):
        answer = editor.post("/keys", {"scope": "check", "per_minute": "5", **wrong})
        assert answer.status_code == 409
