"""Policies: the file form, loading with exact errors, and the pure decision.

The names load with their first use: reading a policy file needs nothing of what decides by it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aigc_guard.policy.deciding import decide, no_policy_decision
    from aigc_guard.policy.load import lint, load_folder, load_policy, parse_policy, policy_errors
    from aigc_guard.policy.redacting import Redaction, redactions
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

_PLACES = {
    "deciding": ("decide", "no_policy_decision"),
    "load": ("lint", "load_folder", "load_policy", "parse_policy", "policy_errors"),
    "redacting": ("Redaction", "redactions"),
    "ruleset": ("CheckRequest", "Policy", "PolicySet", "Rule", "required_checks"),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            globals()[name] = found = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
