"""Every installed check does on its own examples what they say, and documents itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import check_types, create_check
from aigc_guard.checks.examples import Example, bad, examples_of, good
from aigc_guard.checks.interface import Batch, Context
from aigc_guard.checks.originality.releases import releases_of
from aigc_guard.checks.runner import measure_batch
from aigc_guard.models import ModelStore
from aigc_guard.records import CheckReport, Finding, Span, Status

MODELS = Path(__file__).resolve().parents[2] / "models"


def _cases() -> list[object]:
    cases = []
    for check_id, kind in check_types().items():
        marks = [pytest.mark.models] if kind.uses_model else []
        for number, example in enumerate(examples_of(kind)):
            name = f"{check_id}-{number}-{'good' if example.is_good else 'bad'}"
            cases.append(pytest.param(check_id, example, id=name, marks=marks))
    return cases


@pytest.fixture(scope="module")
def model_context() -> Context:
    store = ModelStore(MODELS)
    return Context(models=store.facts(), model_loader=store)


@pytest.mark.parametrize(("check_id", "example"), _cases())
def test_an_example_is_measured_as_it_says(
    check_id: str, example: Example, request: pytest.FixtureRequest
) -> None:
    check = create_check(check_id, example.settings)
    context = Context()
    if check.uses_model:
        context = request.getfixturevalue("model_context")
    subjects = example.subjects()
    if check.reads_releases:
        known = [(name, "another brief", text) for name, text in example.references.items()]
        context = replace(context, releases=releases_of(known))
    if check.compares:
        context = replace(context, batch=Batch(tuple(subjects)))
    report = measure_batch(check, subjects, context)[0]
    assert report.status is Status.OK, report.error
    assert example.mistakes(report) == []


def _incomplete(examples: tuple[Example, ...]) -> set[tuple[str, bool]]:
    """Which of good and bad, English and Chinese are not shown."""
    shown = {(one.language, one.is_good) for one in examples}
    return {("en", True), ("en", False), ("zh", True), ("zh", False)} - shown


def test_checks_show_good_and_bad_examples_in_both_languages() -> None:
    own = {name: examples_of(kind) for name, kind in check_types().items() if not kind.examples}
    del own["provenance"]  # reads no text
    lacking = {name: _incomplete(examples) for name, examples in own.items()}
    assert {name: lack for name, lack in lacking.items() if lack} == {}


def _report(text: str, *found: Finding) -> CheckReport:
    return CheckReport("x", "1", "", "", "", Status.OK, found, (Span(0, len(text)),))


def test_an_example_fails_when_something_is_missing_or_too_much() -> None:
    hit = Finding("x", "swear", 1.0, 4, 7)
    example = bad("oh, bad", ("swear", "bad"))
    assert example.mistakes(_report(example.text, hit)) == []
    assert example.mistakes(_report(example.text))
    assert example.mistakes(_report(example.text, hit, hit))
    assert example.mistakes(_report(example.text, replace(hit, label="other")))
    assert good("oh, bad").mistakes(_report(example.text, hit))
    assert good("oh, bad").mistakes(_report(example.text, replace(hit, score=0.2))) == []
    somewhere = bad("oh, bad", ("swear", None))
    assert somewhere.mistakes(_report(example.text, hit)) == []
    assert somewhere.mistakes(_report(example.text))


def test_an_example_with_facts_has_a_brief_and_a_draft() -> None:
    (first, second) = bad("It costs 4.", facts={"price": "4"}, batch=("It costs 5.",)).subjects()
    assert first.brief is not None
    assert first.brief.facts[0].value == "4"
    assert first.draft is not None
    assert second.draft is not None
    assert (first.draft.text, second.draft.text) == ("It costs 4.", "It costs 5.")
    assert second.brief is not None
    assert second.brief.facts == first.brief.facts
    assert second.brief.id != first.brief.id  # a batch has one draft for each order
    other = good("It costs 5.", facts={"price": "5"})
    (_, third) = bad("It costs 4.", facts={"price": "4"}, batch=(other,)).subjects()
    assert third.brief is not None
    assert third.brief.facts[0].value == "5"
    assert good("It costs 4.").subjects()[0].brief is None
