"""Where a name begins and ends: whole words, no titles, no neighbours, addresses in one."""

from __future__ import annotations

import pytest

from aigc_guard.checks.pii.extent import extents, joined
from aigc_guard.records import Span


def values(label: str, text: str, part: str) -> list[str]:
    start = text.index(part)
    found = extents(label, text, Span(start, start + len(part)))
    return [text[span.start : span.end] for span in found]


@pytest.mark.parametrize(
    ("label", "text", "part", "wanted"),
    [
        ("PERSON", "Ask Mr. Ortiz now", "Mr. Ortiz", ["Ortiz"]),
        ("PERSON", "Ask Mr. Ortiz now", "Mr.", []),
        ("PERSON", "Dr. Mia Ott came", ". Mia Ott", ["Mia Ott"]),
        ("PERSON", "said Hijacinta Godina", "jacinta Godina", ["Hijacinta Godina"]),
        ("PERSON", "(not by Ann Lee).", "Ann Lee)", ["Ann Lee"]),
        ("PERSON", "Mia Ott\nPaxata\nRoad 3", "Mia Ott\nPaxata", ["Mia Ott", "Paxata"]),
        ("PERSON", "Mia's car", "Mia's", ["Mia"]),
        ("PERSON", "Mister Lee", "Mister Lee", ["Mister Lee"]),
        ("ORGANIZATION", "Solarlist and Acme", "Solarlist and", ["Solarlist"]),
        ("ORGANIZATION", "ask Acme (UK) Ltd. today", "Acme (UK) Ltd.", ["Acme (UK) Ltd."]),
        ("ORGANIZATION", "王小明在百度工作", "百度", ["百度"]),
        ("ADDRESS", "at 77 Elm Street", "Elm Street", ["77 Elm Street"]),
        ("ADDRESS", "in 2027 Elm 5", "Elm 5", ["2027 Elm 5"]),
        ("ADDRESS", "Elm 5\nBonn\n655 437 108 fax", "Elm 5\nBonn\n655", ["Elm 5\nBonn"]),
        ("ADDRESS", "Elm 5\nBonn\n65520", "Elm 5\nBonn\n65520", ["Elm 5\nBonn\n65520"]),
        ("LOCATION", "x", "x", []),
    ],
)
def test_a_name_is_given_as_it_stands(label: str, text: str, part: str, wanted: list[str]) -> None:
    assert values(label, text, part) == wanted


def test_the_parts_of_an_address_are_one_also_in_a_quoted_letter() -> None:
    text = "> Mia Ott\n> Elm Street 5\n> Bonn\n> Chile 53111, and Rome"
    parts = [("Mia Ott", "PERSON"), ("Elm Street 5", "ADDRESS"), ("Bonn", "LOCATION"),
             ("Chile", "LOCATION"), ("53111", "ADDRESS"), ("Rome", "LOCATION")]  # fmt: skip
    names = [(text.index(part), text.index(part) + len(part), label) for part, label in parts]
    found = [(text[start:end], label) for start, end, label in joined(text, names)]
    assert found == [
        ("Mia Ott", "PERSON"),
        ("Elm Street 5\n> Bonn\n> Chile 53111", "ADDRESS"),
        ("Rome", "LOCATION"),
    ]
