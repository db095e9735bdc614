"""Signing in and out, language and theme, health."""

from __future__ import annotations

from typing import Any

import pytest

from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FixedClock
from tests.dashboard.conftest import PASSWORD, OpenBrowser

SESSION = "aigc_guard_session"


def test_signing_in_and_out(visit: OpenBrowser, project: Project) -> None:
    somebody = visit("reviewer")
    assert "reviewer-1" in somebody.get("/me").text
    assert somebody.get("/sign-in").headers["location"] == "/"
    cookie = somebody.client.cookies[SESSION]
    assert somebody.post("/sign-out").headers["location"] == "/sign-in"
    somebody.account = None
    somebody.client.cookies.set(SESSION, cookie)
    assert somebody.get("/me").headers["location"] == "/sign-in?next=%2Fme"
    kinds = [event.kind for event in project.store.events()]
    assert kinds[-2:] == ["session.opened", "session.closed"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(visit: OpenBrowser) -> None:
    visit("reviewer")
    stranger = visit()
    answer = stranger.sign_in("reviewer-1")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if SESSION in one)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    stranger = visit()
    stranger.client.base_url = "https://localhost:8642"
    answer = stranger.sign_in("reviewer-1")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_every_failure_reads_the_same_and_an_account_is_locked(
    visit: OpenBrowser, clock: FixedClock
) -> None:
    visit("reviewer")
    stranger = visit()
    wrong = stranger.sign_in("reviewer-1", "not this password")
    unknown = stranger.sign_in("nobody-9", "not this password")
    assert wrong.status_code == unknown.status_code == 401
    assert "fit" in wrong.text
    assert wrong.text.replace(stranger.token(), "") == unknown.text.replace(stranger.token(), "")
    for _ in range(4):
        stranger.sign_in("reviewer-1", "not this password")
    assert stranger.sign_in("reviewer-1").status_code == 401
    clock.advance(16 * 60)
    assert stranger.sign_in("reviewer-1").status_code == 303


def test_an_address_may_try_thirty_times(visit: OpenBrowser, clock: FixedClock) -> None:
    visit("reviewer")
    stranger = visit()
    for number in range(30):
        assert stranger.sign_in(f"name-{number}", "x").status_code == 401
    assert stranger.sign_in("reviewer-1").status_code == 401
    clock.advance(16 * 60)
    assert stranger.sign_in("reviewer-1").status_code == 303


def test_a_token_that_was_there_before_is_worth_nothing_after(visit: OpenBrowser) -> None:
    visit("reviewer")
    victim = visit()
    victim.client.cookies.set(SESSION, "planted-by-somebody-else")
    assert victim.sign_in("reviewer-1").status_code == 303
    tokens = [one.value for one in victim.client.cookies.jar if one.name == SESSION]
    assert "planted-by-somebody-else" not in tokens[-1:]
    attacker = visit()
    attacker.client.cookies.set(SESSION, "planted-by-somebody-else")
    assert attacker.get("/me").status_code == 303


def test_a_form_is_believed_only_with_its_own_token(visit: OpenBrowser) -> None:
    one, other = visit("reviewer"), visit("lead")
    assert one.post("/sign-out", csrf="").status_code == 403
    assert one.post("/sign-out", csrf="0" * 64).status_code == 403
    assert one.post("/sign-out", csrf=other.token()).status_code == 403
    foreign = {"origin": "https://elsewhere.example"}
    assert one.post("/sign-out", headers=foreign).status_code == 403
    assert one.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert one.post("/sign-out", headers={"origin": "null"}).status_code == 403
    own = {"origin": "http://localhost:8642", "sec-fetch-site": "same-origin"}
    assert one.post("/sign-out", headers=own).status_code == 303


def test_foreign_hosts_are_not_answered(visit: OpenBrowser) -> None:
    stranger = visit()
    for host in ("evil.example", "localhost.evil.example", "localhost:8642@evil", ""):
        assert stranger.get("/sign-in", headers={"host": host}).status_code == 421
    assert stranger.get("/sign-in", headers={"host": "127.0.0.1:1"}).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/static/app.css", "/healthz"])
def test_every_answer_is_hardened(visit: OpenBrowser, path: str) -> None:
    answer = visit().get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


def test_nothing_runs_inline(visit: OpenBrowser) -> None:
    text = visit("reviewer").get("/me").text
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_where_to_go_after_signing_in_stays_here(visit: OpenBrowser) -> None:
    visit("reviewer")
    for given, place in (
        ("/me?x=1", "/me?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/me\r\nset-cookie: x=1", "/"),
        ("javascript:alert(1)", "/"),
    ):
        answer = visit().sign_in("reviewer-1", next=given)
        assert answer.headers["location"] == place
        assert "x=1" not in answer.headers["set-cookie"]


def test_language_and_theme_are_chosen_and_kept(visit: OpenBrowser) -> None:
    stranger = visit()
    assert "Sign in" in stranger.get("/sign-in").text
    chinese = stranger.get("/sign-in", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "登录" in chinese.text
    answer = stranger.post(
        "/view", {"lang": "zh"}, headers={"referer": "http://localhost:8642/sign-in?next=/me"}
    )
    assert answer.headers["location"] == "/sign-in?next=/me"
    page = stranger.get("/sign-in").text
    assert 'lang="zh-Hans"' in page
    stranger.post("/view", {"theme": "dark"})
    page = stranger.get("/sign-in").text
    assert 'data-theme="dark"' in page
    assert "登录" in page


def test_a_new_password_ends_the_other_sessions(visit: OpenBrowser) -> None:
    here, there = visit("reviewer"), visit("reviewer")
    new = {"new": "five other calm words", "again": "five other calm words"}
    assert here.post("/me/password", {"old": "wrong", **new}).status_code == 409
    assert here.post("/me/password", {"old": PASSWORD, **new}).status_code == 200
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 303


def test_a_sign_in_of_the_command_line_is_no_cookie(visit: OpenBrowser, project: Project) -> None:
    from aigc_guard.accounts import sign_in

    visit("reviewer")
    found = sign_in(project.store, "reviewer-1", PASSWORD, clock=project.clock, kind="cli")
    stranger = visit()
    stranger.client.cookies.set(SESSION, found.token)
    assert stranger.get("/me").status_code == 303


def test_health(visit: OpenBrowser, project: Project) -> None:
    stranger = visit()
    assert stranger.get("/healthz").json() == {"status": "ok"}
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.json()["store"]) == (200, "ok")
    (project.config.policies / "broken.yaml").write_text("policy: [", encoding="utf-8")
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.json()["policies"]) == (503, "failed")


def test_what_is_not_there_and_what_breaks(visit: OpenBrowser, app: Any) -> None:
    stranger = visit()
    answer = stranger.get("/nothing/here")
    assert answer.status_code == 404
    assert "there is nothing here" in answer.text
    assert stranger.client.put("/sign-in").status_code == 405
    big = {"login": "x" * 30_000_000}
    assert stranger.client.post("/sign-in", data=big).status_code == 413
