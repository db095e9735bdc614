"""Policies in the browser: errors at their lines, tests, impact, a second person, waivers."""

from __future__ import annotations

import pytest

from aigc_guard.pipeline.desk import ask
from aigc_guard.pipeline.project import Project
from tests.dashboard.conftest import OpenBrowser

EDIT = "/policies/news.yaml/edit"


@pytest.fixture
def text(project: Project) -> str:
    return (project.config.policies / "news.yaml").read_text(encoding="utf-8")


def test_the_list_and_a_policy_are_read_by_everybody(visit: OpenBrowser) -> None:
    reader = visit("reader")
    assert "in use, not activated" in reader.get("/policies").text
    page = reader.get("/policies/news.yaml").text
    assert "look-at-rumour" in page
    assert '<li id="L3">' in page
    assert "/edit" not in page
    assert reader.get(EDIT).status_code == 403


@pytest.mark.parametrize(
    "name", ["nothing.yaml", "..%2Faigc_guard.toml", "%2e%2e/aigc_guard.toml", ".hidden"]
)
def test_only_files_of_the_folder_are_read(visit: OpenBrowser, name: str) -> None:
    editor = visit("editor")
    assert editor.get(f"/policies/{name}").status_code == 404
    assert editor.get(f"/policies/{name}/edit").status_code == 404
    assert editor.get(f"/api/v1/policies/{name}").status_code == 404


def test_errors_stand_at_their_lines(visit: OpenBrowser, project: Project, text: str) -> None:
    editor = visit("editor")
    wrong = text.replace("action: block", "action: blok")
    line = wrong[: wrong.index("blok")].count("\n") + 1
    page = editor.post(EDIT, {"text": wrong.replace("\n", "\r\n"), "do": "check"})
    assert page.status_code == 409
    assert f'<a href="#L{line}">' in page.text
    assert f'<li id="L{line}" class="wrong">' in page.text
    assert "blok" in page.text
    assert ".policies-" not in page.text
    assert not list(project.config.policies.parent.glob(".policies-*"))
    assert (project.config.policies / "news.yaml").read_text("utf-8") == text
    headers = {"x-csrf-token": editor.token()}
    tried = editor.client.post(
        "/api/v1/policies/news.yaml/try", json={"text": wrong}, headers=headers
    )
    assert tried.json()["errors"][0]["line"] == line


def test_a_clash_with_another_policy_is_seen(
    visit: OpenBrowser, project: Project, text: str
) -> None:
    other = text.replace("policy: news-test", "policy: other").replace("[news]", "[legal]")
    (project.config.policies / "other.yaml").write_text(other, encoding="utf-8")
    page = visit("editor").post("/policies/other.yaml/edit", {"text": text, "do": "check"})
    assert page.status_code == 409
    assert ".policies-" not in page.text


TRIPS = """
    tests:
      trips: [{text: An insult., outcome: block}]
      passes: [Plain words.]
"""


def with_tests(text: str, tests: str = TRIPS) -> str:
    """The policy with tests at its rule no-insult, as somebody would write them."""
    rule = '    message: {en: "An insult.", zh: "侮辱性词语。"}\n'
    assert rule in text
    return text.replace(rule, rule.rstrip("\n") + tests)


def test_its_tests_run(visit: OpenBrowser, text: str) -> None:
    page = visit("editor").post(EDIT, {"text": with_tests(text), "do": "test-all"})
    assert page.status_code == 200, page.text
    assert page.text.count("passed") == 2
    assert "failed" not in page.text
    wrong = with_tests(text, TRIPS.replace("outcome: block", "outcome: release"))
    page = visit("editor").post(EDIT, {"text": wrong, "do": "test"})
    assert page.text.count("failed") == 1


def test_the_impact_is_the_replays(visit: OpenBrowser, text: str) -> None:
    strict = text.replace("[rumour]", "[Plain]")
    page = visit("lead").post(EDIT, {"text": strict, "do": "replay"})
    assert page.status_code == 200
    assert "Drafts compared: 4" in page.text
    assert "look-at-rumour" in page.text


def test_a_second_person_switches_it_on(visit: OpenBrowser, project: Project, text: str) -> None:
    editor, lead = visit("lead", name="writer"), visit("lead", name="second")
    new = text.replace('version: "1"', 'version: "2"')
    answer = editor.post(EDIT, {"text": new, "do": "propose", "note": "The year's number."})
    place = answer.headers["location"]
    own = editor.post(f"{place}/switch-on")
    assert own.status_code == 409
    assert "nobody switches on" in own.text
    page = lead.get(place).text
    assert '<ins title="added">+ version: ' in page
    assert lead.post(f"{place}/switch-on").headers["location"] == place
    assert (project.config.policies / "news.yaml").read_text("utf-8") == new
    event = [one for one in project.store.events() if one.kind == "policy.activated"][-1]
    assert event.actor == editor.account.account_id
    assert event.body["approver"] == lead.account.account_id
    assert event.body["authenticated"] is True
    assert "activated" in lead.get("/policies").text
    assert "in force" in lead.get("/policies/news.yaml").text
    assert lead.post(f"{place}/switch-on").status_code == 409


def test_whoever_was_faster_is_not_undone(visit: OpenBrowser, project: Project, text: str) -> None:
    editor, lead = visit("editor"), visit("lead")
    path = project.config.policies / "news.yaml"
    sent = {"text": text.replace("A rumour.", "Gossip."), "do": "propose", "note": "x"}
    place = editor.post(EDIT, sent).headers["location"]
    faster = text.replace("An insult.", "Insults.")
    path.write_text(faster, encoding="utf-8")
    refused = lead.post(f"{place}/switch-on")
    assert refused.status_code == 409
    assert path.read_text("utf-8") == faster
    assert lead.post(f"{place}/turn-down").status_code == 303
    assert "refused" in lead.get(place).text


def test_a_policy_whose_tests_fail_leaves_the_file_as_it_was(
    visit: OpenBrowser, project: Project, text: str
) -> None:
    editor, lead = visit("editor"), visit("lead")
    failing = with_tests(text, TRIPS.replace("outcome: block", "outcome: release"))
    answer = editor.post(EDIT, {"text": failing, "do": "propose", "note": "x"})
    place = answer.headers["location"]
    refused = lead.post(f"{place}/switch-on")
    assert refused.status_code == 409
    assert "tests of the policy" in refused.text
    assert (project.config.policies / "news.yaml").read_text("utf-8") == text
    assert visit("reader").get("/policies/news.yaml").status_code == 200
    assert not [one for one in project.store.events() if one.kind == "policy.activated"]


def test_waivers_are_asked_for_and_answered_by_another(
    visit: OpenBrowser, project: Project
) -> None:
    lead, reviewer = visit("lead"), visit("reviewer")
    draft = project.store.queue()[0].draft_id
    made = ask(project, reviewer.account, "waiver", draft, "A quotation.", rule="look-at-rumour")
    assert "A quotation." in lead.get("/policies/waivers").text
    place = f"/policies/waivers/{made.request_id}"
    assert reviewer.post(place, {"do": "grant", "answer": "x"}).status_code == 403
    assert lead.post(place, {"do": "grant", "answer": ""}).status_code == 409
    assert lead.post(place, {"do": "refuse", "answer": "Not this time."}).status_code == 303
    found = project.store.request(made.request_id)
    assert found is not None
    assert (found.state, found.decided_by) == ("refused", lead.account.account_id)
    assert lead.post(place, {"do": "grant", "answer": "x"}).status_code == 409
