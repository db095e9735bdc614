"""Every rule of the shipped policies is guarded: break or delete one, and something fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.interface import Context
from aigc_guard.models import ModelStore
from aigc_guard.pipeline.measuring import MemoryArchive, measure_requests, subject_of
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.policy import Policy, Rule, load_folder
from aigc_guard.policy.cases import PolicyCase, case_work
from aigc_guard.policy.limits import (
    Circumstances,
    LabelLimits,
    Limits,
    Measure,
    ScoreLimits,
    ValueLimits,
)
from aigc_guard.policy.messages import parse_form
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.resolve import resolve
from aigc_guard.policy.rules_lock import lost_rules, new_rules, read_lock
from aigc_guard.policy.source import Source, read_source
from aigc_guard.policy.trial import model_free, uncovered

FOLDER = Path(__file__).parents[2] / "policies"
NOTHING = 0.01


@dataclass
class Bench:
    """What test drafts are measured with, and what was measured already."""

    context: Context
    archive: MemoryArchive


ALONE = Bench(Context(), MemoryArchive())


@dataclass(frozen=True)
class Inverted:
    """Limits that trip on what they tolerated, and on nothing else."""

    limits: Limits

    def tripped(self, measure: Measure, around: Circumstances) -> str:
        return "" if self.limits.tripped(measure, around) else "inverted"


@pytest.fixture(scope="module")
def rules() -> list[tuple[Policy, Rule]]:
    policies = [model_free(policy) for policy in load_folder(FOLDER)]
    return [(policy, rule) for policy in policies for rule in policy.rules]


def fails(policy: Policy, rule: Rule, work: Bench = ALONE) -> bool:
    """Whether ``policy test --coverage`` fails with ``rule`` in place of the rule of its id."""
    cases = own_cases(policy, rule)
    changed = replace(policy, rules=(rule,), cases=cases)
    results = run_cases([changed], work.context, work.archive, seconds=60)
    return any(not one.passed for one in results) or bool(uncovered(changed, results))


def own_cases(policy: Policy, rule: Rule) -> tuple[PolicyCase, ...]:
    return tuple(case for case in policy.cases if case.rule == rule.id)


def moved(policy: Policy, rule: Rule, bench: Bench) -> Iterator[tuple[str, Rule]]:
    """The rule with each of its numbers moved past a case of its own, up and down."""
    tripped = scores_of(policy, rule, [c for c in own_cases(policy, rule) if c.trips], bench)
    spared = scores_of(policy, rule, [c for c in own_cases(policy, rule) if c.passes], bench)
    for label, limit in numbers(rule.limits).items():
        seen = [one.get(label, 0.0) for one in tripped]
        highest = max(seen, default=0.0) + 1 if isinstance(rule.limits, ValueLimits) else 1.0
        if any(limit <= one < highest for one in seen):
            yield f"{label} up", with_number(rule, label, highest)
        caught = [one[label] for one in spared if NOTHING <= one.get(label, 0.0) < limit]
        if caught:
            yield f"{label} down", with_number(rule, label, NOTHING)


def numbers(limits: Limits) -> dict[str, float]:
    if isinstance(limits, ScoreLimits):
        return dict(limits.root)
    if isinstance(limits, LabelLimits):
        return dict.fromkeys(limits.labels, limits.score)
    if isinstance(limits, ValueLimits):
        return dict(limits.values)
    return {}


def with_number(rule: Rule, label: str, limit: float) -> Rule:
    if isinstance(rule.limits, ScoreLimits):
        return replace(rule, limits=ScoreLimits({**rule.limits.root, label: limit}))
    if isinstance(rule.limits, ValueLimits):
        return replace(rule, limits=ValueLimits(values={**rule.limits.values, label: limit}))
    assert isinstance(rule.limits, LabelLimits)
    return replace(rule, limits=rule.limits.model_copy(update={"score": limit}))


def scores_of(
    policy: Policy, rule: Rule, cases: Sequence[PolicyCase], bench: Bench
) -> list[dict[str, float]]:
    """The highest score (or value, if the limit is one) per label in each test draft."""
    by_value = isinstance(rule.limits, ValueLimits)
    found = []
    for case in cases:
        work = case_work(case, policy.form)
        context, archive = replace(bench.context, models=work.models), MemoryArchive()
        if rule.request.check_type.uses_model:
            context, archive = bench.context, bench.archive
        subject = subject_of(work.draft, work.brief)
        (reports,) = measure_requests([subject], [[rule.request]], context, archive, seconds=60)
        scores: dict[str, float] = {}
        for one in (one for report in reports for one in report.findings):
            height = (one.value or 0.0) if by_value else one.score
            scores[one.label] = max(height, scores.get(one.label, 0.0))
        found.append(scores)
    return found


@cache
def parsed(path: str) -> Source:
    return read_source(Path(path))


def without_rule(policy: Policy, rule: Rule) -> Policy:
    """The policy after somebody cut the rule out with its tests and all that names it."""
    source = parsed(policy.path)
    data = dict(source.data)
    data["rules"] = [one for one in data["rules"] if one["id"] != rule.id]
    data["tests"] = [one for one in data["tests"] if rule.id not in one.get("trips", ())]
    data["approvals"] = [
        {key: value for key, value in one.items() if key != "rules"}
        | ({"rules": left} if (left := [r for r in one.get("rules", ()) if r != rule.id]) else {})
        for one in data["approvals"]
    ]
    cut = Source(policy.path, source.lines, data)
    form, errors = parse_form(cut, PolicyForm, cut.data, ())
    assert form is not None, errors
    changed, errors = resolve(cut, form, check_types())
    assert changed is not None, errors
    return changed


def unguarded(rules: Sequence[tuple[Policy, Rule]], work: Bench = ALONE) -> tuple[int, list[str]]:
    """How many mutants there were, and those that nothing noticed."""
    tried, alive = 0, []
    for policy, rule in rules:
        mutants: list[tuple[str, Rule]] = [
            ("inverted", replace(rule, limits=Inverted(rule.limits))),  # type: ignore[arg-type]
            *moved(policy, rule, work),
        ]
        tried += len(mutants)
        alive += [
            f"{rule.id} {name}" for name, mutant in mutants if not fails(policy, mutant, work)
        ]
    return tried, alive


def test_every_rule_is_guarded(rules: list[tuple[Policy, Rule]]) -> None:
    tried, alive = unguarded(rules)
    assert alive == []
    assert tried > len(rules) > 50  # some have numbers between their cases


def test_no_rule_can_be_deleted_with_its_tests() -> None:
    lock = read_lock(FOLDER)
    assert lock is not None
    policies = list(load_folder(FOLDER))
    assert set(lock) == {policy.name for policy in policies}
    for policy in policies:
        mend = "aigc-guard policy lock policies"
        assert new_rules(policy, lock) == [], mend
        assert lost_rules(policy, lock) == []
        for rule in policy.rules:
            changed = without_rule(policy, rule)
            assert [one.id for one in changed.rules if one.id == rule.id] == []
            assert lost_rules(changed, lock) == [rule.id]


def deafest(rule: Rule) -> Rule:
    """The rule with all its numbers past its cases: one draft often trips by several labels."""
    for label in numbers(rule.limits):
        rule = with_number(rule, label, 1.0)
    return rule


def is_said_twice(policy: Policy, rule: Rule, work: Bench) -> bool:
    """Whether every draft that trips the rule does so by several of its labels.

    A guard finds no insult that it does not find toxic: moving one of the two changes nothing.
    """
    tripping = [case for case in own_cases(policy, rule) if case.trips]
    limits = numbers(rule.limits)
    reached = [
        sum(scores.get(label, 0.0) >= limit for label, limit in limits.items())
        for scores in scores_of(policy, rule, tripping, work)
    ]
    return all(count > 1 for count in reached)


def can_be_deaf(policy: Policy, rule: Rule, work: Bench) -> bool:
    """Whether a number can lie past a case at all: an exact match scores 1, and no limit is more"""
    tripping = [case for case in own_cases(policy, rule) if case.trips]
    return isinstance(rule.limits, ScoreLimits) and any(
        max(scores.get(label, 0.0) for label in rule.limits.root) < 1.0
        for scores in scores_of(policy, rule, tripping, work)
    )


@pytest.mark.models
@pytest.mark.soak
def test_every_rule_with_a_model_is_guarded() -> None:
    models = ModelStore(FOLDER.parent / "models")
    work = Bench(Context(models=models.facts(), model_loader=models), MemoryArchive())
    rules = [
        (policy, rule)
        for policy in load_folder(FOLDER)
        for rule in policy.rules
        if rule.request.check_type.uses_model
    ]
    assert len(rules) > 20
    deaf = 0
    for policy, rule in rules:
        assert not fails(policy, rule, work)
        tried, alive = unguarded([(policy, rule)], work)
        assert tried > len(alive)
        assert alive == [] or is_said_twice(policy, rule, work), alive
        if can_be_deaf(policy, rule, work):
            deaf += 1
            assert fails(policy, deafest(rule), work), rule.id
    assert deaf > 10


def test_the_rules_as_they_are_pass(rules: list[tuple[Policy, Rule]]) -> None:
    assert [rule.id for policy, rule in rules if fails(policy, rule)] == []
