"""Every example of the editors' guide is a policy, or a part of one, that loads."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from aigc_guard.errors import PolicyError
from aigc_guard.policy import parse_policy
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import ProvenanceLimits
from aigc_guard.policy.standing_form import BatchForm, ScopeForm, WaiverForm

GUIDE = (Path(__file__).parents[2] / "docs/policies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)
FRAME = """\
policy: example
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en, zh]}
"""
RULE = """\
rules:
  - {id: r, check: toxicity, limits: {insult: 0.5}, action: block, message: m}
  - {id: coarse-words, check: toxicity, limits: {obscene: 0.5}, action: review, message: m}
"""


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_load(example: str) -> None:
    if example.startswith("- id"):
        example = FRAME + "rules:\n" + textwrap.indent(example, "  ")
    elif example.startswith(("labels:", "waivers:", "batch:", "retired:")):
        example = FRAME + RULE + example
    elif example.startswith("tests:"):
        example = FRAME + RULE.replace("id: r,", "id: phone-numbers,") + example
    if "abstract: true" in example:
        with pytest.raises(PolicyError, match="this is a base"):
            parse_policy(example)
    else:
        assert parse_policy(example).rules


def test_the_guide_names_every_action_limit_and_missing_part() -> None:
    assert len(EXAMPLES) >= 6
    for action in Action:
        assert f"| `{action}` |" in GUIDE
    for name in set(ProvenanceLimits.model_fields) - {"approved_writers", "refused_training"}:
        assert f"{name}: " in GUIDE
    for model in (WaiverForm, ScopeForm, BatchForm):
        for name in model.model_fields:
            assert f"{name}:" in GUIDE or f"`{name}`" in GUIDE
