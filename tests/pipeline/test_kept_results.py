"""What tests of policies showed is known again, and only as long as nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context
from aigc_guard.pipeline import kept_results
from aigc_guard.pipeline.fingerprint import fingerprint
from aigc_guard.pipeline.kept_results import KeptResults
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.policy import Policy, parse_policy
from aigc_guard.policy.trial import CaseResult
from aigc_guard.testing import FakeCheck, fake_as

TEXT = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: true-to-brief
    check: provenance
    limits: {faithful: true}
    action: review
    message: Not faithful.
    tests:
      trips: [{text: A secret draft., faithful: false}]
      passes: [A draft., {text: Another., faithful: false}]
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "models.lock"
    path.write_text("models: []\n", encoding="utf-8")
    return path


def run(policy: Policy) -> list[CaseResult]:
    return run_cases([policy], Context(), MemoryArchive(), seconds=60)


def kept(folder: Path, lock: Path) -> KeptResults:
    return KeptResults(folder / "state/policy-results.json", lock)


def test_results_are_known_again(tmp_path: Path, lock: Path) -> None:
    policy = parse_policy(TEXT)
    results = run(policy)
    assert [one.passed for one in results] == [True, True, False]
    assert kept(tmp_path, lock).get(policy) is None
    kept(tmp_path, lock).put(policy, results)
    moved = parse_policy("# a line more\n" + TEXT)
    found = kept(tmp_path, lock).get(moved)
    assert found is not None
    assert [one.problems for one in found] == [one.problems for one in results]
    assert [one.case.line for one in found] == [one.case.line + 1 for one in results]
    assert "secret" not in (tmp_path / "state/policy-results.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A draft.", "A daft."),
        ("faithful: true}", "same_brief: true}"),
        ("action: review", "action: block"),
        ("      trips: [{", "      trips: [{outcome: review, "),
    ],
)
def test_a_change_asks_anew(tmp_path: Path, lock: Path, old: str, new: str) -> None:
    policy = parse_policy(TEXT)
    kept(tmp_path, lock).put(policy, run(policy))
    assert old in TEXT
    assert kept(tmp_path, lock).get(parse_policy(TEXT.replace(old, new, 1))) is None


def test_other_models_or_another_program_ask_anew(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = parse_policy(TEXT)
    kept(tmp_path, lock).put(policy, run(policy))
    assert kept(tmp_path, lock).get(policy) is not None
    monkeypatch.setattr(kept_results, "fingerprint", lambda: "another")
    assert kept(tmp_path, lock).get(policy) is None
    monkeypatch.undo()
    lock.write_text("models: [another]\n", encoding="utf-8")
    assert kept(tmp_path, lock).get(policy) is None


def test_the_fingerprint_is_of_what_is_installed(tmp_path: Path) -> None:
    before = fingerprint.__wrapped__()
    (tmp_path / "another_check-1.0.dist-info").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert fingerprint.__wrapped__() != before
    assert fingerprint.__wrapped__() == before


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"KEY": 1}', '{"KEY": [{}, {}, {}]}'])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, lock: Path, broken: str) -> None:
    policy = parse_policy(TEXT)
    kept(tmp_path, lock).put(policy, run(policy))
    path = tmp_path / "state/policy-results.json"
    key = next(iter(json.loads(path.read_text(encoding="utf-8"))))
    path.write_text(broken.replace("KEY", key), encoding="utf-8")
    assert kept(tmp_path, lock).get(policy) is None


def test_only_what_was_measured_by_our_own_checks_is_kept(tmp_path: Path, lock: Path) -> None:
    text = TEXT.replace("check: provenance", "check: fake").replace(
        "{faithful: true}", "{word: 0.8}"
    )
    policy = parse_policy(text, {"fake": fake_as("fake", FakeCheck)})
    kept(tmp_path, lock).put(policy, run(policy))
    assert kept(tmp_path, lock).get(policy) is None
    ours = parse_policy(TEXT)
    unread: Sequence[CaseResult] = [
        CaseResult(ours.name, case, unread=("provenance",)) for case in ours.cases
    ]
    kept(tmp_path, lock).put(ours, unread)
    assert kept(tmp_path, lock).get(ours) is None


def test_the_file_does_not_grow_for_ever(tmp_path: Path, lock: Path) -> None:
    policies = [parse_policy(TEXT.replace("Not faithful", f"Not {n}")) for n in range(70)]
    results = run(policies[0])
    for policy in policies:
        kept(tmp_path, lock).put(policy, results)
    known = [kept(tmp_path, lock).get(policy) is not None for policy in policies]
    assert known == [False] * 6 + [True] * 64
