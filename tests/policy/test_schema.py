from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from aigc_guard.checks.catalogue import BUILT_IN, check_types
from aigc_guard.policy.schema import policy_schema, schema_text

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "policies/policy.schema.json"


def built_in() -> dict[str, type]:
    return {name: check_types()[name] for name in BUILT_IN}


def test_the_schema_file_is_up_to_date() -> None:
    mend = "python -m aigc_guard.policy.schema policies/policy.schema.json"
    assert WRITTEN.read_text(encoding="utf-8") == schema_text(built_in()), mend


def complaints(text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(policy_schema(built_in()))
    data = YAML(typ="safe", pure=True).load(text)
    return [error.message for error in validator.iter_errors(data)]


def test_the_schema_is_a_draft_7_schema() -> None:
    jsonschema.Draft7Validator.check_schema(policy_schema(built_in()))


@pytest.mark.parametrize("path", sorted(ROOT.glob("policies/*.yaml")), ids=lambda path: path.stem)
def test_shipped_policies_satisfy_it(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


BROKEN = sorted((ROOT / "tests/data/policies/broken").glob("*.yaml"))
SOUND = (ROOT / "tests/data/policies/sound.yaml").read_text(encoding="utf-8")
# What a schema can't see: YAML itself, and what one part of the file says about another.
BEYOND = {
    "tab", "unclosed-quote", "colon-in-text", "two-documents", "alias", "anchor", "merge",
    "tag", "duplicate-key", "key-not-text", "control-character", "second-id", "no-wording",
    "useless-wording", "empty-when-quoted", "provenance-redact", "provenance-quoted",
    "contradiction", "unknown-approval-rule", "setting", "limit-nan", "extends",
    "test-of-a-language-not-served", "test-of-a-rule-not-there", "waiver-of-no-rule",
    "waiver-of-everything", "waiver-by-its-owner", "waiver-for-too-long",
    "waiver-ends-too-early", "waiver-until-no-day", "waiver-of-a-label-it-has-not",
    "waiver-for-a-kind-not-served", "waiver-of-what-holds-nothing", "second-waiver",
    "marks-lift-too-much", "marks-unknown-notice", "marks-unknown-role",
    "retired-and-here", "run-redacts", "run-regenerates", "run-regenerates-when-quoted",
    "empty-batch", "least-number-alone", "run-held-by-no-rule", "run-held-by-a-single-draft",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", [path for path in BROKEN if path.stem not in BEYOND], ids=lambda path: path.stem
)
def test_the_schema_refuses_what_the_loader_refuses(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8"))


def test_what_is_beyond_the_schema_is_named_rightly() -> None:
    assert {path.stem for path in BROKEN} >= BEYOND


def test_the_sound_file_satisfies_it() -> None:
    assert complaints(SOUND) == []


def test_check_jsonschema_gives_the_verdicts_of_the_loader() -> None:
    """The tool that editors' hooks and build servers call, on files as they lie there."""
    sound = [*ROOT.glob("policies/*.yaml"), ROOT / "tests/data/policies/sound.yaml"]
    words = ["--schemafile", str(WRITTEN), "--output-format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words, *map(str, [*sound, *BROKEN])],
        capture_output=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    told = [*answer["errors"], *answer["parse_errors"]]
    refused = {Path(one["filename"]).resolve() for one in told}
    assert done.returncode == 1
    assert refused.isdisjoint(sound)
    assert {path.stem for path in BROKEN if path not in refused} <= BEYOND


def test_a_mistake_is_told_in_the_words_of_its_check() -> None:
    (message,) = complaints(SOUND.replace("insult: 0.6", "insults: 0.6"))
    assert "'insults' was unexpected" in message
