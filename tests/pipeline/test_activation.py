"""Activating a policy: two people, a sound file, tests that pass, and an event that stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aigc_guard.errors import ConfigError, PolicyError, ReviewError
from aigc_guard.pipeline.activation import activate, history
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project

from .conftest import POLICY, MakeProject

TESTED = POLICY.replace(
    """    message: {en: "An insult.", zh: "侮辱性词语。"}
""",
    """    message: {en: "An insult.", zh: "侮辱性词语。"}
    tests: {trips: [What an insult.], passes: [A bridge.]}
""",
)
DRAFTS = {"one": "The bridge opened on Tuesday."}


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project(DRAFTS, policy=TESTED)


def test_it_is_an_event_with_opaque_people(project: Project) -> None:
    made = activate(project, "news-test", by="Ann Lee", approver="Bo Chen")
    (policy,) = project.policies
    assert (made.policy, made.version, made.digest) == ("news-test", "1", policy.digest)
    assert made.in_force
    (event,) = project.store.events(kind="policy.activated")
    assert event.subject == policy.digest
    assert event.actor == project.store.actor_id("Ann Lee") == made.author
    assert event.body == {
        "policy": "news-test",
        "version": "1",
        "approver": project.store.actor_id("Bo Chen"),
        "authenticated": False,
    }
    assert project.store.get_policy(policy.digest) == policy.form.as_dict()


def test_what_is_active_is_not_activated_again(project: Project) -> None:
    first = activate(project, "news-test", by="Ann", approver="Bo")
    path = project.config.policies / "news.yaml"
    assert activate(project, str(path), by="Cy", approver="Di") == first
    assert len(project.store.events(kind="policy.activated")) == 1


def test_history_shows_what_is_no_longer_in_force(make_project: MakeProject) -> None:
    old = make_project(DRAFTS, policy=TESTED)
    activate(old, "news-test", by="Ann", approver="Bo")
    new = make_project(DRAFTS, policy=TESTED.replace('version: "1"', 'version: "2"'))
    assert [one.in_force for one in history(new)] == [False]
    activate(new, "news-test", by="Bo", approver="Ann")
    assert [(one.version, one.in_force) for one in history(new)] == [("1", False), ("2", True)]
    back = make_project(DRAFTS, policy=TESTED)
    activate(back, "news-test", by="Ann", approver="Bo")
    assert [one.version for one in history(back, "news-test")] == ["1", "2", "1"]
    assert history(back, "other") == []


@pytest.mark.parametrize(
    ("by", "approver", "words"),
    [
        ("Ann", "Ann", "of their own"),
        ("Ann", "  ａｎｎ ", "of their own"),
        ("Ann", " ", "two people"),
        ("", "Bo", "two people"),
    ],
)
def test_it_takes_two_people(project: Project, by: str, approver: str, words: str) -> None:
    with pytest.raises(ReviewError, match=words):
        activate(project, "news-test", by=by, approver=approver)
    assert project.store.events(kind="policy.activated") == []


def test_a_policy_with_a_mistake_is_refused(make_project: MakeProject) -> None:
    broken = make_project(DRAFTS, policy=TESTED.replace("action: block", "action: blok"))
    with pytest.raises(PolicyError, match="`action` can't be `blok`"):
        activate(broken, "news-test", by="Ann", approver="Bo")
    assert broken.store.events() == []


def test_a_policy_whose_tests_fail_is_refused_at_the_failing_test(
    make_project: MakeProject,
) -> None:
    wrong = make_project(DRAFTS, policy=TESTED.replace("What an insult.", "What a day."))
    with pytest.raises(PolicyError, match="fail: 1") as caught:
        activate(wrong, "news-test", by="Ann", approver="Bo")
    assert (
        caught.value.line
        == TESTED.splitlines().index("    tests: {trips: [What an insult.], passes: [A bridge.]}")
        + 1
    )
    assert wrong.store.events(kind="policy.activated") == []


def test_only_what_the_next_run_uses_can_be_activated(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "draft.yaml"
    elsewhere.write_text(TESTED, encoding="utf-8")
    for named in (str(elsewhere), "no-such-policy"):
        with pytest.raises(ConfigError, match="no policy of this project"):
            activate(project, named, by="Ann", approver="Bo")


def test_its_first_use_is_recorded_all_the_same(
    project: Project, briefs: Callable[..., Path]
) -> None:
    activate(project, "news-test", by="Ann", approver="Bo")
    done = produce(project, [briefs("one")])
    (used,) = project.store.events(kind="policy.used")
    (policy,) = project.policies
    assert used.subject == policy.digest
    run = project.store.get_run(done.report.run)
    assert run is not None
    assert run.body["policies"] == {"news-test": policy.digest}  # pinned as the run started
