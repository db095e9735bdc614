"""What is sent is read only as far as it may be, and only from who may send it."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest

from aigc_guard.dashboard.protection import SMALL_BODY
from aigc_guard.dashboard.routes import all_rules
from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FixedClock
from tests.dashboard.conftest import PASSWORD, OpenBrowser
from tests.dashboard.hostile import SHORT

DEEP = b'{"text":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
CHANGING = [rule for rule in all_rules() if rule.method == "POST"]


class Sender:
    """Somebody who sends a body piece by piece, straight at the application."""

    def __init__(self, app: Any, path: str, headers: dict[str, str], pieces: list[bytes]) -> None:
        self.app, self.path, self.pieces = app, path, pieces
        given = {"host": "localhost:8642", **headers}
        self.headers = [(name.encode(), value.encode()) for name, value in given.items()]
        self.taken = 0
        self.status = 0

    async def receive(self) -> dict[str, Any]:
        piece = self.pieces[self.taken] if self.taken < len(self.pieces) else b""
        self.taken += 1
        return {"type": "http.request", "body": piece, "more_body": self.taken < len(self.pieces)}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)

    def sent(self) -> int:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "headers": self.headers,
            "client": ("127.0.0.1", 5),
            "server": ("localhost", 8642),
        }
        asyncio.run(self.app(scope, self.receive, self.send))
        return self.status


@pytest.mark.parametrize("rule", CHANGING, ids=lambda rule: rule.path)
def test_nothing_is_read_from_who_may_not_send_it(app: Any, rule: Any) -> None:
    """A stranger's body, and a false key's, is refused unread: parsing it is work, too."""
    if rule.needs == "open":
        return
    path = rule.path.replace("{", "").replace("}", "")
    for headers in ({}, {"authorization": "Bearer aigc_0_x"}, {"cookie": "aigc_guard_session=x"}):
        sender = Sender(app, path, {"content-type": "application/json", **headers}, [DEEP] * 3)
        assert sender.sent() == 401
        assert sender.taken == 0


def test_a_body_without_a_length_ends_at_the_limit(app: Any, visit: OpenBrowser) -> None:
    for path in ("/sign-in", "/view"):
        form = {"content-type": "application/x-www-form-urlencoded"}
        sender = Sender(app, path, form, [b"a=" + b"x" * 10_000] * 1000)
        assert sender.sent() == 413
        assert sender.taken <= SMALL_BODY // 10_000 + 1
    lead = visit("lead")
    for path, kind in (
        ("/api/v1/queue/claim", "application/json"),
        ("/queue/claim", "application/x-www-form-urlencoded"),
        ("/queue/claim", "multipart/form-data; boundary=b"),
    ):
        headers = {
            "content-type": kind,
            "cookie": f"aigc_guard_session={lead.client.cookies['aigc_guard_session']}",
            "x-csrf-token": lead.token(),
        }
        start = b'--b\r\ncontent-disposition: form-data; name="x"; filename="x"\r\n\r\n'
        sender = Sender(app, path, headers, [start, *[b"x" * 1_000_000] * 500])
        # A form's parser may give up on an endless field even earlier.
        assert sender.sent() in ((413,) if "json" in kind else (400, 413)), kind
        assert sender.taken < 50


def test_a_length_that_is_none_is_refused(visit: OpenBrowser) -> None:
    stranger = visit()
    for length in ("-1", "1e9", "99999999999999999999", "0x10"):
        headers = {"content-length": length}
        assert stranger.client.post("/sign-in", headers=headers).status_code == 413


def test_odd_bodies_are_told_so(visit: OpenBrowser) -> None:
    lead = visit("lead")
    headers = {"x-csrf-token": lead.token(), "content-type": "application/json"}
    for body in (
        DEEP,
        b"{",
        b"\xff\xfe{}",
        b'{"kind": "\\ud800"}',
        b'{"kind": "\\u0000"}',
        b'{"kind": ' + b"9" * 5000 + b"}",
        b'{"kind": NaN}',
        json.dumps({str(n): n for n in range(20_000)}).encode(),
        gzip.compress(b'{"kind": "' + b"x" * 1_000_000 + b'"}'),
        b"[]",
        b"",
    ):
        for path in ("/api/v1/queue/claim", "/api/v1/check", "/api/v1/check/batch"):
            answer = lead.client.post(path, content=body, headers=headers)
            assert answer.status_code in (400, 422), (path, body[:40], answer.status_code)
    zipped = headers | {"content-encoding": "gzip"}
    body = gzip.compress(b'{"kind": "news"}')
    answer = lead.client.post("/api/v1/queue/claim", content=body, headers=zipped)
    assert answer.status_code in (400, 422)  # nothing is unpacked on the way in


@pytest.mark.parametrize("codec", ["unicode_escape", "utf-16", "utf-7", "zlib", "rot13", SHORT])
def test_odd_forms_are_told_so(visit: OpenBrowser, codec: str) -> None:
    lead = visit("lead")
    token = lead.token()
    for name, value in (("name", "\\ud800"), ("name", "a\x00b"), ("name", "x" * 20_000)):
        form = f'--b\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
        form += f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b--\r\n'
        headers = {"content-type": f'multipart/form-data; boundary=b; charset="{codec}"'}
        answer = lead.client.post("/keys", content=form.encode(), headers=headers)
        assert answer.status_code in (400, 403, 409), (value[:9], answer.status_code)
    many = {"csrf": token} | {f"f{n}": "1" for n in range(3000)}
    assert lead.client.post("/keys", data=many).status_code in (400, 413)
    files = [(f"f{n}", (f"../../{n}.csv", b"x")) for n in range(5)]
    answer = lead.client.post("/keys", data={"csrf": token}, files=files)
    assert answer.status_code == 400
    headers = {"content-type": "application/json", "x-csrf-token": token}
    assert lead.client.post("/keys", content=b"{}", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\app.py",
        "/policies/..%2f..%2faigc_guard.toml",
        "/policies/%2e%2e",
        "/policies/news.yaml%2f..%2f..%2faigc_guard.toml/edit",
        "/drafts/..%2f..%2fstate%2fstore.db",
        "/record/export/..%2fcsv",
        "/trends/data/rules/..%2f..%2fcsv",
        "/second/..%2fx",
        "/people/..%2fx",
        "/api/v1/policies/..%2faigc_guard.toml",
    ],
)
def test_no_way_leads_out_of_a_folder(visit: OpenBrowser, path: str) -> None:
    answer = visit("lead", "admin").get(path)
    assert answer.status_code in (303, 404, 405)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/")
    assert "sqlite:///" not in answer.text
    assert "create_app" not in answer.text


def test_nul_is_refused_everywhere(visit: OpenBrowser) -> None:
    lead = visit("lead")
    for path in (
        "/drafts/a%00b",
        "/queue?rule=a%00b",
        "/policies/a%00b.yaml",
        "/api/v1/drafts/%00",
    ):
        assert lead.get(path).status_code == 400


def test_no_header_is_made_of_what_was_sent(visit: OpenBrowser) -> None:
    lead, bad = visit("lead"), "x\r\nset-cookie: planted=1"
    for answer in (
        lead.get("/sign-in", params={"next": f"/{bad}"}),
        lead.post("/sign-in", {"login": "x", "password": "y", "next": f"/{bad}"}),
        lead.post("/view", {"lang": bad, "theme": bad}, headers={"referer": "http://x/a%0d%0ab"}),
        lead.post("/queue/claim", {"rule": bad, "kind": bad}),
        lead.get("/record/export/csv", params={"draft": bad, "actor": bad}),
        lead.get("/trends/data/rules/csv%0d%0aset-cookie:%20planted=1"),
        lead.get("/api/v1/counts", headers={"accept-language": "zh\x0bx"}),
    ):
        assert answer.status_code < 500
        for name, value in answer.headers.multi_items():
            assert "\r" not in value
            assert "\n" not in value
            assert "planted" not in value.split("%0D")[0], (name, value)


def test_nobody_is_believed_about_where_they_are(visit: OpenBrowser, project: Project) -> None:
    """Without a proxy that the configuration names, its headers are words."""
    stranger = visit()
    visit("reviewer")
    for number in range(31):
        headers = {
            "x-forwarded-for": f"10.0.0.{number}",
            "forwarded": f"for=10.0.0.{number}",
            "x-real-ip": f"10.0.0.{number}",
        }
        data = {"login": f"nobody-{number}", "password": "x"}
        assert stranger.post("/sign-in", data, headers=headers).status_code == 401
    assert stranger.sign_in("reviewer-1").status_code == 401  # the address is used up
    answer = stranger.get(
        "/sign-in", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    )
    assert "evil.example" not in answer.text
    assert "strict-transport-security" not in answer.headers


def test_an_open_session_is_no_way_to_guess_a_password(
    visit: OpenBrowser, clock: FixedClock
) -> None:
    somebody = visit("reviewer")
    new = {"new": "five other calm words", "again": "five other calm words"}
    for _ in range(5):
        assert somebody.post("/me/password", {"old": "guess", **new}).status_code == 409
    assert somebody.post("/me/password", {"old": PASSWORD, **new}).status_code == 409
    assert visit().sign_in("reviewer-1").status_code == 401
    clock.advance(16 * 60)
    assert somebody.post("/me/password", {"old": PASSWORD, **new}).status_code == 200


def test_a_cookie_from_before_is_worth_nothing_after(visit: OpenBrowser) -> None:
    """Neither the session nor the forms of who planted the cookies."""
    visit("reviewer")
    attacker = visit()
    planted = attacker.token()
    cookie = attacker.client.cookies["aigc_guard_visit"]
    victim = visit()
    victim.client.cookies.set("aigc_guard_visit", cookie)
    victim.client.cookies.set("aigc_guard_session", "x" * 43)
    assert victim.sign_in("reviewer-1").status_code == 303
    assert victim.post("/sign-out", csrf=planted).status_code == 403
    # Signing in once more ends the session that was there.
    somebody = visit("lead")
    before = somebody.client.cookies["aigc_guard_session"]
    somebody.post("/sign-in", {"login": "lead-1", "password": PASSWORD})
    old = visit()
    old.client.cookies.set("aigc_guard_session", before)
    assert old.get("/me").status_code == 303
