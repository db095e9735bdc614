"""Drafts in another language than the one asked for are told apart, sentence by sentence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.language.passages import read_passages
from aigc_guard.checks.runner import measure_batch
from aigc_guard.records import CheckReport, Span, Status, sha256_text
from tests.checks.language.texts import TEXTS


def measured(text: str, language: str = "en", **settings: str) -> CheckReport:
    check = create_check("language", settings)
    (report,) = measure_batch(check, [Subject(text, sha256_text(text), language)], Context())
    assert report.status is Status.OK, report.error
    assert report.coverage == ((Span(0, len(text)),) if text else ())
    return report


def passages(text: str, language: str = "en") -> list[str]:
    found = measured(text, language).findings
    return [text[one.start : one.end] for one in found if one.label == "foreign_passage"]


@pytest.mark.parametrize("asked", ["en", "zh"])
def test_single_sentences_of_other_languages_are_found(asked: str) -> None:
    rows = [row for lang, text in TEXTS.items() if lang != asked for row in text.splitlines()]
    missed = [row for row in rows if not read_passages(row, asked).passages]
    assert len(rows) > 100
    assert len(missed) <= 0.05 * len(rows), missed


def test_whole_texts_are_told_by_name() -> None:
    for asked in ("en", "zh"):
        for language, text in TEXTS.items():
            found = {one.found for one in read_passages(text, asked).passages}
            assert (language in found) is (language != asked), (asked, language, found)


@pytest.mark.parametrize("asked", ["en", "zh"])
def test_nothing_is_found_in_the_language_asked_for(asked: str) -> None:
    assert passages(TEXTS[asked], asked) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The word Schadenfreude (die Freude am Schaden eines anderen) came up.", "en"),
        ("See https://beispiel.example/das/ist/der/weg/und/nicht/ein/anderer for more.", "en"),
        ("The novel 《红楼梦》 is read in 北京大学 and in Leipzig.", "en"),
        ("He works for Société Générale de Belgique and Banco do Brasil.", "en"),
        ("Δ is a letter; so is Ж, and the song is called Калинка.", "en"),
        ("本店出售 LEGO Star Wars Ultimate Collector Series 系列。", "zh"),
        ("设备支持 Wi-Fi 6、Bluetooth 5.3 及 USB Power Delivery。", "zh"),
        ("她说：“I would rather be here than anywhere else.”全场鼓掌。", "zh"),
        ("美の台灯，给你不一样的夜晚。", "zh"),
        ("12.5 % – 49 €", "en"),
        ("", "zh"),
    ],
)
def test_names_quotations_and_addresses_are_left_out(text: str, language: str) -> None:
    assert passages(text, language) == []


def test_a_text_that_only_quotes_is_no_quotation() -> None:
    text = '"Der Rat hat den Haushalt am Montag beschlossen, und die Brücke ist offen."'
    assert passages(text) != []


def test_the_share_is_a_value_and_names_the_language() -> None:
    text = TEXTS["en"] + "\n" + TEXTS["de"]
    whole = next(one for one in measured(text).findings if one.label == "other_language")
    assert (whole.start, whole.end, whole.detail["found"]) == (0, 0, "de")
    assert whole.value == pytest.approx(100 * whole.score, abs=0.1)
    assert 40 < (whole.value or 0) < 65
    assert whole.unit == "percent of the text"


def test_chinese_scripts() -> None:
    mixed = "委员会批准了预算。新橋將於春季開放。"
    found = measured(mixed, "zh").findings
    assert [(one.label, mixed[one.start : one.end]) for one in found] == [
        ("traditional_script", "新橋將於春季開放。")
    ]
    found = measured(mixed, "zh", chinese="traditional").findings
    assert [(one.label, mixed[one.start : one.end]) for one in found] == [
        ("simplified_script", "委员会批准了预算。")
    ]
    assert measured(mixed, "zh", chinese="any").findings == ()
    assert measured("東京的樱花开了。", "zh").findings == ()  # one character of a name


def test_hidden_characters_and_width_keep_their_places() -> None:
    text = "The bridge is open. D\u200ber Rat hat ｄｅｎ Haushalt am Montag beschlossen."
    assert passages(text) == ["D\u200ber Rat hat ｄｅｎ Haushalt am Montag beschlossen"]


def test_a_language_that_nobody_knows_does_not_apply() -> None:
    check = create_check("language")
    (report,) = measure_batch(check, [Subject("Abc", sha256_text("Abc"), "xx")], Context())
    assert report.status is Status.NOT_APPLICABLE


def test_the_last_of_200_000_characters_is_read_in_good_time() -> None:
    text = "The supplier delivers on time, " * 6500 + "\nDer Rat hat den Haushalt beschlossen"
    assert len(text) > 200_000
    began = time.monotonic()
    assert passages(text)[-1] == "Der Rat hat den Haushalt beschlossen"
    assert time.monotonic() - began < 20


@given(st.text(max_size=80), st.sampled_from(["en", "zh", "de"]))
def test_any_text_is_read_and_every_place_lies_in_it(text: str, asked: str) -> None:
    for one in measured(text, asked).findings:
        assert 0 <= one.start <= one.end <= len(text)
        assert 0 < one.score <= 1
        assert one.detail.get("found", "").isascii()
