"""Tokens, hashes and the choice of those that are looked up."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.originality.grams import GRAM, LEAST, WINDOW, chosen, gram_hashes
from aigc_guard.checks.originality.tokens import tokens, words_of

HASHES = st.lists(st.integers(0, 30), max_size=60)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(HASHES)
def test_every_window_has_its_smallest_hash_chosen(hashes: list[int]) -> None:
    """As the definition says it; ``chosen`` does it in one pass."""
    naive = []
    for start in range(len(hashes) - WINDOW + 1):
        window = range(start, start + WINDOW)
        best = min(window, key=lambda at: (hashes[at], -at))
        if not naive or naive[-1] != best:
            naive.append(best)
    assert chosen(hashes) == naive
    assert chosen(hashes, 1) == list(range(len(hashes)))


@given(st.lists(st.sampled_from("abc"), min_size=LEAST, max_size=LEAST), st.data())
def test_nine_common_tokens_have_a_common_choice(run: list[str], data: st.DataObject) -> None:
    around = st.lists(st.sampled_from("abcdef"), max_size=20)
    looked_up = []
    for _ in range(2):
        hashes = gram_hashes([*data.draw(around), *run, *data.draw(around)])
        looked_up.append({hashes[at] for at in chosen(hashes)})
    window = gram_hashes(run)
    assert len(window) == WINDOW
    assert min(window) in looked_up[0] & looked_up[1]


@given(st.lists(st.sampled_from(["one", "two", "three"]), max_size=30))
def test_a_hash_is_of_its_six_tokens_alone(words: list[str]) -> None:
    hashes = gram_hashes(words)
    assert len(hashes) == max(0, len(words) - GRAM + 1)
    assert hashes == [gram_hashes(words[at : at + GRAM])[0] for at in range(len(hashes))]
    assert all(0 <= one < 1 << 32 for one in hashes)


@given(TEXT)
def test_tokens_lie_in_the_original_in_order(text: str) -> None:
    found = tokens(text)
    assert list(found.words) == words_of(text)
    places = list(zip(found.starts, found.ends, strict=True))
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a[0] < b[1] and a[1] <= b[1] for a, b in pairwise(places))
    # What stands at a token's place is read as that token.
    for name, (start, end) in zip(found.words, places, strict=True):
        assert name in "".join(words_of(text[start:end])) or name == ""


def test_what_makes_no_difference() -> None:
    plain = words_of("the cafe dont open 24 hours")
    assert plain == ["the", "cafe", "dont", "open", "24", "hours"]
    for other in (
        "The CAFÉ – don’t open (24) hours!",
        "ｔｈｅ cafe\u0301 don't OPEN ２４ hours",
        "the ca\u200bfe, don't_open 24 😀 hours",
        "thе саfе dont open 24 hours",  # Cyrillic letters
    ):
        assert words_of(other) == plain, other
    assert words_of("AI内容 guide") == ["ai", "内", "容", "guide"]
