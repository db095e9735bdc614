"""Policies explained in plain words, and compared with each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.policy import Policy, load_folder
from aigc_guard.policy.compare import compare
from aigc_guard.policy.explain import explain

FOLDER = Path(__file__).parents[2] / "policies"
RULE: dict[str, Any] = {
    "id": "r",
    "check": "toxicity",
    "limits": {"insult": 0.5, "threat": 0.6},
    "action": "review",
}
NUMBERS: dict[str, Any] = {
    "id": "r",
    "check": "pii",
    "limits": {"labels": ["PHONE_NUMBER"], "except": ["may_publish"]},
    "action": "redact",
}
ORIGIN: dict[str, Any] = {
    "id": "r",
    "check": "provenance",
    "limits": {"approved_licences": ["MIT"], "refused_training": ["web"]},
    "action": "review",
}
Make = Callable[..., Policy]


def test_shipped_policies_are_explained_in_both_languages() -> None:
    for policy in load_folder(FOLDER):
        english, chinese = explain(policy, "en"), explain(policy, "zh")
        for rule in policy.rules:
            assert rule.message["en"] in english
            assert rule.message["zh"] in chinese
            assert f"`{rule.id}`" in english
        words = [line.split(":")[0].strip(" -*") for line in english.splitlines() if ":" in line]
        for heading in ("When", "Required", "Who decides", "Why"):
            assert heading in words
            assert f"{heading}:" not in chinese
        assert "由人工决定" in chinese


def test_limits_quotations_trials_and_deciders_are_said(policy_of: Make) -> None:
    rule = {**RULE, "when_quoted": {"action": "flag"}, "shadow": True, "jurisdictions": ["CN"]}
    policy = policy_of(rule, approvals=[{"by": "lawyer", "rules": ["r"]}, {"by": "editor"}])
    text = explain(policy, "en")
    assert "When: toxicity measures insult from 0.5 on, threat from 0.6 on." in text
    assert "In attributed quotations: insult from 0.5 on, threat from 0.6 on – Only noted." in text
    assert "Who decides: lawyer." in text
    assert "On trial" in text
    assert "Only for briefs of: CN." in text


@pytest.mark.parametrize(
    ("rule", "changes", "way", "words"),
    [
        (RULE, {"limits": {"insult": 0.4, "threat": 0.6}}, "stricter", "limit insult: 0.5 -> 0.4"),
        (RULE, {"limits": {"insult": 0.7, "threat": 0.6}}, "looser", "limit insult: 0.5 -> 0.7"),
        (RULE, {"limits": {"insult": 0.5}}, "looser", "limit threat: 0.6 -> –"),
        (RULE, {"action": "block"}, "stricter", "action: review -> block"),
        (RULE, {"action": "flag"}, "looser", "action: review -> flag"),
        (RULE, {"action": "regenerate"}, "changed", "action: review -> regenerate"),
        (RULE, {"shadow": True}, "looser", "now on trial: changes nothing (shadow)"),
        (RULE, {"jurisdictions": ["EU"]}, "looser", "places: – -> EU"),
        (RULE, {"when_quoted": {"action": "flag"}}, "looser",
         "action in quotations: review -> flag"),
        (RULE, {"when_quoted": {"limits": {"insult": 0.3, "threat": 0.6}}}, "stricter",
         "limit in quotations: insult: 0.5 -> 0.3"),
        (RULE, {"message": "other"}, "changed", "its wording or severity differs"),
        (NUMBERS, {"limits": {"labels": ["PHONE_NUMBER"]}}, "stricter",
         "limit except: may_publish -> –"),
        (NUMBERS, {"limits": {"labels": ["PHONE_NUMBER", "EMAIL_ADDRESS"],
                              "except": ["may_publish"]}}, "stricter",
         "limit EMAIL_ADDRESS: – -> 0.5"),
        (ORIGIN, {"limits": {"approved_licences": ["MIT", "X"], "refused_training": ["web"]}},
         "looser", "limit approved_licences: MIT -> MIT, X"),
        (ORIGIN, {"limits": {"approved_licences": ["MIT"], "refused_training": ["web", "X"]}},
         "stricter", "limit refused_training: web -> web, X"),
        (ORIGIN, {"limits": {"approved_licences": ["MIT"]}}, "looser",
         "limit refused_training: web -> –"),
    ],
)  # fmt: skip
def test_each_change_has_its_direction(
    rule: dict[str, Any], changes: dict[str, Any], way: str, words: str, policy_of: Make
) -> None:
    (change,) = compare(policy_of(rule), policy_of({**rule, **changes}))
    assert (change.way, change.rule, change.words["en"]) == (way, "r", words)
    assert change.words["zh"] != change.words["en"]


def test_rules_that_come_and_go(policy_of: Make) -> None:
    other = {**NUMBERS, "id": "s"}
    found = compare(policy_of(RULE), policy_of(other))
    assert [(one.way, one.rule) for one in found] == [("removed", "r"), ("added", "s")]
    assert compare(policy_of(RULE), policy_of(RULE)) == ()
