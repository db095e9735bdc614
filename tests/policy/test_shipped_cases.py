"""The tests inside the shipped policies: all there, and true of the checks that are installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context
from aigc_guard.models import ModelStore
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.policy import Policy, load_folder
from aigc_guard.policy.trial import CaseResult, uncovered

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


def without_model(policy: Policy) -> Policy:
    """Only the rules that need no model, with their tests."""
    rules = tuple(rule for rule in policy.rules if not rule.request.check_type.uses_model)
    names = {rule.id for rule in rules}
    cases = tuple(case for case in policy.cases if case.rule in names)
    return replace(policy, rules=rules, cases=cases)


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
    chosen = [without_model(policy) for policy in policies]
    results = run_cases(chosen, Context(), MemoryArchive(), seconds=60)
    assert len(results) > 50
    assert told(results) == []
    assert [gap for policy in chosen for gap in uncovered(policy, results)] == []


def test_no_rule_without_a_model_can_be_deaf_unnoticed(policies: list[Policy]) -> None:
    """A rule on whose limits nothing trips fails its own tests."""
    for policy in map(without_model, policies):
        for rule in policy.rules:
            deaf = replace(rule, limits=type(rule.limits)(approved_licences=("Apache-2.0",)))  # type: ignore[call-arg]
            cases = tuple(case for case in policy.cases if case.rule == rule.id)
            changed = replace(policy, rules=(deaf,), cases=cases)
            results = run_cases([changed], Context(), MemoryArchive(), seconds=60)
            assert any("should trip" in line for line in told(results)), rule.id


@pytest.mark.models
def test_all_rules_do_what_their_tests_say(policies: list[Policy]) -> None:
    models = ModelStore(ROOT / "models")
    context = Context(models=models.facts(), model_loader=models)
    results = run_cases(policies, context, MemoryArchive(), seconds=300)
    assert [one.unread for one in results if one.unread] == []
    assert told(results) == []
    assert [gap for policy in policies for gap in uncovered(policy, results)] == []
