from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aigc_guard.policy import redactions
from aigc_guard.records import Brief

RULE = {
    "id": "contact",
    "check": "pii",
    "limits": {"labels": ["PHONE_NUMBER", "EMAIL_ADDRESS"], "except": ["may_publish"]},
    "action": "redact",
}


def replaced(text: str, places: Any) -> str:
    for place in reversed(places):
        text = text[: place.start] + place.replacement + text[place.end :]
    return text


def spans(text: str, label: str, *values: str) -> list[tuple[str, float, int, int]]:
    found, at = [], 0
    for value in values:
        at = text.index(value, at)
        found.append((label, 0.9, at, at + len(value)))
        at += len(value)
    return found


@pytest.fixture
def redact(policy_of: Any, draft_of: Any, report_of: Any) -> Callable[..., str]:
    def run(text: str, *found: Any, language: str = "en", brief: Brief | None = None) -> str:
        draft = draft_of(text, brief, language=language)
        return replaced(
            text, redactions(policy_of(RULE), draft, brief, [report_of("pii", draft, *found)])
        )

    return run


def test_one_value_needs_no_number(redact: Callable[..., str]) -> None:
    text = "Call 202-555-0143, again: +1 (202) 555 0143."
    found = spans(text, "PHONE_NUMBER", "202-555-0143", "+1 (202) 555 0143")
    assert redact(text, *found) == "Call [phone number], again: [phone number]."


def test_different_values_are_numbered_in_reading_order(redact: Callable[..., str]) -> None:
    text = "A 202-555-0143, B 202-555-0199, A 2025550143, a@example.org."
    found = [
        *spans(text, "PHONE_NUMBER", "202-555-0143", "202-555-0199", "2025550143"),
        *spans(text, "EMAIL_ADDRESS", "a@example.org"),
    ]
    expected = "A [phone number 1], B [phone number 2], A [phone number 1], [e-mail]."
    assert redact(text, *found) == expected


def test_chinese_wording(redact: Callable[..., str]) -> None:
    text = "请拨打13900000001或13900000002。"
    found = spans(text, "PHONE_NUMBER", "13900000001", "13900000002")
    assert redact(text, *found, language="zh") == "请拨打【电话1】或【电话2】。"


def test_overlapping_findings_become_one_place(redact: Callable[..., str]) -> None:
    text = "Write to 5550143@example.org today."
    found = [
        *spans(text, "PHONE_NUMBER", "5550143"),
        *spans(text, "EMAIL_ADDRESS", "5550143@example.org"),
    ]
    assert redact(text, *found) == "Write to [e-mail] today."


def test_what_the_brief_allows_stands(redact: Callable[..., str]) -> None:
    brief = Brief(id="b", kind="news", may_publish=("press@example.org",))
    text = "Write to press@example.org or ann@example.org."
    found = spans(text, "EMAIL_ADDRESS", "press@example.org", "ann@example.org")
    assert redact(text, *found, brief=brief) == "Write to press@example.org or [e-mail]."


def test_shadow_rules_replace_nothing(policy_of: Any, draft_of: Any, report_of: Any) -> None:
    draft = draft_of("Call 202-555-0143.")
    report = report_of("pii", draft, ("PHONE_NUMBER", 0.9, 5, 17))
    assert redactions(policy_of({**RULE, "shadow": True}), draft, None, [report]) == ()


def test_a_value_is_replaced_wherever_it_occurs(redact: Callable[..., str]) -> None:
    text = (
        "Call 202-555-0143 (2025550143 after six), not 12025550143.5; "
        "ann@example.org, ann@example.org."
    )
    found = [
        *spans(text, "PHONE_NUMBER", "202-555-0143"),
        *spans(text, "EMAIL_ADDRESS", "ann@example.org"),
    ]
    expected = (
        "Call [phone number] ([phone number] after six), not 12025550143.5; [e-mail], [e-mail]."
    )
    assert redact(text, *found) == expected
    assert redact("Joann@example.org ann@example.org", ("EMAIL_ADDRESS", 0.9, 18, 33)) == (
        "Joann@example.org [e-mail]"
    )
