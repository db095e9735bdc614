"""The archive as columns: always what deciding each draft says, however the archive came to be."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.checks.disclosure import DisclosureCheck
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.provenance import ProvenanceCheck
from aigc_guard.config import load_config
from aigc_guard.pipeline.columns import keeping
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.replay import Replay, columns_folder, replay, replay_each
from aigc_guard.policy import Policy, decide, parse_policy
from aigc_guard.policy.limits import Circumstances, Measure
from aigc_guard.records import Brief, CheckReport, Draft, Finding, Source, Span, Status
from aigc_guard.testing import FakeCheck, FakeRaisingCheck, FixedClock, fake_as
from aigc_guard.testing.records import example_brief, example_draft

SEED = 20261125
ARCHIVES = 1_000
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TEXTS = (
    "A badword and a rumour.",
    "Nothing to see.",
    'The mayor said: "badword rumour all of you".',
    'A "badword" of nobody.',
    "Call Ann Lee on 202-555-0143, badword.",
    "Call Bo on 202-555-0199.",
    "",
    "   ",
)


class FakeModelCheck(FakeCheck):
    """A check that would need its model: its measurements are in the archive, or nowhere."""

    id = "guard"
    uses_model = True
    labels = ("word", "insult", "PHONE_NUMBER")

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        raise AssertionError("no model is asked")


class FakeGapCheck(FakeCheck):
    """Has nothing to say about drafts whose brief states no place."""

    id = "gaps"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        return [
            report
            if subject.brief is None or subject.brief.jurisdictions
            else replace(report, status=Status.NOT_APPLICABLE, findings=(), coverage=(), scores={})
            for subject, report in zip(subjects, super().measure(subjects, context), strict=True)
        ]

    def subject_digest(self, subject: Subject) -> str:
        places = subject.brief.jurisdictions if subject.brief else ()
        return "some" if places else "none"


TYPES: Mapping[str, type[Check]] = {
    "fake": FakeCheck,
    "guard": FakeModelCheck,
    "gaps": FakeGapCheck,
    "provenance": ProvenanceCheck,
    "disclosure": DisclosureCheck,
    "broken": fake_as("broken", FakeRaisingCheck),
}
REPLACE = {"en": {"word": "[word]", "insult": "[i]", "PHONE_NUMBER": "[phone]"}}


def some_rule(chance: random.Random, number: int) -> dict[str, Any]:
    check = chance.choice(
        ["guard", "guard", "guard", "fake", "gaps", "provenance", "disclosure", "broken"]
    )
    if check == "broken" and chance.random() < 0.7:
        check = "guard"
    rule: dict[str, Any] = {"id": f"r{number}", "check": check, "message": "m"}
    rule["action"] = chance.choice(["flag", "redact", "regenerate", "review", "block"])
    if check == "provenance":
        rule["limits"] = chance.choice(
            [
                {"known_writer": True, "faithful": True},
                {"approved_licences": ["MIT"], "refused_training": ["books"]},
                {"labelled": True, "attributed_sources": True, "source_licences": ["CC0-1.0"]},
                {"approved_writers": ["writer-test"], "same_brief": True},
            ]
        )
        if rule["action"] == "redact":
            rule["action"] = "review"
        return rule
    if check == "disclosure":
        excepted = chance.choice([[], ["notices"], ["may_publish", "notices"]])
        rule["limits"] = {"labels": ["needs_notice", "own_notice"], "except": excepted}
        if rule["action"] == "redact":
            rule["action"] = "review"
        return rule
    labels = ["word", "insult", "PHONE_NUMBER"] if check == "guard" else ["word"]
    if check in ("fake", "gaps"):
        rule["with"] = {"words": [chance.choice(["badword", "rumour"])]}
    if chance.random() < 0.5:
        chosen = chance.sample(labels, chance.randint(1, len(labels)))
        rule["limits"] = {label: chance.choice([0.3, 0.5, 0.9]) for label in chosen}
    else:
        rule["limits"] = {"labels": labels, "score": chance.choice([0.3, 0.5, 0.9])}
        if chance.random() < 0.6:
            rule["limits"]["except"] = ["may_publish"]
    if chance.random() < 0.3:
        rule["when_quoted"] = {"action": chance.choice(["flag", "redact", "review", "block"])}
        if chance.random() < 0.5:
            rule["when_quoted"]["limits"] = {"word": chance.choice([0.2, 0.8])}
    rule["shadow"] = chance.random() < 0.1
    rule["required"] = chance.random() < 0.3
    if chance.random() < 0.3:
        rule["jurisdictions"] = [chance.choice(["EU", "CN"])]
    return rule


def some_policy(chance: random.Random) -> Policy:
    """Rules of every kind over five checks, waivers, and sometimes only some channels or places."""
    rules: dict[str, dict[str, Any]] = {}
    for number in range(chance.randint(1, 5)):
        rule = some_rule(chance, number)
        asked = [rule.get(key) for key in ("check", "with", "limits", "jurisdictions")]
        rules.setdefault(json.dumps(asked), rule)
    where: dict[str, Any] = {"kinds": ["news"], "languages": ["en"]}
    if chance.random() < 0.3:
        where["channels"] = ["web"]
    if chance.random() < 0.3:
        where["jurisdictions"] = ["EU", "CN"]
    form: dict[str, Any] = {
        "policy": "news",
        "version": "1",
        "owner": "desk",
        "applies_to": where,
        "defaults": {"replace": REPLACE},
        "rules": list(rules.values()),
    }
    if chance.random() < 0.5:
        form["labels"] = [{"id": "ai", "text": "Made with AI, generated."}]
    holding = [r for r in rules.values() if r["action"] != "flag" and not r.get("shadow")]
    form["waivers"] = [some_waiver(chance, rule) for rule in holding if chance.random() < 0.3]
    return parse_policy(json.dumps(form), TYPES)


def some_waiver(chance: random.Random, rule: dict[str, Any]) -> dict[str, Any]:
    since = chance.choice(["2026-11-20", "2026-12-24"])  # it holds, or not yet
    scopes: list[dict[str, Any]] = [
        {"briefs": ["b1", "b2"]}, {"channels": ["web"]}, {"jurisdictions": ["EU"]},
        {"briefs": ["b0", "b3"], "languages": ["en"]},
    ]  # fmt: skip
    scope = chance.choice(scopes)
    return {"id": f"w-{rule['id']}", "rule": rule["id"], "scope": scope, "reason": "r",
            "owner": "a", "approver": "b", "since": since, "expires": since[:8] + "28"}  # fmt: skip


def some_draft(chance: random.Random, number: int) -> tuple[Brief, Draft]:
    brief = example_brief(
        id=f"b{number}",
        kind=chance.choice(["news", "news", "news", "legal"]),
        channel=chance.choice(["web", "print"]),
        jurisdictions=chance.choice([(), ("EU",), ("CN",), ("EU", "US")]),
        may_publish=chance.choice([(), ("202-555-0143", "Ann Lee")]),
        sources=chance.choice([(), (Source("A study", "", "MIT"),)]),
    )
    return brief, example_draft(
        brief,
        text=chance.choice(TEXTS),
        seed=number,
        writer=chance.choice(["writer-test", "other"]),
        faithful=chance.random() < 0.8,
        made_by=chance.choice(["model", "model", "supplied"]),
    )


def some_report(chance: random.Random, check: Check, subject: Subject) -> CheckReport:
    """A stored measurement: mostly sound, sometimes failed, unfinished or impossible."""
    length = len(subject.text)
    findings = []
    for label in check.labels:
        if length > 8 and chance.random() < 0.5:
            start = chance.choice([0, chance.randrange(length - 5), subject.text.find('"') + 1])
            score = chance.choice([0.2, 0.5, 0.7, 0.95])
            end = min(length, start + chance.choice([0, 7, 12]))
            findings.append(Finding(check.id, label, score, start if start < end else 0,
                                    end if start < end else 0))  # fmt: skip
    report = check.report(
        subject,
        Context(),
        findings=findings,
        scores={label: chance.choice([0.0, 0.4, 0.95]) for label in check.labels},
    )
    luck = chance.random()
    if luck < 0.1:
        return replace(report, status=Status.FAILED, findings=(), coverage=(), scores={}, error="e")
    if luck < 0.2:
        return replace(report, status=Status.INCOMPLETE, coverage=(Span(0, length // 2),))
    if luck < 0.25:
        return replace(report, scores={"word": 7.0})
    if luck < 0.3:
        return replace(report, model_digest="ab" * 32)
    return report


class Growing:
    """A project whose archive grows: drafts, decisions again, measurements taken later."""

    def __init__(self, folder: Path, template: Path, chance: random.Random) -> None:
        (folder / "state").mkdir(exist_ok=True)
        shutil.copy(template, folder / "state" / "guard.db")
        shutil.rmtree(folder / "state" / "columns", ignore_errors=True)
        env = {"AIGC_GUARD_STORE": "sqlite:///state/guard.db"}
        config = load_config(folder, env, required=False)
        self.project = Project(config, clock=FixedClock(NOW), checks=TYPES)
        self.chance = chance
        self.drafts: list[tuple[Brief, Draft]] = []

    def grow(self, policy: Policy) -> None:
        chance, store = self.chance, self.project.store
        for _ in range(chance.randint(0, 5)):
            self.drafts.append(some_draft(chance, len(self.drafts)))
        for brief, draft in self.drafts[-5:] + self.drafts[:1]:
            if chance.random() < 0.3:
                continue
            subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
            taken = [some_report(chance, make(), subject) for make in (FakeModelCheck, FakeGapCheck)
                     if chance.random() < 0.8]  # fmt: skip
            noted = [one.key for one in taken if chance.random() < 0.8]
            with store.transaction() as tx:
                tx.put_briefs("", [brief])
                tx.put_draft(draft)
                tx.put_reports(taken)
                at = f"2026-11-{chance.randint(1, 24):02}T08:00:00Z"
                tx.put_decision(decide(policy, draft, brief, taken), at=at, measured=noted)
        if self.drafts and chance.random() < 0.5:  # measured again, and not decided again
            brief, draft = chance.choice(self.drafts)
            subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
            store.put_reports([some_report(chance, FakeModelCheck(), subject)])


def same(found: Replay, wanted: Replay) -> bool:
    """Equal in everything but how it was worked out."""
    how = {"one_by_one": 0, "slow": None}
    return replace(found, **how) == replace(wanted, **how)  # type: ignore[arg-type]


def try_archives(count: int, folder: Path, template: Path) -> tuple[int, int, int]:
    totals = [0, 0, 0]
    for number in range(count):
        chance = random.Random(f"{SEED} {number}")
        growing = Growing(folder, template, chance)
        policies = [some_policy(chance) for _ in range(3)]
        for _ in range(3):
            growing.grow(policies[0])
            old, new = chance.sample(policies, 2)
            since = chance.choice(["", "", "2026-11-12"])
            kind = chance.choice(["", "", "news"])
            found = replay(growing.project, old, new, since=since, kind=kind)
            wanted = replay_each(growing.project, old, new, since=since, kind=kind)
            assert same(found, wanted), f"archive {number}"
            assert found.slow is None
            assert found.one_by_one == 0
            for index, size in enumerate((found.compared, found.left_out, len(found.moves))):
                totals[index] += size
        growing.project.store.close()
    return totals[0], totals[1], totals[2]


@pytest.mark.parametrize("size", [50_000, 3])
def test_columns_say_what_deciding_each_draft_says(
    size: int, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SEGMENT", size)
    compared, left_out, moved = try_archives(12, tmp_path, sqlite_template)
    assert min(compared, left_out, moved) > 0


@pytest.mark.soak(cases=ARCHIVES, seed=SEED)
def test_columns_say_so_of_a_thousand_growing_archives(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SEGMENT", 3)
    compared, left_out, moved = try_archives(ARCHIVES, tmp_path, sqlite_template)
    assert min(compared, left_out, moved) > 300  # of a few drafts in each archive


@pytest.fixture
def growing(tmp_path: Path, sqlite_template: Path) -> Growing:
    """A project with some archive, and no columns yet."""
    made = Growing(tmp_path, sqlite_template, random.Random(SEED))
    for _ in range(4):
        made.grow(OLD)
    return made


RULES = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - {id: words, check: guard, limits: {word: 0.9}, action: block, message: m}
  - {id: rumours, check: fake, with: {words: [rumour]}, limits: {word: 0.95}, action: review,
     message: m}
"""
OLD = parse_policy(RULES, TYPES)
NEW = parse_policy(RULES.replace("word: 0.9}", "word: 0.3}").replace("0.95", "0.5"), TYPES)


