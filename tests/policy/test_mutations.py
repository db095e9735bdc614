"""Every model-free rule of the shipped policies is guarded by its tests: break one, they fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.interface import Context
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
from aigc_guard.policy.source import Source, read_source
from aigc_guard.policy.trial import model_free, uncovered

FOLDER = Path(__file__).parents[2] / "policies"
NOTHING = 0.01


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


def fails(policy: Policy, rule: Rule) -> bool:
    """Whether ``policy test --coverage`` fails with ``rule`` in place of the rule of its id."""
    cases = own_cases(policy, rule)
    changed = replace(policy, rules=(rule,), cases=cases)
    results = run_cases([changed], Context(), MemoryArchive(), seconds=60)
    return any(not one.passed for one in results) or bool(uncovered(changed, results))


def own_cases(policy: Policy, rule: Rule) -> tuple[PolicyCase, ...]:
    return tuple(case for case in policy.cases if case.rule == rule.id)


def moved(policy: Policy, rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with each of its numbers moved past a case of its own, up and down."""
    tripped = scores_of(policy, rule, [c for c in own_cases(policy, rule) if c.trips])
    spared = scores_of(policy, rule, [c for c in own_cases(policy, rule) if c.passes])
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


def scores_of(policy: Policy, rule: Rule, cases: Sequence[PolicyCase]) -> list[dict[str, float]]:
    """The highest score (or value, if the limit is one) per label in each test draft."""
    by_value = isinstance(rule.limits, ValueLimits)
    found = []
    for case in cases:
        work = case_work(case, policy.form)
        context = Context(models=work.models)
        subject = subject_of(work.draft, work.brief)
        (reports,) = measure_requests(
            [subject], [[rule.request]], context, MemoryArchive(), seconds=60
        )
        scores: dict[str, float] = {}
        for one in (one for report in reports for one in report.findings):
            height = (one.value or 0.0) if by_value else one.score
            scores[one.label] = max(height, scores.get(one.label, 0.0))
        found.append(scores)
    return found


@cache
def parsed(path: str) -> Source:
    return read_source(Path(path))


def without_rule(policy: Policy, rule: Rule) -> list[str]:
    """What lint says of the file when somebody cuts the rule out together with its own tests."""
    source = parsed(policy.path)
    rules = [one for one in source.data["rules"] if one["id"] != rule.id]
    cut = Source(policy.path, source.lines, {**source.data, "rules": rules})
    form, errors = parse_form(cut, PolicyForm, cut.data, ())
    if form is not None:
        _, errors = resolve(cut, form, check_types())
    return [error.message for error in errors]


def is_named_elsewhere(policy: Policy, rule: Rule) -> bool:
    """Whether a test of the whole policy or an approval counts on the rule.

    A rule that nothing else in its file speaks of can be cut out with its tests, unnoticed by
    them: that shows in ``policy diff``, and in the history of activations.
    """
    whole = {name for case in policy.cases if not case.rule for name in (*case.trips, *case.passes)}
    return rule.id in whole | {name for entry in policy.approvals for name in entry.rules}


def unguarded(rules: Sequence[tuple[Policy, Rule]]) -> tuple[int, list[str]]:
    """How many mutants there were, and those that nothing noticed."""
    tried, alive = 0, []
    for policy, rule in rules:
        mutants: list[tuple[str, Rule]] = [
            ("inverted", replace(rule, limits=Inverted(rule.limits))),  # type: ignore[arg-type]
            *moved(policy, rule),
        ]
        tried += len(mutants)
        alive += [f"{rule.id} {name}" for name, mutant in mutants if not fails(policy, mutant)]
    return tried, alive


def test_every_rule_is_guarded(rules: list[tuple[Policy, Rule]]) -> None:
    tried, alive = unguarded(rules)
    assert alive == []
    assert tried > len(rules) > 50  # some have numbers between their cases


def test_a_rule_that_others_count_on_can_not_be_deleted() -> None:
    policies = list(load_folder(FOLDER))
    named = [(p, rule) for p in policies for rule in p.rules if is_named_elsewhere(p, rule)]
    assert {policy.name for policy, _ in named} == {policy.name for policy in policies}
    for policy, rule in named:
        assert f"there is no rule `{rule.id}`" in without_rule(policy, rule)


def test_the_rules_as_they_are_pass(rules: list[tuple[Policy, Rule]]) -> None:
    assert [rule.id for policy, rule in rules if fails(policy, rule)] == []
