"""What a draft is compared with, what doesn't count, and what a measurement hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.lists import FOLDER
from aigc_guard.checks.originality import OriginalityCheck, OriginalitySettings
from aigc_guard.checks.originality.build import write_index
from aigc_guard.checks.originality.index import Document
from aigc_guard.checks.originality.labels import LABELS
from aigc_guard.checks.originality.releases import releases_of
from aigc_guard.checks.runner import measure_batch
from aigc_guard.errors import ModelUnavailable, PolicyError
from aigc_guard.models import ModelStore
from aigc_guard.policy import parse_policy
from aigc_guard.records import Brief, CheckReport, Fact, Source, Status, sha256_text

MODELS = Path(__file__).resolve().parents[3] / "models"
TEXT = (
    "The keeper of the lighthouse counted forty seven ships that winter and wrote the name of "
    "each into a blue book with a small brass lock"
)
BRIEF = Brief(id="b1", kind="news")


def measure(
    text: str, brief: Brief | None = BRIEF, context: Context | None = None, **settings: Any
) -> CheckReport:
    check = OriginalityCheck(OriginalitySettings(**{"training_texts": False, **settings}))
    subject = Subject(text, sha256_text(text), "en", brief=brief)
    (report,) = measure_batch(check, [subject], context or released(TEXT))
    return report


def released(*texts: str, brief: str = "b0") -> Context:
    return Context(releases=releases_of((f"r{at}", brief, t) for at, t in enumerate(texts)))


def labels(report: CheckReport) -> Mapping[str, float | None]:
    assert report.status is Status.OK, report.error
    return {one.label: one.value for one in report.findings}


def test_an_earlier_release_is_found_unless_it_is_of_the_same_brief() -> None:
    assert labels(measure(TEXT)) == {"released_run": 26, "near_duplicate": None}
    assert labels(measure(TEXT, context=released(TEXT, brief="b1"))) == {}
    assert labels(measure(TEXT, brief=None)) == {"released_run": 26, "near_duplicate": None}
    assert labels(measure(TEXT, releases=False, context=Context(releases=None),
                          brief=replace(BRIEF, sources=(Source("Log", text=TEXT),)))
                  ) == {"brief_source": 26}  # fmt: skip


def test_nothing_to_compare_with_is_not_applicable() -> None:
    assert measure(TEXT, context=Context()).status is Status.NOT_APPLICABLE
    nothing_yet = measure(TEXT, context=released())
    assert nothing_yet.status is Status.OK
    assert set(nothing_yet.scores) == set(LABELS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"facts": (Fact("what", TEXT),)}, {}),
        ({"required_terms": (TEXT,)}, {}),
        ({"may_publish": (TEXT,)}, {}),
        # Of 26 words the brief gives 14.
        ({"facts": (Fact("what", " ".join(TEXT.split()[:14])),)},
         {"released_run": 12}),
        ({"facts": (Fact("what", " ".join(TEXT.split()[:18])),)}, {}),
        ({"sources": (Source("Log", text=TEXT),)}, {"brief_source": 26}),
        ({"sources": (Source("Log", text=" ".join(TEXT.split()[:12])),)},
         {"brief_source": 12, "released_run": 14}),
    ],
)  # fmt: skip
def test_what_the_brief_gives_does_not_count(
    given: Mapping[str, Any], expected: Mapping[str, float | None]
) -> None:
    found = dict(labels(measure(TEXT, brief=replace(BRIEF, **given))))
    if "near_duplicate" not in expected:
        found.pop("near_duplicate", None)
    assert found == expected


def test_the_finding_stands_at_what_counts() -> None:
    known = " ".join(TEXT.split()[:14])
    report = measure(TEXT, brief=replace(BRIEF, facts=(Fact("what", known),)))
    (run,) = (one for one in report.findings if one.label == "released_run")
    assert TEXT[run.start : run.end] == " ".join(TEXT.split()[14:])
    assert run.detail["position"] == "14"
    assert all(word not in str(dict(run.detail)) for word in TEXT.split() if len(word) > 4)


def test_quotations_count_for_themselves() -> None:
    said = f"“{TEXT},” the keeper said."
    assert labels(measure(said)) == {"quoted_run": 26}
    half = " ".join(TEXT.split()[:13])
    rest = " ".join(TEXT.split()[13:])
    # One run over a quotation's border: both parts are long enough.
    assert labels(measure(f"“{half}” {rest}, he wrote.")) | {"near_duplicate": None} == {
        "quoted_run": 13,
        "released_run": 13,
        "near_duplicate": None,
    }
    assert labels(measure(f"“{TEXT}.”"))["released_run"] == 26  # nobody is named


def test_cutting_a_run_into_short_quotations_hides_nothing() -> None:
    words = TEXT.split()
    pieces = [f"“{' '.join(words[at : at + 6])}”, he said," for at in range(0, 24, 6)]
    whole = "“" + "” “".join(" ".join(words[at : at + 6]) for at in range(0, 24, 6)) + "” he said."
    assert labels(measure(whole))["quoted_run"] == 24
    assert "released_run" not in labels(measure(" ".join(pieces)))  # "he said" breaks each run


def test_allowed_passages_may_stand(tmp_path: Path) -> None:
    (tmp_path / "house.txt").write_text(f"# ours\n{TEXT}\n", encoding="utf-8")
    settings = OriginalitySettings.model_validate(
        {"training_texts": False, "allow": ["house.txt"]}, context={FOLDER: tmp_path}
    )
    check = OriginalityCheck(settings)
    subject = Subject(TEXT, sha256_text(TEXT), "en", brief=BRIEF)
    (report,) = check.measure([subject], released(TEXT))
    assert labels(report) == {}
    assert check.settings_digest != OriginalityCheck(OriginalitySettings()).settings_digest


POLICY = """
policy: p
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: copied
    check: originality
    with: {index: known.index, training_texts: false}
    limits: {values: {copied_run: 25}}
    action: review
    message: m
