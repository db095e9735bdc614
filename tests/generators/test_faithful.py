"""What is missing, repeated or invented is named; a faithful pattern has no notes."""

from __future__ import annotations

import pytest

from aigc_guard.generators.faithful import is_repetitive, pattern_notes, text_notes
from aigc_guard.generators.linearise import Slot, slot_of

SLOTS = [
    slot_of("who", "The museum"),
    slot_of("what", "opened a hall"),
    slot_of("when", "on Friday"),
]


def test_a_faithful_pattern_has_no_notes() -> None:
    assert pattern_notes("\x000\x00 \x001\x00 \x002\x00.", SLOTS) == ()


@pytest.mark.parametrize(
    ("pattern", "note"),
    [
        ("\x000\x00 \x001\x00.", "missing:when"),
        ("\x000\x00 \x001\x00 \x002\x00 and \x002\x00.", "repeated:when"),
        ("\x000\x00 \x001\x00 \x002\x00 for 300 guests.", "invented:figure"),
        ("\x000\x00 \x001\x00 \x002\x00 in June.", "invented:figure"),
        ("\x000\x00 \x001\x00 \x002\x00 with Anna Berg.", "invented:name"),
        ('\x000\x00 \x001\x00 \x002\x00. "It is great," it said.', "invented:quote"),
        ("\x000\x00 \x001\x00 \x002\x00 and", "unfinished"),
        ("\x000\x00 \x001\x00 \x002\x00 and so on and so on and so on and so on.", "repetition"),
        ("\x000\x00 \x001\x00 \x002\x00 with laptops.", "invented:word"),
    ],
)
def test_each_fault_is_named(pattern: str, note: str) -> None:
    assert note in pattern_notes(pattern, SLOTS, leaks=("laptop",))


def test_terms_of_art_are_no_names() -> None:
    pattern = "Under this Agreement \x000\x00 \x001\x00 \x002\x00."
    assert "invented:name" in pattern_notes(pattern, SLOTS)
    assert pattern_notes(pattern, SLOTS, terms=("Agreement",)) == ()


def test_parties_may_be_named_again() -> None:
    slots = [Slot("party a", "Acme Ltd", "name")]
    pattern = "\x000\x00 shall pay what \x000\x00 owes."
    assert pattern_notes(pattern, slots) == ("repeated:party a",)
    assert pattern_notes(pattern, slots, repeatable=[0]) == ()


def test_a_free_text_is_compared_with_the_facts() -> None:
    facts = [Slot("price", "$39.90", "money"), Slot("product", "Harbour Lantern", "name")]
    assert text_notes("The Harbour Lantern costs $39.90.", facts) == ()
    assert "missing:price" in text_notes("The Harbour Lantern is cheap.", facts)
    assert "invented:figure" in text_notes("The Harbour Lantern costs $39.90, not $80.", facts)


def test_repetition() -> None:
    assert is_repetitive("this is is is odd")
    assert not is_repetitive("it is made of steel and it is made to last")


@pytest.mark.parametrize(
    ("pattern", "facts"),
    [
        ("It is \x000\x00.", [("background", "The bridge was closed in 2019")]),
        ("\x000\x00 announced \x001\x00.", [("who", "The board"), ("what", "opened a hall")]),
        ("\x000\x00 is \x001\x00.", [("product", "Summit"), ("category", "hiking boots")]),
        ("\x000\x00 may end it with \x001\x00.", [("party a", "Acme Ltd"), ("period", "30 days")]),
        ("It is made of \x000\x00 and..", [("material", "oak")]),
        ("It is made of \x000\x00. Void.", [("material", "oak")]),
        ("It is made of \x000\x00 (.", [("material", "oak")]),
    ],
)
def test_broken_language_is_named(pattern: str, facts: list[tuple[str, str]]) -> None:
    assert "garbled" in pattern_notes(pattern, [slot_of(*fact) for fact in facts])


def test_a_claim_needs_its_fact() -> None:
    belongs = {"battery": ("battery",)}
    lamp = [slot_of("product", "Lamp")]
    assert "invented:word" in pattern_notes("\x000\x00 has a battery.", lamp, belongs=belongs)
    both = [*lamp, slot_of("battery", "9 hours")]
    assert pattern_notes("\x000\x00: the battery lasts \x001\x00.", both, belongs=belongs) == ()
