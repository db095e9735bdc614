"""Values go back unaltered, and the words around them fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.generators.linearise import Slot, slot_of
from aigc_guard.generators.post import article_for, finish, realise, with_plural_subject


@pytest.mark.parametrize(
    ("pattern", "slots", "expected"),
    [
        ("the \x000\x00 has a \x001\x00.", [("product", "Lantern"), ("feature", "a big handle")],
         "The Lantern has a big handle."),
        ("It is a \x000\x00.", [("category", "electric kettle")], "It is an electric kettle."),
        ("It is an \x000\x00.", [("category", "kettle")], "It is a kettle."),
        ("\x000\x00 opened on \x001\x00.", [("who", "The Elmford museum"), ("when", "on Friday")],
         "The Elmford museum opened on Friday."),
        ("It was opened by \x000\x00.", [("who", "The Elmford museum")],
         "It was opened by the Elmford museum."),
        ("\x000\x00 shall pay \x001\x00.", [("a", "Lindqvist Motors Inc."), ("b", "Acme Inc.")],
         "Lindqvist Motors Inc. shall pay Acme Inc."),
        ("Take \x000\x00 off the price.", [("offer", "20% off")], "Take 20% off the price."),
        ('"\x000\x00," said \x001\x00.', [("quote", "Is this ours?"), ("speaker", "Maria Lund")],
         '"Is this ours?" said Maria Lund.'),
        ("Write to us. \x000\x00 answers.", [("email", "m.kowalski@example.com")],
         "Write to us. m.kowalski@example.com answers."),
    ],
)  # fmt: skip
def test_joints(pattern: str, slots: list[tuple[str, str]], expected: str) -> None:
    assert realise(pattern, [slot_of(*slot) for slot in slots]) == expected


@pytest.mark.parametrize(
    ("word", "article"),
    [("hour", "an"), ("8-inch", "an"), ("unicycle", "a"), ("European", "a"), ("MP3 player", "an"),
     ("USB port", "a"), ("apple", "an"), ("house", "a"), ("11 days", "an"), ("110 days", "a")],
)  # fmt: skip
def test_articles(word: str, article: str) -> None:
    assert article_for(word) == article


@given(
    st.text(alphabet="abcXYZ019 $%.,-'", min_size=1, max_size=40).filter(lambda s: s.strip(" .,-'"))
)
def test_a_value_stands_in_the_text_but_for_its_first_letter(value: str) -> None:
    value = " ".join(value.split()).strip(" .,-'")
    text = realise("It has \x000\x00, and so on.", [Slot("feature", value, "name")])
    assert value.casefold() in text.casefold()


@given(st.text(alphabet="ab ,.;", max_size=60))
def test_finishing_twice_changes_nothing_more(text: str) -> None:
    once = finish(finish(finish(text)))
    assert finish(once) == once


def test_a_plural_product_is_they() -> None:
    pattern = "It weighs \x000\x00 in all. Made of \x001\x00, it is light."
    expected = "They weigh \x000\x00 in all. Made of \x001\x00, they are light."
    assert with_plural_subject(pattern) == expected
    several = "It is made of \x000\x00, comes in \x001\x00 and has \x002\x00. Note: it holds."
    assert with_plural_subject(several) == (
        "They are made of \x000\x00, come in \x001\x00 and have \x002\x00. Note: they hold."
    )
    bought = "You get it in \x000\x00. Find it at \x001\x00."
    assert with_plural_subject(bought) == bought.replace(" it ", " them ")
    other = "It weighs \x000\x00. The price is \x001\x00, and \x002\x00 is included."
    assert with_plural_subject(other) == other.replace("It weighs", "They weigh")


@pytest.mark.parametrize(
    ("value", "said"),
    [("garden furniture", "garden furniture"), ("rug", "a rug"), ("kitchenware", "kitchenware")],
)
def test_what_can_t_be_counted_has_no_article(value: str, said: str) -> None:
    slots = [slot_of("product", "Fern"), slot_of("category", value)]
    assert realise("\x000\x00 is a \x001\x00.", slots) == f"Fern is {said}."
    assert realise("Need a \x001\x00? Meet \x000\x00.", slots) == f"Need {said}? Meet Fern."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2 years", "It comes with a warranty of 2 years."),
        ("5-year", "It comes with a 5-year warranty."),
        ("8-year", "It comes with an 8-year warranty."),
        ("5-year guarantee", "It comes with a 5-year guarantee."),
        ("a lifelong warranty", "It comes with a lifelong warranty."),
    ],
)
@pytest.mark.parametrize("end", ["", " warranty"])
def test_a_warranty_is_said_as_its_form_allows(value: str, said: str, end: str) -> None:
    slot = slot_of("warranty", value)
    assert realise(f"It comes with a \x000\x00{end}.", [slot]) in (
        said,
        said.replace(".", f"{end}."),
    )


@pytest.mark.parametrize("when", ["early on Saturday", "on Saturday", "last week"])
def test_no_preposition_stands_before_another(when: str) -> None:
    assert realise("It burnt on \x000\x00.", [slot_of("when", when)]) == f"It burnt {when}."


@pytest.mark.parametrize("food", ["seafood", "pub food", "Italian"])
def test_food_is_not_said_twice(food: str) -> None:
    said = realise("It serves \x000\x00 food.", [slot_of("food", food)])
    assert said == f"It serves {food.removesuffix(' food')}{'' if food == 'seafood' else ' food'}."


def test_a_comma_behind_an_abbreviation_stays() -> None:
    parties = [Slot("party a", "Acme Inc.", "name"), Slot("quote", "Who knows?", "quote")]
    assert realise("Ask \x000\x00, which knows.", parties) == "Ask Acme Inc., which knows."
    assert realise("Ask \x000\x00.", parties) == "Ask Acme Inc."
    assert realise('"\x001\x00," they said.', parties) == '"Who knows?" they said.'


@pytest.mark.parametrize(
    ("value", "said"),
    [("May 2027", "It opens in May 2027."), ("2027", "It opens in 2027."),
     ("3 May 2027", "It opens on 3 May 2027."), ("May 3, 2027", "It opens on May 3, 2027.")],
)  # fmt: skip
def test_what_happens_in_a_month_is_not_on_it(value: str, said: str) -> None:
    assert realise("It opens on \x000\x00.", [slot_of("when", value)]) == said
