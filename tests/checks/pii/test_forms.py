"""Identifiers by form and checksum, with reserved or made-up values only."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.checks.pii import checksums
from aigc_guard.checks.pii.check import NAMES, settle
from aigc_guard.checks.pii.forms import longest_run, number_starts
from aigc_guard.checks.pii.patterns import FORMS, find_forms, find_phones, real_domain
from aigc_guard.records import Finding


def found(text: str) -> set[tuple[str, str]]:
    values = {(label, text[a:b]) for label, a, b, _ in find_forms(text)}
    return values | {("PHONE_NUMBER", text[a:b]) for a, b in find_phones(text)}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("call (212) 555-0142 now", "PHONE_NUMBER", "(212) 555-0142"),
        ("call 212-555-0142.", "PHONE_NUMBER", "212-555-0142"),
        ("or 555-0199, please", "PHONE_NUMBER", "555-0199"),
        ("tel. +44 20 7946 0958", "PHONE_NUMBER", "+44 20 7946 0958"),
        ("手机13900001111。", "PHONE_NUMBER", "13900001111"),
        ("手机 139-0000-1111", "PHONE_NUMBER", "139-0000-1111"),
        ("热线010-62345678", "PHONE_NUMBER", "010-62345678"),
        ("身份证11010519491231002X，", "CN_RESIDENT_ID", "11010519491231002X"),
        ("代码91350100M000100Y43", "CN_CREDIT_CODE", "91350100M000100Y43"),
        ("卡号6222021234567890128", "CN_BANK_CARD", "6222021234567890128"),
        ("card 2221 0000 0000 0009", "CREDIT_CARD", "2221 0000 0000 0009"),
        ("SSN 536904399", "US_SSN", "536904399"),
        ("jo (at) example (dot) org", "EMAIL_ADDRESS", "jo (at) example (dot) org"),
        ("She lives at 12 Baker Street, Springfield.", "ADDRESS", "12 Baker Street, Springfield"),
        ("地址：北京市朝阳区建国路88号2单元301室。", "ADDRESS", "北京市朝阳区建国路88号2单元301室"),
    ],
)
def test_a_value_is_found_exactly(text: str, label: str, value: str) -> None:
    assert (label, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "It costs 1,299.00 dollars and weighs 2.5 kg.",
        "The plan of 2019-2024 has 12 parts.",
        "Order 20240512 was shipped.",
        "第12条，2024年5月12日，编号20240512。",
        "身份证110105194912310021",
        "版本 1.2.3 和 3.14159",
    ],
)
def test_plain_numbers_are_no_identifiers(text: str) -> None:
    assert found(text) == set()


def test_checksums_tell_right_from_wrong() -> None:
    assert checksums.luhn("4111111111111111")
    assert not checksums.luhn("4111111111111112")
    assert checksums.resident_id("11010519491231002x")
    assert not checksums.resident_id("11010519491331002X")
    assert checksums.credit_code("91350100M000100Y43")
    assert not checksums.credit_code("91350100M000100Y44")
    assert checksums.iban("GB82WEST12345698765432")
    assert not checksums.iban("GB82WEST12345698765431")


def test_reserved_and_public_suffixes_are_real_and_nothing_is_fetched() -> None:
    assert real_domain("jo@example.org")
    assert real_domain("jo@firm.example")
    assert not real_domain("jo@firm.notasuffix")


def test_the_stronger_finding_explains_the_weaker_one() -> None:
    card = Finding("pii", "CREDIT_CARD", 1.0, 5, 21)
    phone = Finding("pii", "PHONE_NUMBER", 0.75, 5, 21)
    person = Finding("pii", "PERSON", 0.99, 3, 10)
    apart = Finding("pii", "PERSON", 0.6, 30, 40)
    inside = Finding("pii", "LOCATION", 0.9, 32, 36)
    assert settle([apart, phone, person, card, inside]) == [card, apart, inside]


def test_what_reaches_beyond_a_stronger_finding_is_not_lost() -> None:
    address = Finding("pii", "ADDRESS", 0.9, 0, 40)
    phone = Finding("pii", "PHONE_NUMBER", 0.85, 20, 32)
    assert settle([address, phone]) == [address, phone]
    card = Finding("pii", "CREDIT_CARD", 1.0, 25, 44)
    assert settle([phone, card]) == [phone, card]


def test_a_value_is_reported_to_its_farther_end() -> None:
    """The shorter reading of one name that ends later leaves no tail standing."""
    strong = Finding("pii", "PERSON", 0.9, 0, 12)
    later = Finding("pii", "PERSON", 0.7, 6, 16)
    assert settle([later, strong]) == [Finding("pii", "PERSON", 0.9, 0, 16)]
    inner = Finding("pii", "PERSON", 0.95, 2, 5)
    assert settle([strong, inner]) == [Finding("pii", "PERSON", 0.95, 0, 12)]
    apart = Finding("pii", "PERSON", 0.7, 10, 18)
    assert settle([strong, apart]) == [strong, apart]


def test_the_greater_part_of_a_name_stays_beside_an_identifier() -> None:
    phone = Finding("pii", "PHONE_NUMBER", 0.85, 13, 25)
    name = Finding("pii", "PERSON", 0.9, 0, 16)
    assert settle([name, phone]) == [Finding("pii", "PERSON", 0.9, 0, 13), phone]
    around = Finding("pii", "PERSON", 0.9, 0, 40)
    assert settle([around, phone]) == [around, phone]
    misread = Finding("pii", "PERSON", 0.9, 10, 20)
    assert settle([misread, phone]) == [phone]


_FINDINGS = st.lists(
    st.builds(
        lambda label, score, start, size: Finding("pii", label, score, start, start + size),
        st.sampled_from(("PERSON", "ADDRESS", "PHONE_NUMBER", "CREDIT_CARD")),
        st.sampled_from((0.5, 0.75, 1.0)),
        st.integers(0, 30),
        st.integers(1, 15),
    ),
    max_size=7,
)


def _covered(findings: list[Finding]) -> set[int]:
    return {place for one in findings for place in range(one.start, one.end)}


@given(_FINDINGS, st.randoms())
def test_settling_leaves_nothing_standing(findings: list[Finding], rng: object) -> None:
    """Only a name that shares half of itself with an identifier may lose characters."""
    kept = settle(findings)
    certain = [f for f in findings if f.label == "ADDRESS" or f.label not in NAMES]
    assert _covered(certain) <= _covered(kept) <= _covered(findings)
    if not any(f.label not in NAMES for f in findings):
        assert _covered(kept) == _covered(findings)
    shuffled = list(findings)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert settle(shuffled) == kept


def test_what_is_a_number_for_certain_is_not_looked_at_again() -> None:
    text = "Call (212) 736-5000 or +44 20 7946 0018."
    places = list(find_phones(text))
    assert [text[start:end] for start, end in places] == ["(212) 736-5000", "+44 20 7946 0018"]
    assert list(find_phones(text, known=[(0, places[0][1])])) == places[1:]
    assert list(find_phones(text, known=[(places[0][0] + 1, places[0][1])])) == places
    assert list(find_phones(text, known=[(0, len(text))])) == []


@pytest.mark.parametrize("number", range(len(FORMS)))
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_form_is_skipped_for_a_text_that_it_matches(number: int, data: st.DataObject) -> None:
    form = FORMS[number]
    text = f"see {data.draw(st.from_regex(form.pattern))} there"
    wanted = list(form.pattern.finditer(text))
    assert all(longest_run(match[0]) >= form.run for match in wanted)
    found = form._matches(text, number_starts(text))
    assert [match.span() for match in found] == [match.span() for match in wanted]


def test_the_longest_run_of_digits_ends_at_letters_and_lines() -> None:
    assert longest_run("on 3 May call +1 (212) 555-0142 or 17") == 11
    assert longest_run("12a345\n6789, nothing else") == 4
    assert longest_run("none") == 0
