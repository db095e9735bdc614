"""The PII check in one offset space, over presidio, with a names model of random weights."""

from __future__ import annotations

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.pii import PiiCheck, PiiSettings
from aigc_guard.checks.pii.names import Name, join_tags
from aigc_guard.errors import ModelUnavailable
from aigc_guard.records import CheckReport, Span, Status, sha256_text
from aigc_guard.testing.tiny_guard import FakeModelLoader, write_fake_guard

NAMES = {"PERSON", "LOCATION", "ORGANIZATION"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = write_fake_guard(tmp_path_factory.mktemp("guard"))
    return Context(model_loader=FakeModelLoader(guard_en=folder, guard_zh=folder))


def measure(text: str, context: Context, language: str = "en") -> CheckReport:
    return PiiCheck().measure([Subject(text, sha256_text(text), language)], context)[0]


def values(text: str, report: CheckReport) -> set[tuple[str, str]]:
    return {(f.label, text[f.start : f.end]) for f in report.findings if f.label not in NAMES}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_identifiers_of_both_countries_in_either_language(context: Context, language: str) -> None:
    text = (
        "🎉你好！Write to jo@example.org or call (212) 555-0142.\n"
        "手机：１３９０００01111，身份证11010519491231002X。IBAN GB82 WEST 1234 5698 7654 32"
    )
    report = measure(text, context, language)
    assert report.status is Status.OK
    assert report.coverage == (Span(0, len(text)),)
    assert values(text, report) >= {
        ("EMAIL_ADDRESS", "jo@example.org"),
        ("PHONE_NUMBER", "(212) 555-0142"),
        ("PHONE_NUMBER", "１３９０００01111"),
        ("CN_RESIDENT_ID", "11010519491231002X"),
        ("IBAN_CODE", "GB82 WEST 1234 5698 7654 32"),
    }


def test_invisible_characters_hide_nothing(context: Context) -> None:
    text = "Write to j\u200bo@exam\u00adple.org now"
    assert ("EMAIL_ADDRESS", "j\u200bo@exam\u00adple.org") in values(text, measure(text, context))


def test_findings_hold_no_value(context: Context) -> None:
    report = measure("Call (212) 555-0142.", context)
    assert all("555" not in repr(dict(f.detail)) for f in report.findings)


def test_without_a_model_nothing_passes() -> None:
    with pytest.raises(ModelUnavailable):
        measure("hello", Context(model_loader=FakeModelLoader()))


def test_one_model_can_read_all_when_the_other_is_switched_off(context: Context) -> None:
    text = "你好 jo@example.org"
    report = PiiCheck(PiiSettings(model_zh="")).measure(
        [Subject(text, sha256_text(text), "zh")], context
    )[0]
    assert ("EMAIL_ADDRESS", "jo@example.org") in values(text, report)


def test_tags_join_to_whole_words() -> None:
    text = "mia lindgren of acme."
    offsets = [(0, 0), (0, 3), (4, 8), (8, 12), (13, 15), (16, 20), (20, 21), (0, 0)]
    tags = ["O", "B-PERSON", "I-PERSON", "O", "O", "B-ORGANIZATION", "O", "O"]
    names = list(join_tags(text, offsets, tags, [1.0] * 8))
    assert names == [Name("PERSON", 0, 12, 1.0), Name("ORGANIZATION", 16, 20, 1.0)]
