"""Proposing a limit from the reviews in a real store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from aigc_guard.cli.policy_suggest import suggest as command
from aigc_guard.config import load_config
from aigc_guard.errors import ConfigError
from aigc_guard.pipeline import project as projects
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.suggest import suggest
from aigc_guard.policy import decide
from aigc_guard.records import Finding, Span
from aigc_guard.review import anybody, approve, reject
from aigc_guard.testing import FakeCheck
from aigc_guard.testing.records import example_brief, example_draft, example_report

POLICY = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - {id: word, check: fake, limits: {word: 0.5}, action: review, message: m}
  - {id: origin, check: provenance, limits: {known_writer: true}, action: flag, message: m}
"""
AT = "2026-11-01T08:00:00Z"
Action = Literal["approve", "reject", "nothing"]
Judge = Callable[[str, float, Action], None]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/news.yaml").write_text(POLICY, encoding="utf-8")
    from aigc_guard.checks.provenance import ProvenanceCheck

    checks = {"fake": FakeCheck, "provenance": ProvenanceCheck}
    return Project(load_config(tmp_path, {}, required=False), clock=lambda: AT, checks=checks)


@pytest.fixture
def judged(project: Project) -> Judge:
    """A stored draft with a score, held by ``word``, and a person's decision about it."""
    (policy,) = project.policies
    policy = replace(policy, rules=policy.rules[:1])

    def judge(name: str, score: float, action: Action) -> None:
        brief = example_brief(id=name)
        draft = example_draft(brief, text=f"A word in {name}.")
        subject = policy.rules[0].request.create()
        report = example_report(
            draft,
            check="fake",
            settings_digest=subject.settings_digest,
            findings=(Finding("fake", "word", score, 2, 6),),
            coverage=(Span(0, len(draft.text)),),
            scores={"word": score},
        )
        decision = decide(policy, draft, brief, [report])
        with project.store.transaction() as tx:
            tx.put_briefs("", [brief])
            tx.put_draft(draft)
            tx.put_reports([report])
            tx.put_decision(decision, at=AT, measured=[report.key])
        words = {"by": "Ann", "reason": "read it", "clock": project.clock}
        if action == "approve":
            approve(project.store, draft.draft_id, authority=anybody, **words)  # type: ignore[arg-type]
        elif action == "reject":
            reject(project.store, draft.draft_id, **words)  # type: ignore[arg-type]

    return judge


def test_only_what_people_decided_counts(project: Project, judged: Judge) -> None:
    for number in range(12):
        judged(f"good{number}", 0.5 + number / 100, "approve")
        judged(f"bad{number}", 0.8 + number / 100, "reject")
    judged("waiting", 0.6, "nothing")
    (curve,) = suggest(project, "word").curves
    assert (curve.label, curve.approved, curve.rejected) == ("word", 12, 12)
    assert curve.proposed is not None
    assert (curve.proposed.limit, curve.proposed.approved_held) == (0.8, 0)


def test_it_is_told_with_its_curve(
    project: Project,
    judged: Judge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(projects, "open_project", lambda _config: project)
    judged("good", 0.6, "approve")
    monkeypatch.setattr("aigc_guard.cli.policy_suggest.project_config", lambda: project.config)
    command("word")
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(
        "news/word (word): limit 0.5; of the drafts it held, people approved 1"
    )
    assert [line.split()[:3] for line in out[2:5]] == [
        ["0.5", "1", "0"], ["0.6", "1", "0"], ["1", "0", "0"],
    ]  # fmt: skip
    assert out[-1].startswith("Too few decisions for a proposal")
    for number in range(12):
        judged(f"good{number}", 0.6, "approve")
        judged(f"bad{number}", 0.8, "reject")
    command("word", policy="news")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Proposal: 0.8. It spares people 13 approved drafts")
    assert "at most 25%" in last


@pytest.mark.parametrize(
    ("rule", "policy", "words"),
    [
        ("origin", "", "no limit that is a number"),
        ("words", "", "there is no rule"),
        ("word", "legal", "there is no rule"),
    ],
)
def test_what_it_can_not_propose(project: Project, rule: str, policy: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        suggest(project, rule, policy)


def test_a_rule_of_several_policies(project: Project) -> None:
    other = POLICY.replace("policy: news", "policy: blog").replace("kinds: [news]", "kinds: [blog]")
    (project.config.policies / "blog.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(ConfigError, match="several policies have the rule 'word': blog, news"):
        suggest(project, "word")
    assert suggest(project, "word", "blog").policy == "blog"
