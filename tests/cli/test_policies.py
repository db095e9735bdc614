"""``policy test``, ``explain``, ``show``, ``diff`` and ``replay`` from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from aigc_guard.cli import policy_tests
from aigc_guard.config import load_config
from aigc_guard.pipeline.project import open_project
from aigc_guard.policy import decide, load_policy
from aigc_guard.testing.records import example_brief, example_draft

POLICY = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: true-to-brief
    check: provenance
    limits: {faithful: true}
    action: review
    message: {en: Not faithful., zh: 不忠实。}
    tests:
      trips: [{text: A draft., faithful: false}]
      passes: [A draft.]
"""
MODEL = """\
  - id: no-abuse
    check: toxicity
    limits: {insult: 0.8}
    action: block
    message: Abuse.
    tests: {passes: [A draft.]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a policy file."""

    def write(text: str, name: str = "news.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_exit_codes_of_the_tests(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    assert call("policy", "lock", file(POLICY).parent).code == 0
    assert call("policy", "test", file(POLICY), "--coverage").code == 0
    failed = call("policy", "test", file(POLICY.replace(", faithful: false", "")))
    assert failed.code == 1
    assert f"{file(POLICY)}:12: the rule true-to-brief should trip" in failed.out
    assert "A draft." not in failed.out + failed.err
    uncovered = POLICY.replace("      passes: [A draft.]\n", "")
    assert call("policy", "test", file(uncovered)).code == 0
    assert call("policy", "test", file(uncovered), "--coverage").code == 1
    assert call("policy", "test", file(POLICY.replace("owner", "ower"))).code == 3
    assert call("policy", "test", file(POLICY + MODEL)).code == 4  # no model is installed here


def test_what_passed_is_not_read_again(
    call: Callable,  # type: ignore[type-arg]
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "rules").mkdir()
    file = tmp_path / "rules/news.yaml"
    file.write_text(POLICY, encoding="utf-8")
    assert call("policy", "test", "rules").code == 0
    read: list[object] = []

    def note(places: object) -> list[object]:
        read.append(places)
        return []

    monkeypatch.setattr(policy_tests, "_policies", note)
    again = call("policy", "test", "rules")
    assert (again.code, read) == (0, [])
    assert "2" in again.err
    call("policy", "test", "rules", "--without-models")
    call("policy", "test", "rules", "--coverage")
    call("policy", "test", "rules", "--format", "json")
    assert len(read) == 3
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    file.write_text(POLICY.replace(", faithful: false", ""), encoding="utf-8")
    assert call("policy", "test", "rules").code == 1
    assert call("policy", "test", "rules").code == 1  # a failure is looked at each time


def test_a_deleted_rule_is_missed(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    second = POLICY.partition("rules:\n")[2].replace("true-to-brief", "second-look")
    both = POLICY + second.replace("faithful: true", "same_brief: true").replace(
        "faithful: false", "same_brief: false"
    )
    path = file(both)
    unlocked = call("policy", "test", path, "--coverage")
    assert unlocked.code == 1
    assert "rules.lock: nobody would miss a deleted rule" in unlocked.out
    assert call("policy", "lock", path.parent).code == 0
    assert call("policy", "test", path, "--coverage").code == 0
    file(POLICY)  # the second rule is gone, and its tests with it
    assert call("policy", "test", path).code == 0
    cut = call("policy", "test", path, "--coverage", "--without-models")
    assert cut.code == 1
    assert "the rule second-look is gone" in cut.out
    refused = call("policy", "lock", path.parent)
    assert refused.code == 3
    assert "say under `retired`" in refused.err
    file(POLICY + "retired: [{id: second-look, reason: {en: Not needed., zh: 不再需要。}}]\n")
    assert call("policy", "test", path, "--coverage").code == 0
    assert call("policy", "lock", path.parent).code == 0
    file(both)
    again = call("policy", "test", path, "--coverage")
    assert again.code == 0
    assert "Not in rules.lock yet, so not missed if deleted: second-look" in again.err
    path.rename(path.with_name("old.txt"))
    file(both.replace("policy: news", "policy: other"), "other.yaml")
    assert "the policy news is gone" in call("policy", "test", path.parent, "--coverage").out
    (path.parent / "rules.lock").write_text("[]", encoding="utf-8")
    assert call("policy", "test", path.parent, "--coverage").code == 3


def test_reports_for_programs(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    path = file(POLICY.replace(", faithful: false", "") + MODEL)
    data = json.loads(call("policy", "test", path, "--format", "json").out)
    assert [(one["rule"], one["line"], one["passed"]) for one in data["tests"]] == [
        ("true-to-brief", 12, False),
        ("true-to-brief", 13, True),
        ("no-abuse", 19, False),
    ]
    suites = ElementTree.fromstring(call("policy", "test", path, "--format", "junit").out)
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")


def test_policies_in_words(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    old = file(POLICY)
    assert "Not faithful." in call("policy", "explain", old).out
    assert "不忠实。" in call("policy", "explain", old, "--lang", "zh").out
    base = POLICY.replace("applies_to: {kinds: [news], languages: [en]}", "abstract: true")
    file(base.replace("policy: news", "policy: house"), "house.yaml")
    child = POLICY.partition("rules:")[0] + "extends: house\n"
    new = file(child, "child.yaml")
    assert "extends: house" in call("policy", "show", new).out
    effective = call("policy", "show", new, "--effective").out
    assert "faithful: true" in effective
    assert "extends" not in effective
    same = call("policy", "diff", old, new)
    assert (same.code, same.out) == (0, "")
    changed = file(POLICY.replace("action: review", "action: block"), "other.yaml")
    assert (
        "stricter: true-to-brief: action: review -> block"
        in call("policy", "diff", new, changed).out.splitlines()
    )
    assert json.loads(call("policy", "diff", new, changed, "--format", "json").out)["changes"]


def test_the_rule_book(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    path = file(POLICY)
    assert "### true-to-brief (`true-to-brief`)" in call("policy", "docs", path).out
    page = call("policy", "docs", path, "--html", "--language", "zh").out
    assert page.startswith("<!doctype html>")
    assert "不忠实。" in page
    folder = path.parent / "project"
    assert call("init", folder).code == 0
    whole = call("-C", folder, "policy", "docs").out
    for name in ("legal", "marketing", "news"):
        assert f"## {name} " in whole


def test_activating_and_its_history(call: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    folder = tmp_path / "project"
    assert call("init", folder).code == 0
    for name in ("legal.yaml", "marketing.yaml", "rules.lock"):
        (folder / f"policies/{name}").unlink()
    (folder / "policies/news.yaml").write_text(POLICY, encoding="utf-8")
    before = call("-C", folder, "policy", "history")
    assert (before.code, before.out) == (0, "")
    assert "The policy news was never activated as it is now." in before.err
    people = ("--by", "Ann", "--approver", "Bo")
    path = folder / "policies/news.yaml"
    done = call("-C", folder, "policy", "activate", path, *people)
    assert done.code == 0
    assert done.out.startswith("news  1  ")
    assert call("-C", folder, "policy", "activate", path, "--by", "A", "--approver", "a").code == 2
    path.write_text(POLICY.replace(", faithful: false", ""), encoding="utf-8")
    assert call("-C", folder, "policy", "activate", path, *people).code == 3
    path.write_text(POLICY, encoding="utf-8")
    settings = (folder / "aigc_guard.toml").read_text(encoding="utf-8")
    named = settings.replace("[people]\n", '[people]\nchief = ["Bo"]\n')
    (folder / "aigc_guard.toml").write_text(named, encoding="utf-8")
    shown = call("-C", folder, "policy", "history")
    row = shown.out.splitlines()[1]
    assert "person:" in row  # Ann, whom no setting names
    assert " Bo " in row
    assert row.endswith("in force")
    assert shown.err == ""
    (one,) = json.loads(call("-C", folder, "policy", "history", "--format", "json").out)[
        "activations"
    ]
    assert one["in_force"] is True


def test_a_decision_made_again(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    policy = load_policy(file(POLICY))
    folder = Path(policy.path).parent / "project"
    assert call("init", folder).code == 0
    brief = example_brief()
    draft = example_draft(brief)
    decision = decide(policy, draft, brief, [])
    store = open_project(load_config(folder, {})).store
    with store.transaction() as tx:
        tx.put_policy(policy.name, policy.digest, policy.form.as_dict())
        tx.put_briefs("", [brief])
        tx.put_draft(draft)
        tx.put_decision(decision, at="2026-11-01T08:00:00Z")
    again = ("-C", folder, "policy", "replay", "--decision", draft.draft_id[:10])
    same = call(*again)
    assert (same.code, same.err) == (0, "")
    assert same.out == f"2026-11-01T08:00:00Z  news  {policy.digest[:12]}  review: the same again\n"
    store.put_decision(replace(decision, reasons=()), at="2026-11-02T08:00:00Z")
    other = call(*again)
    assert other.code == 1
    assert "review: comes out otherwise\n  + review  unverified:provenance" in other.out
    assert "not noted which measurements" in other.out
    data = json.loads(call(*again, "--format", "json").out)["decisions"]
    assert [one["same"] for one in data] == [True, False]
    store.put_decision(replace(decision, policy_digest="0" * 64), at="2026-11-03T08:00:00Z")
    assert call(*again).code == 4
    for wrong in (["--decision", "x", "a.yaml", "b.yaml"], ["a.yaml"], []):
        assert call("-C", folder, "policy", "replay", *wrong).code == 2


def test_replay_fails_for_too_many_moves(call: Callable, file: Callable[..., Path]) -> None:  # type: ignore[type-arg]
    old = file(POLICY)
    folder = old.parent / "project"
    assert call("init", folder).code == 0
    empty = call("-C", folder, "policy", "replay", old, old, "--fail-if-more-than", 0)
    assert empty.code == 0
    assert "Drafts compared: 0" in empty.out
