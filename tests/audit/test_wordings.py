"""An altered quotation is shown with what the brief says, and with no personal value of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aigc_guard.audit.report_html import render_html
from aigc_guard.audit.report_json import to_json
from aigc_guard.audit.wordings import Excerpt, TrueWording, excerpts, revealed, wording
from aigc_guard.checks.grounding.check import GroundingCheck
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.records import (
    Brief,
    CheckReport,
    Finding,
    Outcome,
    Reason,
    Source,
    Status,
    sha256_text,
)

from .conftest import draft, item, make_run_report, report

SOURCE = (
    "The hearing began at noon. Then the chair said: “We never promised delivery before the"
    " summer to Mara Quill.” The hearing went on."
)
TEXT = 'The chair said: "We always promised delivery before the summer to Mara Quill."'
BRIEF = Brief("b", "news", sources=(Source("Hearing", text=SOURCE),))
TRUE = "We never promised delivery before the summer to Mara Quill"


@pytest.fixture
def measured() -> CheckReport:
    subject = Subject(TEXT, sha256_text(TEXT), brief=BRIEF)
    return GroundingCheck().measure([subject], Context())[0]


def reasons_of(measured: CheckReport) -> list[Reason]:
    return [
        Reason("true-quotes", one.check, Outcome.REVIEW, {"en": "Not so."}, one.label, one.score,
               one.start, one.end)
        for one in measured.findings
        if one.label == "QUOTATION"
    ]  # fmt: skip


def searched(excerpt: Excerpt, *found: Finding, status: Status = Status.OK) -> CheckReport:
    return report(replace(draft(1, excerpt.text)), "pii", *found, status=status)


def test_the_true_wording_is_masked(measured: CheckReport) -> None:
    (excerpt,) = excerpts([measured], BRIEF, reasons_of(measured))
    assert revealed(excerpt).words == TRUE
    start = excerpt.text.index("Mara Quill")
    person = Finding("pii", "PERSON", 0.9, start, start + 10)
    shown = wording(excerpt, searched(excerpt, person))
    assert shown.words == TRUE.replace("Mara Quill", "[PERSON · 10]")
    assert (shown.part, shown.number) == ("source", 1)
    assert TEXT[shown.start : shown.end].startswith("We always")


@pytest.mark.parametrize("status", [Status.FAILED, Status.INCOMPLETE, Status.NOT_APPLICABLE])
def test_words_that_nobody_searched_are_not_shown(measured: CheckReport, status: Status) -> None:
    (excerpt,) = excerpts([measured], BRIEF, reasons_of(measured))
    assert wording(excerpt, searched(excerpt, status=status)).words is None
    assert wording(excerpt, None).words is None


def test_only_what_a_reason_speaks_of_is_looked_up(measured: CheckReport) -> None:
    assert list(excerpts([measured], BRIEF, [])) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reports_show_it_under_its_reason(measured: CheckReport, language: str) -> None:
    (why,) = reasons_of(measured)
    told = TrueWording(why.start, why.end, "source", 1, "We [PERSON · 4] <never> promised")
    made = draft(40, TEXT)
    one = item(made, (measured, report(made, "pii")), Outcome.REVIEW, why, wordings=(told,))
    run = replace(make_run_report(), drafts=(one,))
    html = render_html(run, language)
    assert "We [PERSON · 4] &lt;never&gt; promised" in html
    assert {"en": "The brief says (source 1):", "zh": "任务单原文"}[language] in html
    (entry,) = to_json(run)["drafts"]
    assert [reason["true_wording"] for reason in entry["reasons"]] == [
        {"in": "source", "number": 1, "words": "We [PERSON · 4] <never> promised"}
    ]
    hidden = replace(one, wordings=(replace(told, words=None),))
    html = render_html(replace(run, drafts=(hidden,)), language)
    assert "promised delivery before" in html  # the draft's own words
    assert {"en": "The true wording is not shown", "zh": "原文未显示"}[language] in html
    json.dumps(to_json(run))
