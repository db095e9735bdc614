"""Accounts at the command line: signed-in reviews, and names that count for nothing any more."""

from __future__ import annotations

import io
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from aigc_guard.config import load_config
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Outcome
from aigc_guard.testing.records import example_brief, example_decision, example_draft

ROOT = Path(__file__).resolve().parents[2]
SECRET = "four calm words here"
Call = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one held draft of a policy that asks for a news editor."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("aigc_guard.accounts.passwords._hasher", lambda: quick)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    for name in ("kinds", "policies"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "aigc_guard.toml").write_text('store = "sqlite:///state/s.db"\n', "utf-8")
    made = Project(config=load_config(tmp_path, {}))
    policy = made.policies.named("news")
    assert policy is not None
    brief = example_brief()
    draft = example_draft(brief)
    made.store.put_briefs("", [brief])
    made.store.put_draft(draft)
    decision = example_decision(draft, Outcome.REVIEW, policy="news", policy_digest=policy.digest)
    made.store.put_decision(decision, at="2026-01-05T09:00:00Z")
    return made


@pytest.fixture
def typed(call: Call, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls a command with a line on standard input."""

    def run(line: str, *words: object) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(line + "\n"))
        return call(*words)

    return run


def test_a_signed_in_approval_is_an_accounts_and_can_be_undone(
    project: Project, typed: Call, call: Call, tmp_path: Path
) -> None:
    (item,) = project.store.queue()
    name = item.draft_id
    added = typed(SECRET, "accounts", "add", "ann", "--role", "reviewer")
    assert added.code == 0, added.err
    assert SECRET not in added.out + added.err
    account = added.out.split()[0]
    # Names without proof count for nothing as soon as there are accounts.
    refused = call("review", "approve", name, "--by", "Ann", "--reason", "fine")
    assert refused.code == 2
    assert "aigc-guard login" in refused.err
    assert typed("wrong", "login", "ann").code == 2
    assert typed(SECRET, "login", "ann").code == 0
    kept = tmp_path / "home/aigc_guard/signed-in.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert call("review", "approve", name, "--by", "Bo", "--reason", "fine").code == 2
    without = call("review", "approve", name, "--reason", "fine")
    assert "the role news-editor must approve" in without.err
    give = ("--role", "reviewer", "--policy-role", "news-editor")
    assert call("accounts", "roles", "ann", *give).code == 0
    made = call("review", "approve", name, "--reason", "fine")
    assert made.code == 0, made.err
    assert account in made.out
    (review,) = project.store.reviews_of(name)
    assert (review.actor, review.authenticated) == (account, True)
    assert call("release").code == 0
    assert project.store.releases() == []  # it can be undone yet
    assert call("review", "undo", name).code == 0
    assert len(project.store.queue()) == 1
    assert call("logout").code == 0
    assert "sign in first" in call("review", "undo", name).err


def test_a_token_others_can_read_is_refused(
    project: Project, typed: Call, call: Call, tmp_path: Path
) -> None:
    typed(SECRET, "accounts", "add", "ann", "--role", "reviewer")
    typed(SECRET, "login", "ann")
    (tmp_path / "home/aigc_guard/signed-in.json").chmod(0o644)
    (item,) = project.store.queue()
    refused = call("review", "approve", item.draft_id, "--reason", "fine")
    assert refused.code == 2
    assert "read by others" in refused.err


def test_roles_and_closed_accounts(project: Project, typed: Call, call: Call) -> None:
    (item,) = project.store.queue()
    typed(SECRET, "accounts", "add", "ann", "--role", "admin")
    typed(SECRET, "login", "ann")
    assert "may not do this" in call("review", "approve", item.draft_id, "--reason", "x").err
    changed = call("accounts", "roles", "ann", "--role", "lead", "--policy-role", "news-editor")
    assert changed.code == 0, changed.err
    assert call("accounts", "close", "ann").code == 0
    typed(SECRET, "accounts", "add", "bo", "--role", "reader")
    assert "sign in first" in call("review", "approve", item.draft_id, "--reason", "x").err
    listed = call("accounts", "list")
    assert "closed" in listed.out
    assert "$argon2" not in listed.out + call("accounts", "list", "--format", "json").out