def decide_all(growing: Growing) -> None:
    """Every draft is decided once more, from sound measurements: nothing is left to be taken."""
    for brief, draft in growing.drafts:
        subject = Subject(draft.text, draft.text_sha256, "en", draft, brief)
        taken = [rule.request.create().report(subject, Context(), error="") for rule in OLD.rules]
        with growing.project.store.transaction() as store:
            store.put_briefs("", [brief])
            store.put_draft(draft)
            store.put_reports(taken)
            decision = replace(decide(OLD, draft, brief, taken), policy="again")
            noted = [one.key for one in taken]
            store.put_decision(decision, at="2026-11-24T08:00:00Z", measured=noted)


def test_a_limit_is_tried_without_reading_any_draft(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_all(growing)
    kept = replay(growing.project, OLD, NEW)
    assert kept.compared

    def nothing(*_: object, **__: object) -> None:
        raise AssertionError("a draft was read")

    monkeypatch.setattr(type(growing.project.store), "drafts", nothing)
    assert replay(growing.project, OLD, NEW) == kept
    assert replay(growing.project, NEW, OLD).compared == kept.compared


def test_only_what_was_decided_since_is_read(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_all(growing)
    replay(growing.project, OLD, NEW)
    brief, draft = some_draft(growing.chance, 999)
    growing.drafts[:] = [(brief, draft)]
    decide_all(growing)
    read: list[str] = []
    store = type(growing.project.store)
    whole = store.drafts

    def noting(self: Any, ids: Sequence[str]) -> Any:
        read.extend(ids)
        return whole(self, ids)

    monkeypatch.setattr(keeping._Kept, "_absorbed", lambda *_: [])
    monkeypatch.setattr(store, "drafts", noting)
    found = replay(growing.project, OLD, NEW)
    assert read == [draft.draft_id]
    monkeypatch.undo()
    assert same(found, replay_each(growing.project, OLD, NEW))


@pytest.mark.parametrize(
    "damage", ["cut", "gone", "words", "manifest", "other code", "other store"]
)
def test_a_damaged_or_foreign_folder_is_made_anew(
    damage: str, growing: Growing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = replay(growing.project, OLD, NEW)
    folder = columns_folder(growing.project)
    file = sorted(folder.glob("*/*.npz"))[0]
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-40])
    elif damage == "gone":
        shutil.rmtree(file.parent)
    elif damage == "words":
        file.write_bytes(b"not an array")
    elif damage == "manifest":
        (folder / "manifest.json").write_text("{", encoding="utf-8")
    elif damage == "other code":
        monkeypatch.setattr(keeping, "_code", lambda: "other")
    else:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        told["mark"]["digest"] = "00" * 32
        (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert replay(growing.project, OLD, NEW) == wanted
    assert not list(folder.rglob("*.partial"))


class Inverted:
    """Limits of a kind that columns know nothing about."""

    def __init__(self, limits: Any) -> None:
        self.limits = limits

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        return "" if self.limits.tripped(measure, around) else "inverted"


def test_what_columns_can_not_settle_is_decided_exactly_and_counted(growing: Growing) -> None:
    rule = replace(OLD.rules[0], limits=Inverted(OLD.rules[0].limits))  # type: ignore[arg-type]
    strange = replace(OLD, rules=(rule, *OLD.rules[1:]))
    found = replay(growing.project, OLD, strange)
    wanted = replay_each(growing.project, OLD, strange)
    assert same(found, wanted)
    assert found.moves
    assert found.one_by_one == wanted.one_by_one > 0


def test_without_numpy_every_draft_is_decided_by_itself(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = replay(growing.project, OLD, NEW)
    monkeypatch.setattr("aigc_guard.pipeline.replay.find_spec", lambda name: None)
    found = replay(growing.project, OLD, NEW)
    assert same(found, wanted)
    assert "numpy is not installed" in str(found.slow)
    assert found.one_by_one == found.compared + found.left_out


def test_a_folder_that_can_not_be_written_costs_time_and_nothing_else(growing: Growing) -> None:
    columns_folder(growing.project).write_text("a file in the way", encoding="utf-8")
    found = replay(growing.project, OLD, NEW)
    assert same(found, replay_each(growing.project, OLD, NEW))
    assert "can't be kept" in str(found.slow)


def test_the_columns_hold_no_words_of_a_draft(growing: Growing) -> None:
    replay(growing.project, OLD, NEW)
    held = b"".join(path.read_bytes() for path in columns_folder(growing.project).rglob("*.npz"))
    assert held
    assert b"badword" not in held
    assert b"202-555" not in held
