"""The report: complete, self-contained, and without one personal value."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.audit.histogram import histograms
from aigc_guard.audit.passages import passages, visible
from aigc_guard.audit.report import RunReport, write_report
from aigc_guard.audit.report_html import render_html
from aigc_guard.audit.report_json import to_json
from aigc_guard.records import CheckReport, Finding, Outcome, Reason, Span, Status


class Tags(HTMLParser):
    """Collects tags and their attributes, and checks that they nest."""

    VOID = frozenset({"meta", "br", "rect", "line"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_file_that_fetches_and_runs_nothing(run_report: RunReport, language: str) -> None:
    tags = Tags(render_html(run_report, language))
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in tags.seen}
    for _tag, attributes in tags.seen:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
    assert "url(http" not in render_html(run_report, language)


def test_no_personal_value_in_any_artefact(
    run_report: RunReport, secrets: tuple[str, ...], tmp_path: Path
) -> None:
    write_report(run_report, tmp_path / "r")
    for path in (tmp_path / "r").iterdir():
        content = path.read_text(encoding="utf-8")
        assert not [value for value in secrets if value in content]
    assert "EMAIL_ADDRESS · 22" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_a_text_nobody_searched_is_not_shown(run_report: RunReport) -> None:
    html = render_html(run_report)
    assert "Call " not in html
    assert "nobody could look for personal values" in html


def test_json_has_the_shape_other_programs_rely_on(run_report: RunReport, tmp_path: Path) -> None:
    write_report(run_report, tmp_path)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["run"] == run_report.run
    assert data["briefs"] == 28
    assert data["outcomes"] == {"release": 24, "redact": 1, "review": 2, "block": 1}
    assert data["quarantined"][0]["row"] == 7
    blocked = next(item for item in data["drafts"] if item["outcome"] == "block")
    assert {"id", "brief", "kind", "outcome", "reasons", "coverage"} <= set(blocked)
    assert blocked["coverage"] == {"pii": 1.0, "toxicity": 1.0}
    assert blocked["reasons"][0]["rule"] == "no-insults"
    assert blocked["model_digest"]
    assert blocked["policy_digest"]
    assert blocked["models"] == {"pii": "e" * 64, "toxicity": "e" * 64}
    unread = next(item for item in data["drafts"] if item["kind"] == "legal")
    assert unread["coverage"] == {"pii": 0.0}


def test_a_redacted_version_that_is_held_counts_as_held(run_report: RunReport) -> None:
    item = run_report.drafts[-1]
    assert item.redacted is not None
    assert item.outcome is Outcome.REDACT
    left = Reason("redaction-incomplete", "", Outcome.REVIEW, {"en": "Something is left."})
    decision = replace(item.redacted.decision, outcome=Outcome.REVIEW, reasons=(left,))
    held = replace(item, redacted=replace(item.redacted, decision=decision), release=None)
    assert held.outcome is Outcome.REVIEW
    report = replace(run_report, drafts=(held,))
    assert report.outcomes["review"] == 1
    rules = [reason["rule"] for reason in to_json(report)["drafts"][0]["reasons"]]
    assert rules == ["no-phone-numbers", "redaction-incomplete"]
    assert "Something is left." in render_html(report)


def test_words_of_people_are_escaped(run_report: RunReport) -> None:
    item = run_report.drafts[0]
    evil = "<script>alert(1)</script>"
    item = replace(item, brief=replace(item.brief, id=evil))
    html = render_html(replace(run_report, drafts=(item,)))
    assert evil not in html
    assert "&lt;script&gt;" in html


def test_charts_count_every_measured_draft(run_report: RunReport) -> None:
    charts = {(chart.check, chart.label): chart for chart in histograms(run_report.drafts)}
    insult = charts["toxicity", "insult"]
    assert insult.drafts == 27
    assert sum(bar.held for bar in insult.bars) == 2
    assert insult.limits == (0.5,)
    assert all(0 <= bar.height_passed + bar.height_held <= 1.0001 for bar in insult.bars)


def test_hidden_characters_are_written_out() -> None:
    assert visible("a\u202eb\n") == "a‹U+202E›b\n"
    assert visible("\u200bx") == "‹U+200B›x"
    assert visible("👩\u200d🚀") == "👩\u200d🚀"


spans = st.tuples(st.integers(0, 30), st.integers(1, 10))


@given(
    st.text(st.sampled_from("ab c\u202e中🙂"), min_size=1, max_size=40),
    st.lists(spans),
    st.lists(spans),
)
def test_pieces_cover_the_text_once_and_hide_every_value(
    text: str, values: list[tuple[int, int]], places: list[tuple[int, int]]
) -> None:
    size = len(text)
    found = [
        Finding("pii", "X", 1.0, min(at, size), min(at + length, size)) for at, length in values
    ]
    reasons = [
        Reason("r", "c", Outcome.REVIEW, {}, start=min(at, size), end=min(at + length, size))
        for at, length in places
    ]
    report = CheckReport(
        "pii", "1", "", "", "", Status.OK, tuple(found), (Span(0, size),), {}
    )  # fmt: skip
    pieces = passages(text, [report], reasons)
    assert pieces is not None
    at = 0
    for piece in pieces:
        length = piece.length if piece.label else len(piece.text)
        if not piece.label:
            assert text[at : at + length] == piece.text
            assert not any(f.start < at + length and at < f.end for f in found)
        for number, reason in enumerate(reasons, 1):
            overlaps = reason.start < at + length and at < reason.end and reason.end > reason.start
            assert (number in piece.reasons) == overlaps
        at += length
    assert at == size
    ended = sorted(number for piece in pieces for number in piece.ends)
    assert ended == [n for n, reason in enumerate(reasons, 1) if reason.end > reason.start]


def test_long_texts_keep_what_is_marked() -> None:
    text = "a" * 20_000 + "insult" + "b" * 5
    whole = CheckReport(
        "pii", "1", "", "", "", Status.OK, (), (Span(0, len(text)),), {}
    )  # fmt: skip
    reason = Reason("r", "toxicity", Outcome.BLOCK, {}, start=20_000, end=20_006)
    pieces = passages(text, [whole], [reason])
    assert pieces is not None
    assert [piece.text for piece in pieces if piece.reasons] == ["insult"]
    assert sum(piece.left_out for piece in pieces) == 19_200


def test_the_page_has_no_colour_only_signs(run_report: RunReport) -> None:
    html = render_html(run_report)
    for mark in ("✓ Release", "✎ Redact", "◔ Review", "✕ Block"):
        assert re.search(re.escape(mark), html)
    assert html.count("<title>") == html.count("<desc>") + 1


def test_words_that_trip_a_rule_by_themselves_are_shown_as_such() -> None:
    text = "You are a stupid idiot, Ann."
    found = Finding("toxicity", "insult", 0.9, 0, len(text), detail={"words": "10-22"})
    harsh = CheckReport("toxicity", "2", "", "", "", Status.OK, (found,), (), {})
    name = Finding("pii", "PERSON", 1.0, 24, 27)
    whole = CheckReport("pii", "1", "", "", "", Status.OK, (name,), (Span(0, len(text)),), {})
    reason = Reason("r", "toxicity", Outcome.BLOCK, {}, label="insult", end=len(text))
    pieces = passages(text, [whole, harsh], [reason])
    assert pieces is not None
    assert [piece.text for piece in pieces if piece.cause] == ["stupid idiot"]
    other = Reason("r", "toxicity", Outcome.BLOCK, {}, label="threat", end=len(text))
    assert not any(piece.cause for piece in passages(text, [whole, harsh], [other]) or ())
