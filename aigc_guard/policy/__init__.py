"""Policies: the file form, loading with exact errors, and the pure decision."""

from __future__ import annotations

from aigc_guard.policy.decide import decide, no_policy_decision
from aigc_guard.policy.load import lint, load_folder, load_policy, parse_policy, policy_errors
from aigc_guard.policy.redactions import Redaction, redactions
from aigc_guard.policy.ruleset import CheckRequest, Policy, PolicySet, Rule, required_checks

__all__ = [
    "CheckRequest",
    "Policy",
    "PolicySet",
    "Redaction",
    "Rule",
    "decide",
    "lint",
    "load_folder",
    "load_policy",
    "no_policy_decision",
    "parse_policy",
    "policy_errors",
    "redactions",
    "required_checks",
]
