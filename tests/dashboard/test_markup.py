"""Nothing that a draft, a brief, a policy, a file or a person says becomes markup, on any page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from aigc_guard.dashboard.gate import Rule
from aigc_guard.dashboard.pages import environment
from aigc_guard.dashboard.protection import POLICY
from aigc_guard.dashboard.routes import all_rules
from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from tests.dashboard.conftest import PASSWORD, Browser, OpenBrowser
from tests.dashboard.hostile import (
    BRIEFS,
    CORPUS,
    FILE,
    MARKS,
    SHORT,
    make_hostile,
    open_hostile,
    say_everything,
    wrong_with,
)

BOSS = ("lead", "admin")
PAGES = [rule for rule in all_rules() if rule.method == "GET"]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hostile(tmp_path_factory.mktemp("hostile") / "project")


@pytest.fixture
def project(hostile: Path, tmp_path: Path) -> Project:
    return open_hostile(Path(shutil.copytree(hostile, tmp_path / "project")))


@pytest.fixture
def boss(visit: OpenBrowser, project: Project) -> Browser:
    somebody = visit(*BOSS, name="boss")
    assert somebody.account is not None
    say_everything(project, somebody.account, PASSWORD)
    return somebody


def ids(project: Project, boss: Browser) -> dict[str, list[str]]:
    """What stands in the place of each name of a route's path; a new name needs one."""
    assert boss.account is not None
    account = boss.account.account_id
    store = project.store
    drafts = [one.draft_id for state in State for one in store.queue(state=state)]
    released = [one.draft_id for one in store.releases()]
    return {
        "draft_id": drafts + released,
        "file": [quote(FILE)],
        "proposal_id": [one.proposal_id for one in store.proposals()],
        "sample_id": [one.sample_id for one in store.unread(account, limit=5)],
        "account_id": [one.account_id for one in store.accounts()],
        "name": ["rules", "outcomes", "load", "age"],
        "form": ["csv", "jsonl"],
        "kind": ["json"],
        "size": [str(one.size) for one in store.checkpoints()],
        "run_id": [one.run_id for one in store.get_runs()],
        "release_id": [one.release_id for one in store.releases()],
    }


def addresses(rule: Rule, known: dict[str, list[str]]) -> Iterator[str]:
    names = re.findall(r"\{(\w+)\}", rule.path)
    for number in range(max([len(known[name]) for name in names] or [1])):
        path = rule.path
        for name in names:
            path = path.replace(f"{{{name}}}", known[name][number % len(known[name])])
        yield path


def test_nothing_stored_becomes_markup(boss: Browser, project: Project) -> None:
    known = ids(project, boss)
    said, seen = "", 0
    for rule in PAGES:
        for path in addresses(rule, known):
            answer = boss.get(path)
            assert answer.status_code < 500, (rule, answer.text)
            assert answer.headers["content-security-policy"] == POLICY
            kind = answer.headers.get("content-type", "")
            if kind.startswith("text/html"):
                assert wrong_with(answer.text) == [], path
                seen += answer.status_code == 200
            else:
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "html" not in kind
                assert "svg" not in kind
            said += answer.text
    assert seen > 15
    # Every payload was shown somewhere, or this test has looked at nothing.
    assert [mark for mark in MARKS if mark not in said] == []


def test_nothing_stored_becomes_markup_where_forms_answer(boss: Browser, project: Project) -> None:
    draft = next(one.draft_id for one in project.store.queue() if one.brief_id == BRIEFS[0])
    policy = (project.config.policies / FILE).read_text(encoding="utf-8")
    base = f"/drafts/{draft}"
    wrong = policy.replace("action: block", f"action: '{SHORT}'").replace("look:", "[")
    for path, data in (
        (f"{base}/reveal", {"reason": "To see"}),
        (f"{base}/approve", {"reason": SHORT}),
        (f"{base}/reject", {"reason": SHORT, "rule": SHORT}),
        (f"{base}/edit", {"text": SHORT}),
        (f"{base}/comment", {"text": ""}),
        (f"/policies/{quote(FILE)}/edit", {"text": wrong, "do": "check", "note": SHORT}),
        (f"/policies/{quote(FILE)}/edit", {"text": policy + "\n# x", "do": "test", "note": SHORT}),
        ("/people", {"login": SHORT, "name": SHORT, "policy_roles": SHORT, "role": SHORT}),
        ("/keys", {"name": SHORT, "scope": SHORT}),
        ("/me/password", {"old": SHORT}),
        ("/sign-in", {"login": SHORT, "password": SHORT, "next": SHORT}),
        (f"{base}/alike", {"action": SHORT, "reason": SHORT, "draft": SHORT}),
        ("/queue/claim", dict.fromkeys(("kind", "channel", "language", "rule", "age"), SHORT)),
        ("/view", {"lang": SHORT, "theme": SHORT}),
    ):
        answer = boss.post(path, data)
        assert answer.status_code < 500, path
        assert wrong_with(answer.text) == [], path


