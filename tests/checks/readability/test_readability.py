"""What makes a text hard to read is counted as the formulas say, and found where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.catalogue import create_check
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.readability.chinese import is_rare
from aigc_guard.checks.readability.english import syllables
from aigc_guard.checks.readability.sentences import reading_sentences
from aigc_guard.records import CheckReport, Status, sha256_text


def measure(text: str, language: str = "en", **settings: object) -> CheckReport:
    subject = Subject(text, sha256_text(text), language)
    return create_check("readability", settings).measure([subject], Context())[0]


def of(report: CheckReport, label: str) -> list[tuple[int, int, float]]:
    return [(one.start, one.end, one.value or 0.0) for one in report.findings if one.label == label]


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("lamp", 1), ("weighs", 1), ("dollars", 2), ("button", 2), ("environment", 4),
     ("style", 2), ("boxes", 2), ("walked", 1), ("wanted", 2), ("idea", 3), ("society", 4),
     ("don't", 1), ("EU", 2), ("the", 1), ("organisation", 5), ("make", 1), ("little", 2)],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= (1 if word == "style" else 0)


def test_the_grade_is_the_published_formula() -> None:
    # 40 words of one syllable in four sentences: 0.39 * 10 + 11.8 * 1 - 15.59 = 0.11
    text = " ".join(["The cat sat on the mat and ate a fish."] * 4)
    assert of(measure(text), "grade") == [(0, 0, 0.1)]
    long_words = " ".join(["The organisation sat on the mat and ate a banana."] * 4)
    # two of ten words have five and three syllables: + 11.8 * 0.6
    assert of(measure(long_words), "grade") == [(0, 0, 7.2)]
    assert of(measure(long_words, familiar=["organisation"]), "grade") == [(0, 0, 2.7)]


def test_no_grade_from_a_few_words() -> None:
    assert of(measure("Organisational accountability necessitates documentation."), "grade") == []


def test_a_sentence_of_48_words_says_so_at_its_place() -> None:
    long = " ".join(["word"] * 47) + " end."
    text = f"Short one. {long} Short two."
    start = text.index("word")
    assert of(measure(text), "sentence_words") == [(start, start + len(long), 48.0)]


def test_every_long_sentence_is_listed_and_else_the_longest() -> None:
    long = " ".join(["word"] * 30) + "."
    assert len(of(measure(f"{long} {long} Short."), "sentence_words")) == 2
    assert of(measure("One two. One two three. One."), "sentence_words") == [(9, 23, 3.0)]


def test_chinese_is_counted_in_characters() -> None:
    long = "灯" * 60 + "。"
    text = f"短句。{long}短句。"
    assert of(measure(text, "zh"), "sentence_characters") == [(3, 64, 60.0)]
    mixed = "售价49元的 Aurora 台灯。"
    assert of(measure(mixed, "zh"), "sentence_characters")[0][2] == 8.0


def test_rare_characters_are_those_outside_level_one() -> None:
    assert [is_rare(char) for char in "的灯饕餮龘"] == [False, False, True, True, True]
    assert not any(is_rare(char) for char in "這個國家們來時會對說")  # as common as simplified ones
    text = "的" * 57 + "饕餮饕"
    assert of(measure(text, "zh"), "hard_characters") == [(0, 0, 5.0)]
    assert of(measure(text, "zh", familiar=["饕餮"]), "hard_characters") == [(0, 0, 1.7)]
    assert of(measure("饕餮", "zh"), "hard_characters") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Lee met Dr. Kim at No. 5. They left.", 2),
        ("The U.S. Senate met at 5 p.m. on Monday. It rose.", 2),
        ("J. R. Smith wrote it.", 1),
        ("We sell lamps, e.g. desk lamps. Come in!", 2),
        ("The supplier, Acme Inc. The buyer is Globex Ltd. The price is fixed.", 3),
        ("A line that was\nwrapped goes on. Next.", 2),
        ("A heading\nA sentence.", 2),
        ("- one item\n- another item", 2),
        ("第一句。第二句！第三句？", 3),
        ("  \n\n ", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(reading_sentences(text)) == count


def test_invisible_signs_hide_no_length() -> None:
    long = "灯\u200b" * 60 + "。"
    assert of(measure(long, "zh"), "sentence_characters") == [(0, len(long), 60.0)]


def test_other_languages_are_not_judged() -> None:
    assert measure("Der Rat hat beschlossen.", "de").status is Status.NOT_APPLICABLE


def test_units_stand_with_the_values() -> None:
    check = create_check("readability")
    for text, language in (("One two three.", "en"), ("一二三。", "zh")):
        for one in measure(text, language).findings:
            assert one.unit == check.units[one.label]["en"]


@given(st.text(alphabet="ab. \nA!?。灯饕，Mr1-\u200b", max_size=200), st.sampled_from(["en", "zh"]))
def test_any_text_is_read_to_its_end(text: str, language: str) -> None:
    report = measure(text, language)
    assert report.status is Status.OK
    for one in report.findings:
        assert 0 <= one.score <= 1
        assert one.value is not None
        if one.end:
            assert text[one.start : one.end].strip() == text[one.start : one.end] != ""
