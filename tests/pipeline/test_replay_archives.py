"""Replay of random archives: always what deciding afresh says, and never a word more."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.config import load_config
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import replay
from aigc_guard.policy import CheckRequest, Policy, decide, no_policy_decision, parse_policy
from aigc_guard.policy.ruleset import unique_requests
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Outcome
from aigc_guard.testing import FakeCheck, FixedClock
from aigc_guard.testing.records import example_brief, example_draft

ARCHIVES = 10_000
SEED = 20261124


class FakeModelCheck(FakeCheck):
    """A check that would need its model: its measurements are in the archive, or nowhere."""

    id = "guard"
    uses_model = True

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        raise AssertionError("no model is asked")

    def was_measured(self, subject: Subject, score: float) -> CheckReport:
        (honest,) = super().measure([subject], Context())
        found = tuple(replace(one, score=score) for one in honest.findings)
        return replace(honest, findings=found, scores={"word": score if found else 0.0})


TYPES: Mapping[str, type[Check]] = {"fake": FakeCheck, "guard": FakeModelCheck}
SCORES = (0.2, 0.5, 0.7, 1.0)
WORDS = ("alpha", "beta", "gamma")


def some_policy(chance: random.Random) -> Policy:
    """One to three rules over both checks; sometimes it serves one channel only."""
    channels = chance.choice(["", "", ", channels: [web]"])
    lines = [
        "policy: news",
        "version: '1'",
        "owner: desk",
        f"applies_to: {{kinds: [news], languages: [en]{channels}}}",
        "rules:",
    ]
    seen = set()
    for number in range(chance.randint(1, 3)):
        check, word = chance.choice(["fake", "guard", "guard"]), chance.choice(WORDS)
        limit = chance.choice([0.3, 0.6, 0.95])
        if (check, word, limit) in seen:  # the loader refuses two rules that ask the same
            continue
        seen.add((check, word, limit))
        action = chance.choice(["flag", "review", "block"])
        shadow = str(chance.random() < 0.15).lower()
        lines.append(
            f"  - {{id: r{number}, check: {check}, with: {{words: [{word}]}}, limits: "
            f"{{word: {limit}}}, action: {action}, shadow: {shadow}, message: m}}"
        )
    return parse_policy("\n".join(lines) + "\n", TYPES)


def archive(
    project: Project, policy: Policy, both: Sequence[Policy], chance: random.Random
) -> None:
    """Some decided drafts; a measurement in ten was never taken."""
    with project.store.transaction() as store:
        for number in range(chance.randint(1, 4)):
            words = " ".join(chance.choice((*WORDS, "and", "so")) for _ in range(4))
            brief = example_brief(id=f"b{number}", channel=chance.choice(["web", "print"]))
            draft = example_draft(brief, text=f"{number} {words}.")
            subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
            reports = []
            for request in requests(both):
                check = request.create()
                if isinstance(check, FakeModelCheck) and chance.random() < 0.9:
                    reports.append(check.was_measured(subject, chance.choice(SCORES)))
            decision = decide(policy, draft, brief, reports)
            store.put_briefs("", [brief])
            store.put_draft(draft)
            store.put_reports(reports)
            noted = [one.key for one in reports]
            store.put_decision(decision, at=f"2026-11-0{number + 1}T08:00:00Z", measured=noted)


def requests(policies: Sequence[Policy]) -> list[CheckRequest]:
    return list(unique_requests([rule for policy in policies for rule in policy.rules]))


def afresh(policy: Policy, draft: Draft, brief: Brief, reports: Sequence[CheckReport]) -> Decision:
    serves = policy.serves(kind=draft.kind, channel=draft.channel, language=draft.language)
    return decide(policy, draft, brief, reports) if serves else no_policy_decision(draft)


def expected(project: Project, old: Policy, new: Policy) -> tuple[int, int, dict[str, Outcome]]:
    """Compared, left out and moved drafts, found without any of replay's own code."""
    compared, left_out, moved = 0, 0, {}
    for draft in project.store.drafts(project.store.decided_drafts()).values():
        (brief,) = project.store.get_briefs([draft.brief_digest]).values()
        subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
        serving = [
            policy
            for policy in (old, new)
            if policy.serves(kind=draft.kind, channel=draft.channel, language=draft.language)
        ]
        if not serving:
            continue
        reports = project.store.reports_of(draft.text_sha256)
        known = {(one.check, one.settings_digest) for one in reports}
        for request in requests(serving):
            if not request.check_type.uses_model:
                reports += request.create().measure([subject], Context())
        asked = [rule.request for policy in serving for rule in policy.rules if not rule.shadow]
        if any(
            one.check_type.uses_model and (one.check, one.settings_digest(subject)) not in known
            for one in asked
        ):
            left_out += 1
            continue
        compared += 1
        was, now = (afresh(policy, draft, brief, reports).outcome for policy in (old, new))
        if was is not now:
            moved[draft.draft_id] = now
    return compared, left_out, moved


def try_archives(count: int, folder: Path, template: Path) -> tuple[int, int, int]:
    """Replays ``count`` archives; how many drafts were compared, left out and moved in all."""
    totals = [0, 0, 0]
    (folder / "state").mkdir()
    for number in range(count):
        chance = random.Random(f"{SEED} {number}")
        shutil.copy(template, folder / "state" / "guard.db")
        config = load_config(
            folder, {"AIGC_GUARD_STORE": "sqlite:///state/guard.db"}, required=False
        )
        project = Project(config, clock=FixedClock(), checks=TYPES)
        old, new = some_policy(chance), some_policy(chance)
        archive(project, old, [old, new], chance)
        found = replay(project, old, new)
        wanted = expected(project, old, new)
        moved = {move.draft_id: move.new for move in found.moves}
        assert (found.compared, found.left_out, moved) == wanted, f"archive {number}"
        project.store.close()
        for index, size in enumerate((wanted[0], wanted[1], len(wanted[2]))):
            totals[index] += size
    return totals[0], totals[1], totals[2]


def test_replay_says_what_deciding_afresh_says(tmp_path: Path, sqlite_template: Path) -> None:
    compared, left_out, moved = try_archives(25, tmp_path, sqlite_template)
    assert min(compared, left_out, moved) > 0  # the archives reach all three


@pytest.mark.soak(cases=ARCHIVES, seed=SEED)
def test_replay_says_so_of_ten_thousand_archives(tmp_path: Path, sqlite_template: Path) -> None:
    compared, left_out, moved = try_archives(ARCHIVES, tmp_path, sqlite_template)
    assert min(compared, left_out, moved) > 1_000