def queries() -> list[str]:
    """The name of every field that a page asks its address for, from the code of the pages."""
    named = {"next", "done", "days", "none", "before", "after", "lang", "theme", "q", "limit"}
    named |= {"kind", "channel", "language", "rule", "age", "order", "subject", "draft", "release"}
    named |= {"actor", "policy", "since", "until", "code", "state", "error", "error_description"}
    return sorted(named)


def test_nothing_asked_for_becomes_markup(boss: Browser, visit: OpenBrowser) -> None:
    stranger = visit()
    for payload in (SHORT, CORPUS[4]):
        query = dict.fromkeys(queries(), payload)
        for rule in PAGES:
            path = re.sub(r"\{\w+\}", quote(payload, safe=""), rule.path)
            for somebody in (boss, stranger) if rule.needs == "open" else (boss,):
                answer = somebody.get(path, params=query)
                assert answer.status_code < 500, path
                assert answer.headers["content-security-policy"] == POLICY
                if answer.headers.get("content-type", "").startswith("text/html"):
                    assert wrong_with(answer.text) == [], path
                assert "evil.example" not in answer.headers.get("location", "")
    headers = {"referer": f"http://localhost:8642/{SHORT}", "accept-language": SHORT}
    cookies = {"aigc_guard_view": f"lang:{SHORT}.theme:{SHORT}"}
    stranger.client.cookies.update(cookies)
    answer = stranger.get(f"/nothing/{quote(SHORT)}", headers=headers)
    assert wrong_with(answer.text) == []


@pytest.mark.parametrize("method", ["GET", "POST", "TRACE"])
def test_every_answer_bears_the_policy(visit: OpenBrowser, app: Any, method: str) -> None:
    stranger = visit()
    paths = [rule.path for rule in all_rules()]
    for path in [*paths, "/nothing", "/static/app.css", "/static/nothing", "/static/../app.py"]:
        answer = stranger.client.request(method, path, follow_redirects=False)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "x-powered-by" not in answer.headers
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_a_crash_and_a_refusal_bear_it_too(
    visit: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = visit()
    for answer in (
        stranger.get("/sign-in", headers={"host": "evil.example"}),
        stranger.post("/sign-in", headers={"origin": "https://evil.example"}),
        stranger.client.post("/sign-in", content=b"x" * 100_000),
    ):
        assert answer.status_code in (403, 413, 421)
        assert answer.headers["content-security-policy"] == POLICY

    def crash(*_: Any, **__: Any) -> Any:
        raise RuntimeError(SHORT)

    monkeypatch.setattr("aigc_guard.dashboard.routes.entry.sign_in_form", crash)
    answer = stranger.get("/sign-in")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "xss" not in answer.text


def test_templates_escape_and_say_nothing_by_themselves() -> None:
    made = environment()
    assert made.autoescape is True
    for name in made.list_templates():
        source = made.loader.get_source(made, name)[0]
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), name
        assert not re.search(r"\son[a-z]+=|<style|\sstyle=|javascript:", source), name


def test_the_reader_finds_what_it_looks_for() -> None:
    found = [payload for payload in CORPUS if wrong_with(f"<p>{payload}</p>")]
    # These are nothing by themselves: they need an attribute to break out of.
    harmless = [
        one for one in CORPUS if one[0] in "\"'`&{" or one.startswith(("javascript", "data:"))
    ]
    assert set(CORPUS) - set(found) <= set(harmless)
    assert wrong_with('<a title="" autofocus onfocus="xss()">')
    assert wrong_with("<a href=javascript:xss()>")
    assert not wrong_with('<a href="/x">x</a>')
