"""What is missing, repeated or invented is named; a faithful pattern has no notes."""

from __future__ import annotations

import pytest

from aigc_guard.generators.faithful import is_repetitive, pattern_notes, read_notes, text_notes
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
        ("Perfect for \x000\x00 and seasoned.", [("use", "picnics")]),
        ("With \x000\x00 and it is a pleasure.", [("feature", "four chairs")]),
        ("It moved \x000\x00.", [("reason", "high costs")]),
        ("It moved \x000\x00.", [("reason", "the roof leaks badly now")]),
        ("Enjoy \x000\x00.", [("feature", "saves an hour a day")]),
        ("It has \x000\x00.", [("feature", "dishwasher safe")]),
        (
            "It costs \x000\x00. \x001\x00. Get it now.",
            [("price", "$4"), ("offer date", "until Sunday")],
        ),
        (
            "It has \x000\x00 and \x001\x00.",
            [("feature", "a lid"), ("feature", "dishwasher safe")],
        ),
        (
            "It \x000\x00, \x001\x00 and more of it.",
            [("feature", "folds flat"), ("feature", "a lid")],
        ),
        ("It is made of \x000\x00. Void.", [("material", "oak")]),
        ("It is made of \x000\x00 (.", [("material", "oak")]),
    ],
)
def test_broken_language_is_named(pattern: str, facts: list[tuple[str, str]]) -> None:
    assert "garbled" in pattern_notes(pattern, [slot_of(*fact) for fact in facts])


@pytest.mark.parametrize(
    ("pattern", "features"),
    [
        ("It is \x000\x00.", ["dishwasher safe"]),
        ("Good to know: it is \x000\x00 and \x001\x00.", ["waterproof", "washable"]),
        ("It is \x000\x00 and has \x001\x00.", ["waterproof", "a lid"]),
        ("It \x000\x00 and is \x001\x00.", ["folds flat", "waterproof"]),
        ("It has \x000\x00 and \x001\x00.", ["a lid", "folds flat"]),
        ("It \x000\x00 and \x001\x00.", ["folds flat", "saves an hour a day"]),
        ("It has \x000\x00, \x001\x00 and \x002\x00.", ["a lid", "a strap", "two hooks"]),
    ],
)
def test_features_stand_where_such_words_can(pattern: str, features: list[str]) -> None:
    assert pattern_notes(pattern, [slot_of("feature", value) for value in features]) == ()


@pytest.mark.parametrize(
    ("pattern", "notes"),
    [
        ("Perfect for \x000\x00.", ()),
        ("Made with \x000\x00 in mind.", ()),
        ("For \x000\x00, it costs \x001\x00.", ()),
        ("Perfect for \x000\x00 as a charming piece.", ("invented:word",)),
        ("For \x001\x00 it is made for \x000\x00 and home decor.", ("invented:word",)),
    ],
)
def test_behind_what_closes_a_sentence_nothing_is_added(
    pattern: str, notes: tuple[str, ...]
) -> None:
    slots = [slot_of("use", "picnics"), Slot("price", "$5", "money")]
    found = pattern_notes(pattern, slots, closes=["use"])
    assert tuple(note for note in found if not note.startswith("missing")) == notes


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("It moved \x000\x00.", "to save money"), ("The reason: \x000\x00.", "high costs")],
)
def test_a_reason_is_joined_as_one(pattern: str, reason: str) -> None:
    assert pattern_notes(pattern, [slot_of("reason", reason)]) == ()


def test_a_claim_needs_its_fact() -> None:
    belongs = {"battery": ("battery",)}
    lamp = [slot_of("product", "Lamp")]
    assert "invented:word" in pattern_notes("\x000\x00 has a battery.", lamp, belongs=belongs)
    both = [*lamp, slot_of("battery", "9 hours")]
    assert pattern_notes("\x000\x00: the battery lasts \x001\x00.", both, belongs=belongs) == ()


@pytest.mark.parametrize(
    ("pattern", "fact", "value", "notes"),
    [
        ("Dogs are welcome.", "dogs allowed", "yes", ()),
        ("Dogs are not allowed.", "dogs allowed", "no", ()),
        ("It has internet, and dogs are not allowed.", "dogs allowed", "no", ()),
        ("Dogs are not allowed.", "dogs allowed", "yes", ("contradiction",)),
        ("Dogs are welcome.", "dogs allowed", "no", ("contradiction",)),
        ("It is a hotel.", "dogs allowed", "yes", ("missing:dogs allowed",)),
        ("Dogs are welcome.", "dogs allowed", "none", ("missing:dogs allowed",)),
        ("It is a pool of fun.", "pool", "yes", ("missing:pool",)),
    ],
)
def test_a_yes_or_a_no_is_said_as_given(
    pattern: str, fact: str, value: str, notes: tuple[str, ...]
) -> None:
    reads = {"dogs allowed": ("dog",), "internet": ("internet",)}
    assert read_notes(pattern, [slot_of(fact, value)], reads) == notes


TERM = [
    Slot("party a", "Acme Ltd", "name"),
    Slot("effective date", "1 March 2027", "date"),
    Slot("end date", "28 February 2032", "date"),
]


@pytest.mark.parametrize(
    ("pattern", "notes"),
    [
        ("\x000\x00's lease begins on \x001\x00 and ends on \x002\x00.", ()),
        ("\x000\x00's lease begins on \x002\x00 and ends on \x001\x00.",
         ("misplaced:end date", "misplaced:effective date")),
        ("From \x001\x00 until \x002\x00 it renews for successive \x000\x00 terms.",
         ("misplaced:party a",)),
        ("From \x001\x00 until \x002\x00 the \x000\x00 pays.", ("misplaced:party a",)),
        ("Until \x002\x00 from \x001\x00 the \x000\x00 pays.", ()),
        ("On \x001\x00 pay \x002\x00 for the \x000\x00.", ("misplaced:end date",)),
    ],
)  # fmt: skip
def test_a_true_value_in_a_wrong_place_is_named(pattern: str, notes: tuple[str, ...]) -> None:
    misplaced = {
        "effective date": ("ends on",),
        "end date": ("begins on", "on {} pay"),
        "name": ("successive", "{end date}"),
    }
    assert pattern_notes(pattern, TERM, misplaced=misplaced) == notes
