"""The published extractor finds what a draft claims."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.generators.extract import names, sentences, values

TEXT = (
    "On May 12, 2027, the Elmford Council said it would pay $4.2 million (about 12%) over 3 years. "
    '"We did not expect this," said Maria Lund, chair of Oak Trust.'
)


def test_values() -> None:
    found = {(v.type, TEXT[v.start : v.end]) for v in values(TEXT)}
    assert {
        ("date", "May 12, 2027"),
        ("money", "$4.2 million"),
        ("percent", "12%"),
        ("duration", "3 years"),
        ("quote", "We did not expect this"),
    } <= found


def test_names() -> None:
    found = [TEXT[v.start : v.end] for v in names(TEXT)]
    assert {"Elmford Council", "Maria Lund", "Oak Trust"} <= set(found)


def test_sentences_mind_abbreviations() -> None:
    assert sentences("Mr. Bean left. It rained.") == ["Mr. Bean left.", "It rained."]


@given(st.text(max_size=200))
def test_spans_are_ordered_apart_and_inside(text: str) -> None:
    last = 0
    for value in values(text):
        assert last <= value.start < value.end <= len(text)
        last = value.end
