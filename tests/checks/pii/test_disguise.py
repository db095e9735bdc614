"""Identifiers behind a disguise are found at their place; rows of numbers are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.checks.pii.check import settle, values_in
from aigc_guard.checks.pii.disguise import undisguised
from aigc_guard.checks.pii.recognizers import identifier_analyzer
from aigc_guard.text import reveal


def found(text: str) -> list[tuple[str, str]]:
    values = values_in(text, reveal(text), identifier_analyzer())
    return [(one.label, text[one.start : one.end]) for one in settle(values) if one.score >= 0.4]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("m i a @ e x a m p l e . o r g", "EMAIL_ADDRESS"),
        ("mіа@ехаmple.org", "EMAIL_ADDRESS"),
        ("mia at example dot org", "EMAIL_ADDRESS"),
        ("4111·1111·1111·1111", "CREDIT_CARD"),
        ("4*1*1*1*1*1*1*1*1*1*1*1*1*1*1*1", "CREDIT_CARD"),
        ("④①①①①①①①①①①①①①①①", "CREDIT_CARD"),
        ("一三八〇〇一三八〇〇〇", "PHONE_NUMBER"),
        ("138/0013/8000", "PHONE_NUMBER"),
        ("GB82·WEST·1234·5698·7654·32", "IBAN_CODE"),
        ("1l0lO5194912310O2X", "CN_RESIDENT_ID"),
        ("一九二.一六八.四.二〇", "IP_ADDRESS"),
    ],
)
def test_a_disguised_identifier_is_found_whole(written: str, label: str) -> None:
    assert found(f"My details: {written}, as agreed.") == [(label, written)]


@pytest.mark.parametrize(
    "text",
    [
        "We meet at example.org on Monday at noon.",
        "Ask Connor @connor.",
        "Rows: 12 15 18 22 34 56 78 90 11 13 15 17.",
        "Version 1.2.3 of 2024-05-12, pages 20–2000, 1 2 3 4 5 6 7 8.",
        "第一二三四条与二〇二五年、二〇三〇年的计划。",
        "Order 4111 2222, 3333; 4444.",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert found(text) == []


@given(st.text(alphabet="a1@. -_·()xOl|:аα一〇①４\u200b中\n", max_size=40))
@settings(max_examples=200, deadline=None)
def test_offsets_of_every_rewriting_are_exact_and_monotone(text: str) -> None:
    for view in undisguised(text):
        starts, ends = list(view.starts), list(view.ends)
        assert len(view.text) == len(starts) == len(ends)
        assert starts == sorted(starts)
        assert ends == sorted(ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))
