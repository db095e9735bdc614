"""Folding keeps every offset, windows and coverage leave nothing out."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.folding import forget_folded
from aigc_guard.records import Span
from aigc_guard.text import fold, is_complete, reveal, sentences, unbroken, union, windows

EXAMPLES = 10_000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 300
ODD = ["а", "е", "і", "\u200b", "\u0301", "🖕", "🐒", "Ａ", "你", "。", "ß", "İ"]
DISGUISED = st.text(alphabet=st.sampled_from([*"abisty ABIT.!-_*@$150\n", *ODD]), max_size=60)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("S T U P I D", "stupid"),
        ("s.t.u.p.i.d", "stupid"),
        ("stuuuuuupid", "stupid"),
        ("st\u200bup\u00adid", "stupid"),
        ("ѕtuріd", "stupid"),
        ("ｓｔｕｐｉｄ", "stupid"),
        ("𝓼𝓽𝓾𝓹𝓲𝓭", "stupid"),
        ("1d10t", "idiot"),
        ("id1ot, idi*t, i-d-i-o-t, idi ot, idoit", "idiot, idiot, idiot, idiot, idiot"),
        ("@sshole", "asshole"),
        ("a hmo", "a homo"),
        ("🐒", " monkey "),
        ("白 痴 啊", "白痴啊"),
    ],
)
def test_a_disguise_folds_to_its_plain_form(disguised: str, plain: str) -> None:
    assert fold(disguised).text == plain


@pytest.mark.parametrize(
    "clean",
    [
        "4 gb for $500 on the 2nd at 10am",
        "b2b and mp3, room 221b, covid19",
        "write to jo@example.org or @user1",
        "call (212) 555-0142, card 4111 1111 1111 1111",
        "москва сорт",
        "he'll sit in the shed, we'll duck; a well-known bit of a class act",
        "associate classic scunthorpe assess cockpit dickens",
        "今天天气很好。",
        "the cms, the tts and the fcc",
        "e.g. www.example.org",
    ],
)
def test_clean_text_stays_as_it_is(clean: str) -> None:
    assert fold(clean).text == clean


@given(st.one_of(st.text(max_size=80), DISGUISED))
@settings(max_examples=EXAMPLES, deadline=None)
def test_offsets_are_exact_and_monotone(text: str) -> None:
    for folded in (fold(text), reveal(text)):
        starts, ends = list(folded.starts), list(folded.ends)
        assert len(folded.text) == len(starts) == len(ends)
        assert starts == sorted(starts)
        assert ends == sorted(ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(starts, ends, strict=True))


@given(st.one_of(st.text(max_size=80), DISGUISED))
@settings(max_examples=EXAMPLES, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(DISGUISED, st.integers(0, 60), st.integers(1, 20))
@settings(max_examples=EXAMPLES, deadline=None)
def test_there_and_back_covers_the_same_place(text: str, start: int, length: int) -> None:
    folded = fold(text)
    if start >= len(folded.text):
        return
    end = min(len(folded.text), start + length)
    place = folded.to_original(start, end)
    back = folded.from_original(place.start, place.end)
    assert back.start <= start
    assert back.end >= end


@given(st.text(alphabet="ab .!?\n。你", max_size=300), st.integers(1, 40))
@settings(max_examples=EXAMPLES, deadline=None)
def test_windows_fit_and_leave_nothing_out(text: str, limit: int) -> None:
    spans = windows(text, limit)
    assert all(0 < span.end - span.start <= limit for span in spans)
    assert is_complete(spans, len(text))
    assert sum(span.end - span.start for span in spans) == len(text)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=30), st.integers(30, 90))
@settings(max_examples=EXAMPLES, deadline=None)
def test_windows_are_few_and_even(sizes: list[int], limit: int) -> None:
    text = "".join("a" * size + "。" for size in sizes)
    limit += 1
    spans = windows(text, limit)
    longest = max(span.end - span.start for span in spans)

    def needed(most: int) -> int:
        count, filled = 1, 0
        for size in sizes:
            count, filled = (count, filled) if filled + size + 1 <= most else (count + 1, 0)
            filled += size + 1
        return count

    assert len(spans) == needed(limit)
    assert longest == max(sizes) + 1 or needed(longest - 1) > len(spans)


def test_no_window_parts_a_title_from_its_name() -> None:
    text = "He left early. We met Dr. A. Chen. She was late. "
    assert [text[s.start : s.end] for s in unbroken(text)] == [
        "He left early. ", "We met Dr. A. Chen. ", "She was late. ",
    ]  # fmt: skip
    assert [text[s.start : s.end] for s in windows(text, 30)] == [
        "He left early. ", "We met Dr. A. Chen. ", "She was late. ",
    ]  # fmt: skip


def test_sentences_of_both_languages() -> None:
    text = "One. Two!\n第三句。第四句！"
    assert [text[s.start : s.end] for s in sentences(text)] == [
        "One. ", "Two!\n", "第三句。", "第四句！",
    ]  # fmt: skip


def test_union_merges_and_a_gap_is_incomplete() -> None:
    assert union([Span(4, 6), Span(0, 3), Span(3, 4), Span(9, 9)]) == (Span(0, 6),)
    assert not is_complete([Span(0, 3), Span(4, 6)], 6)
    assert is_complete([], 0)


def test_a_hundred_thousand_characters_fold_quickly() -> None:
    text = ("The quick brown fox 🐒 said 你好 to Mr. Smith; she 1s b4ck. " * 2000)[:100_000]
    began = time.process_time()
    fold(text)
    assert time.process_time() - began < 2.0


def test_a_long_run_without_any_gap_folds_quickly() -> None:
    began = time.process_time()
    for signs in ("你好世界", "аб", "ab", "!", "(", "|"):
        fold(signs * 10_000)
    assert time.process_time() - began < 2.0


def test_a_folding_is_known_again_until_it_is_forgotten() -> None:
    first = fold("A L0ng Story")
    assert fold("A L0ng Story") is first
    forget_folded()
    again = fold("A L0ng Story")
    assert again is not first
    assert again == first
    long = "A L0ng Story. " * 400
    assert fold(long) == fold(long)
    assert fold(long) is not fold(long)