"""


def test_a_rule_names_an_index_beside_its_policy(tmp_path: Path) -> None:
    name = str(tmp_path / "p.yaml")
    with pytest.raises(PolicyError, match="can't be used") as caught:
        parse_policy(POLICY, name=name)
    assert caught.value.line == 9
    index = tmp_path / "known.index"
    write_index([(Document("book", "MIT"), TEXT)], index, about={})
    policy = parse_policy(POLICY, name=name)
    subject = Subject(TEXT, sha256_text(TEXT), "en", brief=BRIEF)
    request = policy.rules[0].request
    (report,) = request.create().measure([subject], Context())
    (run,) = (one for one in report.findings if one.label == "copied_run")
    assert (run.value, run.detail["source"], run.detail["licence"]) == (26, "book", "MIT")
    # Another index is another measurement, and another policy.
    write_index([(Document("book"), TEXT + " and a key")], index, about={})
    changed = parse_policy(POLICY, name=name)
    assert changed.digest != policy.digest
    assert changed.rules[0].request.settings_digest(subject) != request.settings_digest(subject)


def test_an_index_that_was_spoilt_fails_its_measurements(tmp_path: Path) -> None:
    index = tmp_path / "known.index"
    write_index([(Document("book"), TEXT)], index, about={})
    policy = parse_policy(POLICY, name=str(tmp_path / "p.yaml"))
    data = bytearray(index.read_bytes())
    data[-1] ^= 1
    index.write_bytes(data)
    subject = Subject(TEXT, sha256_text(TEXT), "en")
    (report,) = measure_batch(policy.rules[0].request.create(), [subject], Context())
    assert report.status is Status.FAILED
    assert "not what it was" in report.error


def test_a_measurement_hangs_on_what_it_was_compared_with() -> None:
    check = OriginalityCheck(OriginalitySettings(training_texts=False))
    empty, one = released(), released(TEXT)
    digests = {check.basis_digest(context) for context in (Context(), empty, one)}
    assert len(digests) == 3
    assert check.basis_digest(one) == check.basis_digest(released(TEXT))
    alone = OriginalityCheck(OriginalitySettings(training_texts=False, releases=False))
    assert alone.basis_digest(one) == alone.basis_digest(empty) == ""
    # Trust in the check does not hang on what was released since.
    assert check.identity(one) == check.identity(empty)
    other = replace(BRIEF, id="b2")
    subjects = [Subject(TEXT, "x", brief=brief) for brief in (BRIEF, other)]
    assert len({check.report_settings_digest(subject) for subject in subjects}) == 2


def test_without_an_index_of_training_texts_nothing_is_taken_for_clean() -> None:
    check = OriginalityCheck(OriginalitySettings())
    with pytest.raises(ModelUnavailable, match="lists no index"):
        check.model_digest(Context())
    report = measure(TEXT, training_texts=True)
    assert report.status is Status.FAILED


@pytest.mark.models
def test_the_shipped_index_knows_a_public_text_and_no_invented_one() -> None:
    """A sentence of a US government post (CC0) that the news writer was trained on."""
    store = ModelStore(MODELS)
    context = Context(models=store.facts(), model_loader=store)
    path = store.folder_of("originality-en") / "texts.index"
    assert path.stat().st_size <= 12_000_000
    assert labels(measure(TEXT, training_texts=True, context=context)) == {}
    public = (
        "The MY TSA mobile app and website developed by the Transportation Security "
        "Administration (TSA) is designed to help passengers better prepare for security"
    )
    report = measure(f"It is said that {public}.", training_texts=True, context=context)
    (run,) = report.findings
    assert (run.label, run.value) == ("training_run", 23)
    assert run.end - run.start == len(public)
    assert run.detail["source"].startswith("gov/digital.gov")
    assert run.detail["licence"] == "CC0-1.0"
    assert report.model_digest
