"""The days of editor, lead, auditor, admin and reader in Chromium, with the script and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from aigc_guard.accounts import add_account
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal
from tests.dashboard.browsing import Person, chromium, missing_browser, served
from tests.dashboard.conftest import PASSWORD
from tests.dashboard.newsroom import open_newsroom

pytestmark = pytest.mark.browser
PEOPLE = {
    "eva": "editor",
    "lia": "lead",
    "aud": "auditor",
    "ada": "admin",
    "rob": "reader",
}
RULE = "with: {words: [rumour, 传闻], label: rumour}"


@pytest.fixture
def project(newsroom: Path, tmp_path: Path) -> Project:
    made = open_newsroom(Path(shutil.copytree(newsroom, tmp_path / "project")))
    for login, role in PEOPLE.items():
        add_account(made.store, login, roles=[role], password=PASSWORD, clock=made.clock)
    seal(made)
    return made


@pytest.fixture(params=[True, False], ids=["script", "forms"])
def person(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Iterator[Person]:
    if reason := missing_browser():
        pytest.skip(reason)
    with (
        served(project) as place,
        chromium(tmp_path / "profile", script=request.param) as driver,
    ):
        yield Person(driver, place)


def test_everybodys_day(person: Person, project: Project) -> None:
    proposal = _the_editor_changes_a_policy(person, project)
    _the_lead_switches_it_on(person, project, proposal)
    _the_auditor_asks_what_happened(person, project)
    _the_admin_makes_an_account(person, project)
    _the_reader_reads(person)


def _press(person: Person, value: str) -> None:
    person.leave(person.find(f"button[name=do][value={value}]").click)


def _write(person: Person, css: str, text: str) -> None:
    field = person.find(css)
    field.clear()
    field.send_keys(text)


def _the_editor_changes_a_policy(person: Person, project: Project) -> str:
    """An error at its line, what stored drafts would become, and a proposal."""
    before = (project.config.policies / "news.yaml").read_text("utf-8")
    line = before.split("\n").index(next(one for one in before.split("\n") if RULE in one)) + 1
    person.sign_in("eva", PASSWORD)
    person.go("/policies")
    person.leave(person.find("main a[href='/policies/news.yaml']").click)
    person.leave(person.find("main a[href='/policies/news.yaml/edit']").click)
    _write(person, "#text", before.replace(RULE, RULE.replace("words:", "wrods:")))
    _press(person, "check")
    wrong = person.find("#errors")
    assert f"Line {line}" in wrong.text
    assert "wrods" in wrong.text
    assert "words" in wrong.text.replace("wrods", "")
    assert person.has(f"#L{line}")
    _write(person, "#text", before.replace(RULE, RULE.replace("rumour, ", "Monday, ")))
    _press(person, "replay")
    assert "Drafts compared: 8; with another outcome: 4." in person.text
    assert "look-at-rumour" in person.text
    person.find("#note").send_keys("Rumours are the reporters' business.")
    _press(person, "propose")
    assert person.path.startswith("/policies/proposals/")
    assert "Somebody else has to switch it on." in person.text
    assert not person.has("form[action$='/switch-on']")
    assert (project.config.policies / "news.yaml").read_text("utf-8") == before
    return person.path


def _the_lead_switches_it_on(person: Person, project: Project, proposal: str) -> None:
    person.sign_in("lia", PASSWORD)
    person.go(proposal)
    assert "Rumours are the reporters' business." in person.text
    assert "Monday" in person.text
    person.submit("form[action$='/switch-on']")
    assert "activated" in person.text
    assert "Monday" in (project.config.policies / "news.yaml").read_text("utf-8")
    (event,) = project.store.events(kind="policy.activated")
    eva, lia = (project.store.account_by_login(one) for one in ("eva", "lia"))
    assert eva is not None
    assert lia is not None
    assert (event.actor, event.body["approver"]) == (eva.account_id, lia.account_id)


def _the_auditor_asks_what_happened(person: Person, project: Project) -> None:
    """Who did it, what became of a draft, and whether a release and the log still prove it."""
    release = next(one for one in project.store.releases() if one.brief_id == "tram")
    person.sign_in("aud", PASSWORD)
    person.go("/record")
    person.find("#f-release").send_keys(release.release_id)
    person.submit("form[action='/record']")
    events = person.find("main tbody").text
    assert "draft.decided" in events
    assert "policy.activated" not in events
    person.leave(person.find(f"main a[href='/releases/{release.release_id}']").click)
    assert "Verified." in person.text
    person.go("/audit")
    person.submit("form[action='/audit/verify']")
    assert "nothing was changed" in person.text
    person.go("/trends")
    assert person.has("svg")
    person.go("/queue")
    assert person.has("main")
    assert not person.has("form[action='/queue/claim']")


def _the_admin_makes_an_account(person: Person, project: Project) -> None:
    person.sign_in("ada", PASSWORD)
    person.go("/people")
    _write(person, "#login", "nia-1")
    _write(person, "#name", "Nia")
    _write(person, "#password", PASSWORD)
    person.find("#role-reviewer").click()
    person.submit("form[action='/people']")
    made = project.store.account_by_login("nia-1")
    assert made is not None
    assert made.roles == ("reviewer",)
    person.go(f"/people/{made.account_id}")
    person.submit("form[action$='/closed']")
    closed = project.store.account_by_login("nia-1")
    assert closed is not None
    assert not closed.active


def _the_reader_reads(person: Person) -> None:
    person.sign_in("rob", PASSWORD)
    person.go("/policies/news.yaml")
    assert "look-at-rumour" in person.text
    assert not person.has("main a[href$='/edit']")
    for path in ("/people", "/audit", "/record", "/runs/start"):
        person.go(path)
        assert person.text.startswith("403"), path
