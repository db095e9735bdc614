"""The list of ordinary words holds what people write small, and no names."""

from __future__ import annotations

import pytest

from aigc_guard.ordinary import is_ordinary, ordinary_words
from aigc_guard.training.guards.ordinary import Counts, choose


def counted(*texts: str) -> Counts:
    counts = Counts()
    for text in texts:
        counts.add(text)
    return counts


def test_words_of_several_texts_are_chosen_and_names_are_not() -> None:
    text = "The chap met Rose. Chap met chap, so a chap saw Boston; the rose of Boston. x.boston-1 "
    present = counted(*[text] * 12)
    chosen = choose(present, counted(), ["saw"])
    assert {"chap", "met", "rose"} <= chosen
    assert chosen.isdisjoint({"boston", "saw", "so"})
    assert choose(counted(text * 12), counted(), []) == set()


def test_a_capital_at_the_head_of_a_sentence_counts_for_nothing() -> None:
    counts = counted('Yes. "Yes," she said, yes. A man, Yes, no_yes yes.com')
    assert counts.small["yes"] == 1
    assert counts.capital["yes"] == 1


@pytest.mark.parametrize("word", ["chap", "yes", "lamp", "webinars", "the"])
def test_the_shipped_list_knows_ordinary_words(word: str) -> None:
    assert is_ordinary(word)


@pytest.mark.parametrize("word", ["john", "london", "hoffmann", "chep", "Lamp", "june"])
def test_the_shipped_list_holds_no_names_or_slips(word: str) -> None:
    assert not is_ordinary(word)
    assert all(one.isalpha() and one.islower() for one in ordinary_words())
