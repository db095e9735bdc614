"""Tests inside policies, judged with fakes and with the real provenance check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.policy_tests import CaseArchive, run_cases
from aigc_guard.policy import Policy, parse_policy
from aigc_guard.policy.trial import CaseResult, uncovered
from aigc_guard.records import CheckReport
from aigc_guard.testing import FakeCheck, FakeRaisingCheck, fake_as

SOUND = """\
policy: test
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en, zh]}
rules:
  - id: no-badword
    check: fake
    limits: {word: 0.8}
    action: block
    when_quoted: {action: review}
    message: A bad word.
    tests:
      trips:
        - text: This is a badword.
          outcome: block
        - {text: 'He said: "badword you".', outcome: review}
      passes: [This is a good word.]
  - id: origin
    check: provenance
    limits: {known_writer: true, known_training: true, declared_origin: true, same_brief: true,
             approved_kind: true, verifiable_writer: true, licensed_sources: true, faithful: true}
    action: review
    message: The origin is not in order.
    tests:
      trips:
        - {text: a, writer: {known: false}}
        - {text: a, writer: {trained_on: []}}
        - {text: a, writer: {remote: true}}
        - {text: a, writer: {approved_for: [legal]}}
        - {text: a, origin: {}}
        - {text: a, same_brief: false}
        - {text: a, faithful: false}
        - {text: a, sources: [{title: A study}]}
      passes:
        - a
        - {text: a, origin: {declared_by: Ann}}
        - {text: a, sources: [{title: A study, licence: CC0-1.0}]}
tests:
  - {text: A badword., outcome: block, trips: [no-badword], passes: [origin]}
  - {text: Nothing., outcome: release, passes: [no-badword]}
"""
Types = Mapping[str, type[Check]]


@pytest.fixture
def run(types: Types) -> Callable[..., tuple[Policy, list[CaseResult]]]:
    """The policy in ``text`` and what its tests show."""

    def judge(text: str, types: Types = types) -> tuple[Policy, list[CaseResult]]:
        policy = parse_policy(text, types)
        return policy, run_cases([policy], Context(), MemoryArchive(), seconds=60)

    return judge


Run = Callable[..., tuple[Policy, list[CaseResult]]]


def problems(results: Sequence[CaseResult]) -> list[tuple[int, str]]:
    return [(one.case.line, words["en"]) for one in results for words in one.problems]


def test_all_pass_and_cover_every_rule(run: Run) -> None:
    policy, results = run(SOUND)
    assert problems(results) == []
    assert all(one.passed for one in results)
    assert len(results) == 16
    assert uncovered(policy, results) == []


def test_tests_are_no_part_of_the_digest(run: Run, types: Types) -> None:
    policy = parse_policy(SOUND, types)
    without = SOUND[: SOUND.index("tests:\n  - {")].replace("[This is a good word.]", "[]")
    assert parse_policy(without, types).digest == policy.digest


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("word: 0.8", "word: 0.95", [(14, "should trip"), (14, "outcome"), (16, "should"),
                                     (16, "outcome"), (39, "should"), (39, "outcome")]),
        ("action: block", "action: review", [(14, "outcome"), (39, "outcome")]),
        ("a good word.]", "a badword.]", [(17, "should not")]),
        (", faithful: true}", "}", [(32, "origin should trip")]),
        ("writer: {known: false}", "writer: {known: true}", [(26, "origin should trip")]),
        ("outcome: release", "outcome: review", [(40, "is release, expected is review")]),
    ],
)  # fmt: skip
def test_what_changed_is_named_with_its_line(
    old: str, new: str, told: list[tuple[int, str]], run: Run
) -> None:
    _, results = run(SOUND.replace(old, new))
    found = problems(results)
    for line, words in told:
        assert any(line == at and words in problem for at, problem in found), found
    assert {line for line, _ in found} == {line for line, _ in told}


def test_a_rule_without_a_test_for_or_against_it_is_a_gap(run: Run) -> None:
    policy, results = run(
        SOUND.replace("passes: [This is a good word.]", "passes: []").replace(
            "passes: [no-badword]", "passes: [origin]"
        )
    )
    assert [words["en"] for _, words in uncovered(policy, results)] == [
        "no test passes the rule no-badword"
    ]


def test_a_test_that_never_reaches_its_rule_shows_nothing(run: Run) -> None:
    text = SOUND.replace("    action: block\n", "    action: block\n    jurisdictions: [CN]\n")
    policy, results = run(
        text.replace("[This is a good word.]", "[{text: A word., jurisdictions: [EU]}]")
    )
    assert all(one.passed for one in results)
    told = [words["en"] for _, words in uncovered(policy, results)]
    assert told == ["the test never reaches the rule no-badword"]


def test_a_check_that_can_not_run_proves_nothing(run: Run, types: Types) -> None:
    broken = {**types, "fake": fake_as("fake", FakeRaisingCheck)}
    policy, results = run(SOUND, broken)
    unread = [one for one in results if one.unread]
    assert {one.case.rule for one in unread} == {"no-badword", ""}
    assert not any(one.passed or one.problems for one in unread)
    assert "no test trips the rule no-badword" in [w["en"] for _, w in uncovered(policy, results)]


class FakeModelCheck(FakeCheck):
    """Counts how often it measures."""

    id = "fake"
    uses_model = True
    texts = 0

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        type(self).texts += len(subjects)
        return super().measure(subjects, context)


def test_models_measure_a_text_once(tmp_path: Path, types: Types) -> None:
    policy = parse_policy(SOUND, {**types, "fake": FakeModelCheck})
    place = tmp_path / "state/policy-tests.jsonl"
    first = run_cases([policy], Context(), CaseArchive(place), seconds=60)
    assert FakeModelCheck.texts == 5
    with place.open("a", encoding="utf-8") as file:
        file.write("not a report\n")
    again = run_cases([policy], Context(), CaseArchive(place), seconds=60)
    assert FakeModelCheck.texts == 5
    assert again == first
    assert all(one.passed for one in again)
