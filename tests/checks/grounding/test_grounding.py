"""What stands in the brief is borne out in every form; what doesn't is found at its place."""

from __future__ import annotations

import pytest

from aigc_guard.checks.examples import bad
from aigc_guard.checks.grounding.check import EXAMPLES, GroundingCheck, true_wording
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.runner import measure_batch
from aigc_guard.records import Brief, CheckReport, Fact, Source, Status, sha256_text


def measure(text: str, brief: Brief | None) -> CheckReport:
    subject = Subject(text=text, text_sha256=sha256_text(text), brief=brief)
    return measure_batch(GroundingCheck(), [subject], Context())[0]


def brief_of(*sources: str, facts: dict[str, str] | None = None) -> Brief:
    return Brief(
        id="b",
        kind="news",
        facts=tuple(Fact(name, value) for name, value in (facts or {}).items()),
        sources=tuple(Source(title="", text=text) for text in sources),
    )


def flagged(text: str, *sources: str, facts: dict[str, str] | None = None) -> list[tuple[str, str]]:
    report = measure(text, brief_of(*sources, facts=facts))
    assert report.status is Status.OK, report.error
    return [(f.label, text[f.start : f.end]) for f in report.findings if f.score >= 0.5]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_examples(example: object) -> None:
    from aigc_guard.checks.examples import Example

    assert isinstance(example, Example)
    report = measure_batch(GroundingCheck(), example.subjects(), Context())[0]
    assert example.mistakes(report) == []


def test_without_anything_to_compare_with_it_does_not_apply() -> None:
    assert measure("It costs $4.", None).status is Status.NOT_APPLICABLE
    assert measure("It costs $4.", brief_of()).status is Status.NOT_APPLICABLE


def test_another_brief_is_another_measurement() -> None:
    first = measure("It costs $4.", brief_of("It costs $4."))
    second = measure("It costs $4.", brief_of("It costs $5."))
    assert first.settings_digest != second.settings_digest
    assert not first.findings
    assert second.findings


def test_an_altered_quotation_leads_to_the_true_wording() -> None:
    brief = brief_of("Then Ms Lee said: “We never promised delivery before the summer.” She left.")
    text = 'Ms Lee said: "We always promised delivery before the summer."'
    (finding,) = measure(text, brief).findings
    assert finding.label == "QUOTATION"
    assert text[finding.start : finding.end] == "We always promised delivery before the summer."
    assert true_wording(finding, brief) == "We never promised delivery before the summer"
    assert "promised" not in repr(finding)


def test_a_quotation_from_nowhere_is_untraced() -> None:
    report = measure('He said: "All of us are going to the moon."', brief_of("He left at once."))
    (finding,) = report.findings
    assert finding.detail["problem"] == "untraced"
    assert true_wording(finding, brief_of("He left at once.")) == ""


def test_findings_lie_in_the_original_whatever_its_width() -> None:
    text = "营收达\u200b４３亿美元，Apple\u00adton公司"
    found = flagged(text, "营收达42亿美元。")
    assert ("FIGURE", "４３亿美元") in found


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The WHO agreed.", "The World Health Organization agreed."),
        ("The World Health Organization agreed.", "The WHO agreed."),
        ("J. Smith agreed.", "John Smith agreed."),
        ("Mr Smith agreed.", "John Smith agreed."),
        ("Smith's view held.", "John Smith agreed."),
        ("Acme Corporation grew.", "Acme Corp. grew."),
        ("Germans agreed.", "The German side agreed."),
        ("Yesterday the board met.", "The board met."),
        ("Our New And Improved Lamp\n\nIt shines.", "A lamp."),
    ],
)
def test_a_name_in_another_form_is_known(text: str, source: str) -> None:
    assert flagged(text, source) == []


@pytest.mark.parametrize(
    "text",
    [
        "Isn't it fine? Don't go; can't wait, won't stay.",
        "Can't they? Won't she? We're here. They've gone. Let's see.",
        "Well-known people came. Long-term plans hold.",
        "Yes, chaps. Buttercups grow. Webinars help.",
    ],
)
def test_ordinary_words_at_the_head_of_a_sentence_name_nobody(text: str) -> None:
    assert flagged(text, "The board met.") == []


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("The plan of Peter Kowalczyk held.", "Peter Kowalczyk", "NAME"),
        ("Dr Kowalczyk agreed.", "Kowalczyk", "PERSON"),
        ("Kowalczyk said so.", "Kowalczyk", "PERSON"),
        ("It was bought by Zentex Inc. last year.", "Zentex", "ORGANIZATION"),
        ("A spokesman of NASAX agreed.", "NASAX", "ORGANIZATION"),
    ],
)
def test_an_unknown_name_is_found(text: str, name: str, label: str) -> None:
    ((found, words),) = flagged(text, "The board met and agreed.")
    assert found == label
    assert name in words


def test_a_fact_lends_its_unit_and_a_lone_number_takes_one() -> None:
    facts = {"weight_kg": "2.5", "price": "49"}
    assert flagged("It weighs 2500 g and costs €49.", facts=facts) == []
    assert flagged("It weighs 2.5 lb.", facts=facts) == [("FIGURE", "2.5 lb")]


def test_the_drafts_own_numbering_is_not_looked_up() -> None:
    text = "1. Term\nThe term is 30 days.\n2. Notice\nSection 1 applies."
    assert flagged(text, "A term of thirty days; notice.") == []


def test_identifiers_are_looked_up() -> None:
    facts = {"model": "KX-200", "phone": "+1 212 555 0142"}
    assert flagged("The KX200, call (212) 555-0142.", facts=facts) == []
    assert flagged("The KX-300.", facts=facts) == [("CODE", "KX-300")]


def test_the_whole_of_a_long_text_is_read() -> None:
    text = "The board met and agreed. " * 8000 + "It paid $7."
    report = measure(text, brief_of("The board met and agreed."))
    (finding,) = report.findings
    assert text[finding.start : finding.end] == "$7"
    assert report.status is Status.OK


def test_examples_hold_what_they_say() -> None:
    """The harness notices a wrong example, so that the ones above prove something."""
    wrong = bad("It costs $4.", ("FIGURE", "$4"), sources=[Source(title="", text="It costs $4.")])
    report = measure_batch(GroundingCheck(), wrong.subjects(), Context())[0]
    assert wrong.mistakes(report)
