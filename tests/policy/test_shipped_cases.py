"""The tests inside the shipped policies: all there, and true of the checks that are installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context
from aigc_guard.models import ModelStore
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.policy import Policy, load_folder
from aigc_guard.policy.limits import ProvenanceLimits, ScoreLimits, ValueLimits
from aigc_guard.policy.ruleset import Rule
from aigc_guard.policy.trial import CaseResult, model_free, uncovered

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def policies() -> list[Policy]:
    return list(load_folder(ROOT / "policies"))


def told(results: Sequence[CaseResult]) -> list[str]:
    return [
        f"{one.case.path}:{one.case.line}: {words['en']}"
        for one in results
        for words in one.problems
    ]


def test_every_rule_has_a_test_for_and_against_it(policies: list[Policy]) -> None:
    for policy in policies:
        for rule in policy.rules:
            assert rule.id in {name for case in policy.cases for name in case.trips}
            assert rule.id in {name for case in policy.cases for name in case.passes}
        assert {case.form.outcome for case in policy.cases if not case.rule} >= {
            "release",
            "redact",
            "block",
        }


def test_rules_without_a_model_do_what_their_tests_say(policies: list[Policy]) -> None:
    chosen = [model_free(policy) for policy in policies]
    results = run_cases(chosen, Context(), MemoryArchive(), seconds=60)
    assert len(results) > 50
    assert told(results) == []
    assert [gap for policy in chosen for gap in uncovered(policy, results)] == []


def deafened(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """``rule`` without one of its limits, for each of them."""
    limits = rule.limits
    if isinstance(limits, ScoreLimits):
        for name in limits.root:
            left = {other: score for other, score in limits.root.items() if other != name}
            yield name, replace(rule, limits=ScoreLimits(left))
    elif isinstance(limits, ValueLimits):
        for name in limits.values:
            kept = {other: value for other, value in limits.values.items() if other != name}
            yield name, replace(rule, limits=limits.model_copy(update={"values": kept}))
    elif isinstance(limits, ProvenanceLimits):
        for name in limits.model_dump(exclude_none=True):
            yield name, replace(rule, limits=limits.model_copy(update={name: None}))
    else:
        for name in limits.labels:
            left_labels = tuple(other for other in limits.labels if other != name)
            yield name, replace(rule, limits=limits.model_copy(update={"labels": left_labels}))


def test_no_limit_without_a_model_can_be_deaf_unnoticed(policies: list[Policy]) -> None:
    """A rule that loses one of its limits, whatever kind they are, fails its own tests."""
    archive = MemoryArchive()
    unnoticed = []
    tried = 0
    for policy in map(model_free, policies):
        for rule in policy.rules:
            cases = tuple(case for case in policy.cases if case.rule == rule.id)
            for name, deaf in deafened(rule):
                changed = replace(policy, rules=(deaf,), cases=cases)
                results = run_cases([changed], Context(), archive, seconds=60)
                tried += 1
                if not any("should trip" in line for line in told(results)):
                    unnoticed.append((policy.name, rule.id, name))
    assert tried > 50
    assert unnoticed == []


@pytest.mark.models
def test_all_rules_do_what_their_tests_say(policies: list[Policy]) -> None:
    models = ModelStore(ROOT / "models")
    context = Context(models=models.facts(), model_loader=models)
    results = run_cases(policies, context, MemoryArchive(), seconds=300)
    assert [one.unread for one in results if one.unread] == []
    assert told(results) == []
    assert [gap for policy in policies for gap in uncovered(policy, results)] == []
