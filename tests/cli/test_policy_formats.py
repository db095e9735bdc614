"""What build servers read of ``policy lint`` and ``policy test``: each form is parsed back."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from aigc_guard.cli.policy_formats import CaseLine, Problem, github, junit, sarif

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"::error (?P<values>[^:]+)::(?P<data>.*)")
POLICY = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: true-to-brief
    check: provenance
    limits: {faithful: true}
    action: review
    message: {en: Not faithful., zh: 不忠实。}
    tests:
      trips: [{text: A draft., faithful: true}]
      passes: [A draft.]
"""
SOUND = POLICY.replace("faithful: true}]", "faithful: false}]")
BROKEN = POLICY.replace("owner", "ower").replace("check: provenance", "check: provnance")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def commands(out: str) -> list[tuple[dict[str, str], str]]:
    """GitHub's workflow commands: values and message."""
    found = []
    for line in out.splitlines():
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        pairs = (pair.partition("=") for pair in match["values"].split(","))
        found.append(({name: value for name, _, value in pairs}, match["data"]))
    return found


def test_lint_for_github(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    (folder / "news.yaml").write_text(BROKEN, encoding="utf-8")
    done = call("policy", "lint", folder, "--format", "github")
    assert done.code == 3
    (values, message), *_ = commands(done.out)
    assert values == {
        "file": "rules/news.yaml", "line": "3", "col": "1", "title": "policy-mistake",
    }  # fmt: skip
    assert message.startswith("unknown key `ower`%0Amend: did you mean `owner`?")
    (folder / "news.yaml").write_text(POLICY, encoding="utf-8")
    sound = call("policy", "lint", folder, "--format", "github")
    assert (sound.code, sound.out) == (0, "")


def test_lint_as_sarif(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    broken = BROKEN.replace("ower", "owner")
    (folder / "news.yaml").write_text(broken, encoding="utf-8")
    done = call("policy", "lint", folder, "--format", "sarif")
    assert done.code == 3
    log = json.loads(done.out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    (result,) = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "policy-unknown-check"
    assert result["level"] == "error"
    assert "did you mean `provenance`?" in result["message"]["text"]
    (place,) = result["locations"]
    physical = place["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "rules/news.yaml"
    assert physical["region"] == {"startLine": 7, "startColumn": 12}
    line = broken.splitlines()[physical["region"]["startLine"] - 1]
    assert line[physical["region"]["startColumn"] - 1 :] == "provnance"
    (folder / "news.yaml").write_text(POLICY, encoding="utf-8")
    sound = json.loads(call("policy", "lint", folder, "--format", "sarif").out)
    assert sound["runs"][0]["results"] == []


def test_tests_for_github_and_junit(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    path = folder / "news.yaml"
    path.write_text(POLICY, encoding="utf-8")
    call("policy", "lock", folder)
    done = call("policy", "test", path, "--coverage", "--format", "github")
    assert done.code == 1
    found = commands(done.out)
    assert [(values["line"], values["title"]) for values, _ in found[:1]] == [
        ("12", "policy-test-failed")
    ]
    assert found[0][1] == "the rule true-to-brief should trip and does not"
    assert found[1][0] == {"file": "rules/news.yaml", "title": "policy-rule-uncovered"}
    xml = call("policy", "test", path, "--coverage", "--format", "junit").out
    (suite,) = ElementTree.fromstring(xml)
    assert dict(suite.attrib) == {"name": "news", "tests": "3", "failures": "2", "errors": "0"}
    assert [case.get("classname") for case in suite] == [
        "true-to-brief", "true-to-brief", "coverage",
    ]  # fmt: skip
    assert [len(case) for case in suite] == [1, 0, 1]


def test_rules_that_need_a_model_can_be_left_out(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    path = folder / "news.yaml"
    model = "  - {id: abuse, check: toxicity, limits: {insult: 0.8}, action: block, message: m}\n"
    whole = "tests: [{text: A draft., outcome: release}]\n"
    path.write_text(SOUND + model + whole, encoding="utf-8")
    call("policy", "lock", folder)
    assert call("policy", "test", path).code == 4  # no model is installed here
    done = call("policy", "test", path, "--coverage", "--without-models", "--format", "json")
    assert done.code == 0
    data = json.loads(done.out)
    assert [one["rule"] for one in data["tests"]] == ["true-to-brief"] * 2
    assert data["coverage"] == []


def test_nothing_breaks_out_of_its_form() -> None:
    words = "50 %, a: b\nc <d> ]]> & \x07"
    problem = Problem("policy-mistake", "/a b,c:d/100%.yaml", words, 2, 3, "mend: x")
    ((values, message),) = commands(github([problem]))
    assert values["file"] == "/a b%2Cc%3Ad/100%25.yaml"
    assert message == "50 %25, a: b%0Ac <d> ]]> & \x07%0Amend: x"
    (result,) = sarif([problem])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert place == "file:///a%20b%2Cc%3Ad/100%25.yaml"
    nowhere = Problem("policy-mistake", "x.yaml", "m")
    (result,) = sarif([nowhere])["runs"][0]["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    xml = junit(
        [CaseLine("s", "g", "n", (problem,)), CaseLine("s", "g", "m", (nowhere,), error=True)]
    )
    failed, unread = ElementTree.fromstring(xml)[0]
    assert failed[0].get("message") == "50 %, a: b\nc <d> ]]> & ?"
    assert [one[0].tag for one in (failed, unread)] == ["failure", "error"]


def test_the_hooks_call_commands_that_exist(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    (folder / "news.yaml").write_text(SOUND, encoding="utf-8")
    call("policy", "lock", folder)
    hooks = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
    assert [hook["id"] for hook in hooks] == ["aigc-guard-policy-lint", "aigc-guard-policy-test"]
    for hook in hooks:
        program, *words = shlex.split(hook["entry"])
        assert program == "aigc-guard"
        assert call(*words, folder).code == 0
        assert re.search(hook["files"], "policies/news.yaml")


def test_the_guide_has_a_workflow_that_runs_them(call: Callable, folder: Path) -> None:  # type: ignore[type-arg]
    (folder / "news.yaml").write_text(SOUND, encoding="utf-8")
    call("policy", "lock", folder)
    guide = (ROOT / "docs/policies.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yml\n(.*?)```", guide, re.S)
    examples = [YAML(typ="safe").load(text) for text in blocks]
    (workflow,) = [one for one in examples if isinstance(one, dict) and "jobs" in one]
    (job,) = workflow["jobs"].values()
    ran = [step["run"] for step in job["steps"] if "run" in step]
    ours = [shlex.split(words)[1:] for words in ran if words.startswith("aigc-guard")]
    assert len(ours) == 2
    for words in ours:
        assert call(*words, folder).code == 0
    (hooks,) = [one for one in examples if isinstance(one, dict) and "repos" in one]
    known = {hook["id"] for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")}
    assert {hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]} == known
