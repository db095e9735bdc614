"""Check types that know the guards' labels: loading and deciding need no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from aigc_guard.checks.consistency.check import ConsistencyCheck
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.provenance import ProvenanceCheck
from aigc_guard.policy import Policy, parse_policy
from aigc_guard.policy.model import PolicyForm
from aigc_guard.policy.resolve import resolve
from aigc_guard.policy.source import Source
from aigc_guard.records import Brief, CheckReport, Draft, Finding
from aigc_guard.testing import FakeCheck, FakeCountingCheck

TOXICITY = ("toxicity", "insult", "obscene", "threat", "identity_attack")
PII = ("PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS")


class FakeToxicity(FakeCheck):
    id = "toxicity"
    labels = TOXICITY


class FakePii(FakeCheck):
    id = "pii"
    labels = PII


TYPES: Mapping[str, type[Check]] = {
    kind.id: kind
    for kind in (
        FakeToxicity,
        FakePii,
        ConsistencyCheck,
        ProvenanceCheck,
        FakeCheck,
        FakeCountingCheck,
    )
}


@pytest.fixture
def types() -> Mapping[str, type[Check]]:
    return TYPES


@pytest.fixture
def parse() -> Callable[[str], Policy]:
    return lambda text: parse_policy(text, TYPES, name="policy.yaml")


@pytest.fixture
def policy_of() -> Callable[..., Policy]:
    """A policy from rules as plain data."""

    def make(*rules: dict[str, Any], **more: Any) -> Policy:
        form = {
            "policy": "test",
            "version": "1",
            "owner": "desk",
            "applies_to": {"kinds": ["news"], "languages": ["en", "zh"]},
            "rules": [{"message": "m", **rule} for rule in rules],
            "defaults": {
                "attempts": 3,
                "replace": {
                    "en": {"PHONE_NUMBER": "[phone number]", "EMAIL_ADDRESS": "[e-mail]"},
                    "zh": {"PHONE_NUMBER": "【电话】", "EMAIL_ADDRESS": "【邮箱】"},
                },
            },
            **more,
        }
        # Straight to the rules, past the YAML parser: properties build hundreds of policies.
        policy, errors = resolve(
            Source("test.yaml", [], form), PolicyForm.model_validate(form), TYPES
        )
        assert policy is not None, errors[0]
        return policy

    return make


@pytest.fixture
def draft_of() -> Callable[..., Draft]:
    """A draft of a brief; ``changes`` replace its fields."""

    def make(text: str, brief: Brief | None = None, **changes: Any) -> Draft:
        brief = brief or Brief(id="b1", kind="news")
        draft = Draft(
            draft_id="d1",
            brief_id=brief.id,
            brief_digest=brief.digest,
            kind="news",
            language="en",
            channel="web",
            text=text,
            writer="writer-en",
            model_digest="m",
            settings_digest="s",
            seed=1,
            attempt=1,
        )
        return replace(draft, **changes)

    return make


@pytest.fixture
def report_of() -> Callable[..., CheckReport]:
    """An honest report about a draft under default settings; ``changes`` make it a bad one."""

    def make(
        check: str,
        draft: Draft,
        /,
        *found: tuple[str, float, int, int],
        brief: Brief | None = None,
        **changes: Any,
    ) -> CheckReport:
        subject = Subject(draft.text, draft.text_sha256, draft.language, draft, brief)
        findings = [Finding(check, *one) for one in found]
        scores: dict[str, float] = {}
        for one in findings:
            scores[one.label] = max(one.score, scores.get(one.label, 0.0))
        report = TYPES[check]().report(subject, Context(), findings=findings, scores=scores)
        return replace(report, **changes)

    return make
