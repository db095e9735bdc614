"""Check types that know the guards' labels: loading and deciding need no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.checks.provenance import ProvenanceCheck
from aigc_guard.policy import Policy, parse_policy
from aigc_guard.testing import FakeCheck

TOXICITY = ("toxicity", "insult", "obscene", "threat", "identity_attack")
PII = ("PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS")


class FakeToxicity(FakeCheck):
    id = "toxicity"
    labels = TOXICITY


class FakePii(FakeCheck):
    id = "pii"
    labels = PII


TYPES: Mapping[str, type[Check]] = {
    kind.id: kind for kind in (FakeToxicity, FakePii, ProvenanceCheck, FakeCheck)
}


@pytest.fixture
def types() -> Mapping[str, type[Check]]:
    return TYPES


@pytest.fixture
def parse() -> Callable[[str], Policy]:
    return lambda text: parse_policy(text, TYPES, name="policy.yaml")
