"""Figures and dates are read alike in all their forms: rendered in many ways, they come to one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.checks.grounding.dates import bears_out, read_dates
from aigc_guard.checks.grounding.figures import list_numbers, read_codes, read_figures
from aigc_guard.checks.grounding.material import read_values
from aigc_guard.checks.grounding.numerals import read_han, read_words, to_han, to_words
from aigc_guard.checks.grounding.units import reading_of
from aigc_guard.checks.grounding.values import Date, Figure

MONTHS = "January February March April May June July August September October November December"
WHOLE = st.integers(1, 10**11)
SMALL = st.integers(2, 9999)


def one_figure(text: str) -> Figure:
    """The figure of a text; "thirty (30) days" is written twice and comes to the same."""
    values = read_values(text)
    assert not values.dates, values.dates
    assert len({one.amounts for one in values.figures}) == 1, values.figures
    return values.figures[0]


def amounts(text: str) -> frozenset[tuple[str, Decimal]]:
    return one_figure(text).amounts


def agree(*texts: str) -> bool:
    """Whether all texts hold one figure each, with a reading that all share."""
    return bool(frozenset.intersection(*(amounts(text) for text in texts)))


@given(WHOLE)
def test_chinese_numerals_read_as_they_were_written(number: int) -> None:
    assert read_han(to_han(number)) == number


@given(WHOLE)
def test_english_number_words_read_as_they_were_written(number: int) -> None:
    assert read_words(to_words(number)) == number


@given(st.integers(1, 99_999), st.sampled_from(["million", "billion"]))
def test_money_is_equal_in_all_its_forms(tenths: int, scale: str) -> None:
    value = Decimal(tenths) / 10
    size = {"million": 10**6, "billion": 10**9}[scale]
    short = {"million": "m", "billion": "bn"}[scale]
    wan = value * size / 10**4
    yi = value * size / 10**8
    assert agree(
        f"It took ${value} {scale}.",
        f"It took ${value}{short}.",
        f"It took US${value}{short}.",
        f"It took {value} {scale} dollars.",
        f"It took ${int(value * size):,}.",
        f"It took {int(value * size)} US dollars.",
        f"共{wan:f}万美元。",
        f"共{yi:f}亿美元。",
        f"共{to_han(int(value * size))}美元。",
    )


@given(st.integers(1, 999))
def test_percentages_are_equal_in_all_their_forms(tenths: int) -> None:
    value = Decimal(tenths) / 10
    whole, rest = divmod(tenths, 10)
    han = to_han(whole) + (f"点{to_han(rest)}" if rest else "")
    assert agree(
        f"up {value}%.", f"up {value} %.", f"up {value} per cent.", f"up {value} percent.",
        f"上升百分之{value}。", f"上升{value}%。", f"上升百分之{han}。",
    )  # fmt: skip


@given(SMALL)
def test_a_number_in_words_is_the_number(number: int) -> None:
    assert agree(
        f"It lasts {number} days.",
        f"It lasts {to_words(number)} days.",
        f"It lasts {to_words(number)} ({number}) days.",
        f"a {number}-day term",
        f"为期{number}天。",
        f"为期{to_han(number)}天。",
    )


@pytest.mark.parametrize(
    "texts",
    [
        ("It weighs 2.5 kg.", "It weighs 2500 g.", "重2.5公斤。", "重2.5千克。", "重五斤。"),
        ("It is 1.5 km away.", "It is 1500 metres away.", "距离1500米。", "距离1.5公里。"),
        ("a term of 12 months", "a term of one year", "为期一年。", "为期12个月。"),
        ("within 24 hours", "within one day", "24小时内"),
        ("3.5% interest", "３．５％ interest", "利率3.5%。"),
        ("It costs €49.90.", "It costs 49.90 euros.", "It costs EUR 49.9.", "售价49.9欧元。"),
        ("It costs RMB 5,000.", "售价5000元。", "售价5千元。", "售价0.5万元。", "售价伍仟元整。"),
        ("two-thirds of them", "三分之二的人"),
        ("3 employees", "three employees", "三名员工", "3名员工"),
        ("4GB memory", "4 gb memory", "4,000 MB memory"),
    ],
)
def test_equal_amounts(texts: tuple[str, ...]) -> None:
    from aigc_guard.text import reveal

    assert agree(*(reveal(text).text for text in texts))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It weighs 2.5 kg.", "It weighs 2.5 lb."),
        ("It costs $49.", "It costs €49."),
        ("It took $4.2 million.", "It took $4.2 billion."),
        ("It rose 5%.", "It rose 5 percentage points."),
        ("within 30 days", "within 30 business days"),
        ("共42亿美元。", "共42万美元。"),
    ],
)
def test_other_amounts(first: str, second: str) -> None:
    assert not amounts(first) & amounts(second)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_dates_are_equal_in_all_their_forms(day: date) -> None:
    month = MONTHS.split()[day.month - 1]
    suffix = (
        "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    )
    han_year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    forms = (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"the {day.day}{suffix} of {month}, {day.year}",
        f"{month} {day.day}{suffix} {day.year}",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{han_year}年{to_han(day.month)}月{to_han(day.day)}日",
    )
    read = [read_dates(f"On {form} it began.") for form in forms]
    assert all(len(found) == 1 for found in read), (forms, read)
    known = [read[0][0]]
    assert all(bears_out(found[0], known, frozenset({day.year})) for found in read)
    other = day.replace(day=day.day % 28 + 1)
    wrong = read_dates(f"On {other.day} {month} {other.year} it began.")
    assert not bears_out(wrong[0], known, frozenset({day.year}))


def _borne_out(wanted: str, known: str) -> bool:
    dates = read_dates(known)
    years = frozenset(day.year for one in dates for day in one.readings if day.year is not None)
    found = read_dates(wanted)
    assert len(found) == 1
    return bears_out(found[0], dates, years)


@pytest.mark.parametrize(
    ("wanted", "known", "fits"),
    [
        ("in March 2025", "on 14 March 2025", True),
        ("on 14 March", "on 14 March 2025", True),
        ("in 2025", "on 14 March 2025", True),
        ("on Friday", "on 14 March 2025", True),
        ("on Monday", "on 14 March 2025", False),
        ("on 14 March 2024", "on 14 March 2025", False),
        ("on 14 March 2025", "on 14 March", False),
        ("in the 1990s", "in 1994", True),
        ("in the 1980s", "in 1994", False),
        ("at 3:30 p.m.", "15:30", True),
        ("下午3点半", "at 3:30 pm", True),
        ("at 4:30 p.m.", "15:30", False),
    ],
)
def test_a_date_may_say_less_but_nothing_else(wanted: str, known: str, fits: bool) -> None:
    assert _borne_out(wanted, known) is fits


@pytest.mark.parametrize(
    "text",
    ["十分感谢，一定努力", "统一安排，万一如此", "may or may not", "one of the first", "千万别"],
)
def test_words_that_hold_numerals_are_no_figures(text: str) -> None:
    values = read_values(text)
    assert [one for one in values.figures if not one.counts] == []
    assert values.dates == ()


def test_codes_are_read_whole_and_numbering_is_left_out() -> None:
    text = "Order KX-200 or COVID-19 kits on (212) 555-0142, see www.acme.com/x1, v3.2.1, 4GB."
    assert [text[one.start : one.end] for one in read_codes(text)] == [
        "KX-200", "COVID-19", "(212) 555-0142", "www.acme.com/x1", "v3.2.1",
    ]  # fmt: skip
    listed = "1. First\n2) Second\n3.1 Third\n10 people came"
    assert [listed[a:b] for a, b in list_numbers(listed)] == ["1.", "2)", "3.1"]


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    values = read_values(text)
    places: list[Figure | Date] = [*values.figures, *values.dates]
    assert all(0 <= one.start < one.end <= len(text) for one in places)
    assert all(0 <= one.start < one.end <= len(text) for one in values.codes)


def test_an_ambiguous_unit_has_all_its_readings() -> None:
    assert {name for name, _ in reading_of("pounds")} == {"mass", "GBP"}
    assert reading_of("Pounds") == reading_of("pounds")
    assert reading_of("houses") == ()


def test_both_ends_of_a_range_have_the_unit() -> None:
    first, second = read_figures("between 3 and 4 million euros")
    assert ("EUR", Decimal(3_000_000)) in {(name, Decimal(n)) for name, n in first.amounts}
    assert second.amounts == {("EUR", Decimal(4_000_000))}
