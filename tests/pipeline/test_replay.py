"""Replay over a real store: stored measurements, two policies, no model asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.config import load_config
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import replay, shares
from aigc_guard.pipeline.taking import take_missing
from aigc_guard.policy import Policy, decide, parse_policy
from aigc_guard.records import CheckReport, Draft
from aigc_guard.testing import FakeCheck
from aigc_guard.testing.records import example_brief, example_draft


class FakeModelCheck(FakeCheck):
    """A check that would need its model."""

    id = "guard"
    uses_model = True

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        raise AssertionError("no model is asked")

    def was_measured(self, draft: Draft) -> CheckReport:
        subject = Subject(draft.text, draft.text_sha256, draft.language, draft)
        return super().measure([subject], Context())[0]


TYPES = {"fake": FakeCheck, "guard": FakeModelCheck}
OLD = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - {id: no-badword, check: guard, limits: {word: 0.95}, action: block, message: m}
"""
NEW = OLD.replace("0.95", "0.8")
WITHOUT_MODEL = """\
  - id: no-rumour
    check: fake
    with: {words: [rumour]}
    limits: {word: 0.5}
    action: review
    message: m
"""
UNMEASURED = WITHOUT_MODEL.replace("check: fake", "check: guard").replace("no-rumour", "unknown")
TEXTS = ["A badword.", "A rumour.", "Nothing.", "A badword and a rumour."]
Policies = Callable[[str], Policy]


@pytest.fixture
def policy() -> Policies:
    return lambda text: parse_policy(text, TYPES)


@pytest.fixture
def project(tmp_path: Path, policy: Policies) -> Project:
    """A store in which OLD has decided ``TEXTS``, a day apart; everything was released."""
    project = Project(load_config(tmp_path, {}, required=False), checks=TYPES)
    old = policy(OLD)
    project.store.migrate()
    for day, text in enumerate(TEXTS, start=1):
        brief = example_brief(id=f"b{day}", channel="web" if day % 2 else "print")
        draft = example_draft(brief, text=text)
        report = FakeModelCheck().was_measured(draft)
        decision = decide(old, draft, brief, [report])
        assert decision.outcome == "release"
        with project.store.transaction() as store:
            store.put_briefs("", [brief])
            store.put_draft(draft)
            store.put_reports([report])
            store.put_decision(decision, at=f"2026-11-0{day}T08:00:00Z", measured=[report.key])
    return project


def test_equal_policies_move_nothing(project: Project, policy: Policies) -> None:
    found = replay(project, policy(OLD), policy(OLD))
    assert (found.compared, found.moves, found.left_out) == (4, [], 0)


def test_a_stricter_limit_holds_and_a_looser_one_lets_go(
    project: Project, policy: Policies
) -> None:
    found = replay(project, policy(OLD), policy(NEW))
    assert [(m.old, m.new, m.rules) for m in found.moves] == [
        ("release", "block", ("no-badword",))
    ] * 2
    assert all(move.newly_held and not move.newly_out for move in found.moves)
    assert shares(found.moves) == {
        "rules": {"no-badword": 2},
        "kinds": {"news": 2},
        "channels": {"web": 1, "print": 1},
    }
    back = replay(project, policy(NEW), policy(OLD))
    assert [move.newly_out for move in back.moves] == [True, True]
    assert [move.draft_id for move in back.moves] == [move.draft_id for move in found.moves]


def test_it_says_what_deciding_afresh_says(project: Project, policy: Policies) -> None:
    new = policy(NEW + WITHOUT_MODEL)
    moved = {move.draft_id: move.new for move in replay(project, policy(OLD), new).moves}
    for draft in project.store.drafts(project.store.decided_drafts()).values():
        (brief,) = project.store.get_briefs([draft.brief_digest]).values()
        subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
        reports = [
            FakeModelCheck().was_measured(draft),
            *new.rules[1].request.create().measure([subject], Context()),
        ]
        assert moved.get(draft.draft_id, "release") == decide(new, draft, brief, reports).outcome
    assert sorted(moved.values()) == ["block", "block", "review"]


def test_what_was_never_measured_is_said_and_not_compared(
    project: Project, policy: Policies
) -> None:
    found = replay(project, policy(OLD), policy(OLD + UNMEASURED))
    assert (found.compared, found.left_out, found.moves) == (0, 4, [])
    assert found.unmeasured == {"unknown": 4}


class FakeAnsweringModelCheck(FakeCheck):
    """The same check with its model at hand; counts the texts it was asked about."""

    id = "guard"
    uses_model = True
    asked: ClassVar[list[str]] = []

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        self.asked.extend(subject.text for subject in subjects)
        return super().measure(subjects, context)


def test_what_was_never_measured_is_taken_once_when_asked_for(
    project: Project, policy: Policies
) -> None:
    types = {**TYPES, "guard": FakeAnsweringModelCheck}
    FakeAnsweringModelCheck.asked.clear()
    new = parse_policy(OLD + UNMEASURED, types)
    assert take_missing(project, [policy(OLD), new], kind="legal") == 0
    assert take_missing(project, [policy(OLD), new], since="2026-11-02") == 3
    assert take_missing(project, [policy(OLD), new]) == 1
    assert sorted(FakeAnsweringModelCheck.asked) == sorted(TEXTS)  # no-badword was measured before
    assert take_missing(project, [policy(OLD), new]) == 0
    found = replay(project, policy(OLD), new)
    assert (found.compared, found.left_out) == (4, 0)
    assert sorted(move.new for move in found.moves) == ["review", "review"]


def test_a_measurement_that_fails_is_not_taken_for_one(project: Project, policy: Policies) -> None:
    new = policy(OLD + UNMEASURED)  # its model answers with an error
    assert take_missing(project, [new]) == 0
    assert replay(project, policy(OLD), new).left_out == 4


def test_a_rule_on_trial_needs_no_measurement(project: Project, policy: Policies) -> None:
    found = replay(project, policy(OLD), policy(OLD + UNMEASURED + "    shadow: true\n"))
    assert (found.compared, found.moves) == (4, [])


def test_since_and_kind_choose_drafts(project: Project, policy: Policies) -> None:
    assert replay(project, policy(OLD), policy(NEW), since="2026-11-02").compared == 3
    assert replay(project, policy(OLD), policy(NEW), kind="news").compared == 4
    assert replay(project, policy(OLD), policy(NEW), kind="legal").compared == 0


def test_a_draft_that_no_policy_serves_any_more_waits(project: Project, policy: Policies) -> None:
    narrower = policy(OLD.replace("languages: [en]", "languages: [en], channels: [web]"))
    found = replay(project, policy(OLD), narrower)
    assert [(m.channel, m.new, m.rules) for m in found.moves] == [
        ("print", "review", ("no-policy",))
    ] * 2


def test_nothing_is_written(project: Project, policy: Policies) -> None:
    before = [project.store.decisions_of(name) for name in project.store.decided_drafts()]
    replay(project, policy(OLD), policy(NEW + WITHOUT_MODEL))
    assert [project.store.decisions_of(n) for n in project.store.decided_drafts()] == before
    assert replace(project).store.reports_of("") == []
