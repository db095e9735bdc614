"""Every example of the editors' guide is a policy, or a part of one, that loads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from aigc_guard.errors import PolicyError
from aigc_guard.policy import parse_policy
from aigc_guard.policy.form import Action
from aigc_guard.policy.limits import ProvenanceLimits
from aigc_guard.policy.standing_form import BatchForm, ScopeForm, WaiverForm

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
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


def commands() -> list[str]:
    """Every command that the guide names, in order, with the program's name before it."""
    fenced = re.findall(r"^aigc-guard .*$", GUIDE, re.M)
    named = re.findall(r"`((?:aigc-guard )?policy [^`]*|aigc-guard [^`]*)`", GUIDE)
    whole = [one if one.startswith("aigc-guard") else f"aigc-guard {one}" for one in named]
    return [*dict.fromkeys([*whole, *fenced])]


@pytest.mark.models
@pytest.mark.timeout(900)  # each command is a process that loads what it needs
def test_every_command_of_the_guide_works(tmp_path: Path) -> None:
    """In a project that has run once, as an editor would type them."""
    for part in ("policies", "kinds", "briefs", "aigc_guard.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, tmp_path / part)
    (tmp_path / "models").symlink_to(ROOT / "models")
    news = (tmp_path / "policies/news.yaml").read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(news, encoding="utf-8")
    stricter = re.sub(r"insult: 0\.8", "insult: 0.7", news, count=1)
    assert stricter != news
    (tmp_path / "new.yaml").write_text(stricter, encoding="utf-8")
    programs = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        words = ["bash", "-c", line]
        return subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True)

    ran = shell("aigc-guard run briefs/supplied-zh.jsonl")
    assert ran.returncode in (0, 1), ran.stderr
    waiting = json.loads(shell("aigc-guard review list --format json").stdout)["waiting"]
    names = {"DRAFT": waiting[0]["draft"], "CHECK": "readability"}
    tried = commands()
    assert len(tried) > 12
    for line in tried:
        if line in ("aigc-guard policy activate", "aigc-guard policy replay"):
            continue  # named without what they need; their full forms are among the others
        for name, value in names.items():
            line = line.replace(name, value)
        done = shell(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "rules.html").stat().st_size > 10_000
