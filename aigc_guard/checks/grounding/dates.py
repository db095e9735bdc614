"""Dates and times of day in English and Chinese, and whether one is borne out by others.

14 March 2025, March 14th, 2025, 2025-03-14, 14/3/2025, 2025年3月14日, 二〇二五年三月 and the like.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from datetime import date

from aigc_guard.checks.grounding.numerals import HAN_DIGITS, read_han
from aigc_guard.checks.grounding.units import AFTER
from aigc_guard.checks.grounding.values import Date, Day

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_HAN_WEEKDAYS = {sign: n for n, sign in enumerate("一二三四五六日")} | {"天": 6}
_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = rf"(?:(?i:{_LONG})|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_YEAR = r"(?:1[0-9]|20|21)\d\d"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]){_ORDINAL}(?![\d:])"
_HAN_DAY = rf"(?:\d{{1,2}}|[{HAN_DIGITS}十]{{1,3}})"
_HAN_YEAR = rf"(?:\d{{4}}|[{HAN_DIGITS}]{{4}})"
_HAN_HALF = "上午|中午|下午|晚上|早上|凌晨|清晨|傍晚"
_HALF = r"(?:\s?(?P<half>[ap]\.?m\b\.?))"

_Maker = Callable[[re.Match[str]], tuple[Day, ...]]


def _number(text: str) -> int:
    """Digits with or without an ordinal's ending, or Chinese numerals."""
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    value = read_han(text)
    return int(value) if value is not None else 0


def _named(match: re.Match[str]) -> tuple[Day, ...]:
    found = match.groupdict()
    month = _MONTHS[found["month"].lower().rstrip(".")]
    day = _number(found["day"]) if found.get("day") else None
    year = int(found["year"]) if found.get("year") else None
    return _valid(Day(year, month, day))


def _iso(match: re.Match[str]) -> tuple[Day, ...]:
    return _valid(Day(int(match["year"]), int(match["month"]), int(match["day"])))


def _slashed(match: re.Match[str]) -> tuple[Day, ...]:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 70 else 1900
    return _valid(Day(year, second, first), Day(year, first, second))


def _chinese(match: re.Match[str]) -> tuple[Day, ...]:
    found = match.groupdict()
    parts = [_number(found[name]) if found.get(name) else None for name in ("year", "month", "day")]
    return _valid(Day(*parts))


def _year(match: re.Match[str]) -> tuple[Day, ...]:
    return (Day(year=int(match["year"])),)


def _decade(match: re.Match[str]) -> tuple[Day, ...]:
    start = int(match["decade"])
    return (Day(decade=start if start > 99 else 1900 + start),)


def _weekday(match: re.Match[str]) -> tuple[Day, ...]:
    name = match["weekday"].lower()
    return (Day(weekday=_WEEKDAYS[name] if name in _WEEKDAYS else _HAN_WEEKDAYS[name]),)


def _clock(match: re.Match[str]) -> tuple[Day, ...]:
    found = match.groupdict()
    hour, minute = _number(found["hour"]), _number(found.get("minute") or "0")
    if found.get("minute") == "半":
        minute = 30
    half = (found.get("half") or "").lower().replace(".", "")
    afternoon = half in ("pm", "中午", "下午", "晚上", "傍晚")
    morning = half in ("am", "上午", "早上", "凌晨", "清晨")
    if hour > 24 or minute > 59:
        return ()
    hours = {hour % 24}
    if hour <= 12 and afternoon:
        hours = {hour % 12 + 12}
    elif hour <= 12 and morning:
        hours = {hour % 12}
    elif hour <= 12 and not half:
        hours = {hour % 24, (hour + 12) % 24}
    return tuple(Day(minute=60 * one + minute) for one in sorted(hours))


_PATTERNS: tuple[tuple[re.Pattern[str], _Maker], ...] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (rf"(?P<year>{_HAN_YEAR})\s?年\s?(?P<month>{_HAN_DAY})\s?月\s?(?P<day>{_HAN_DAY})\s?[日号號]",
         _chinese),
        (rf"(?P<year>{_HAN_YEAR})\s?年\s?(?P<month>{_HAN_DAY})\s?月份?", _chinese),
        (rf"(?<!\d)(?P<month>{_HAN_DAY})\s?月\s?(?P<day>{_HAN_DAY})\s?[日号號]", _chinese),
        (r"(?<!\d)(?P<decade>\d{2}|\d{4})\s?年代", _decade),
        (rf"(?<![\d{HAN_DIGITS}])(?P<year>{_HAN_YEAR})\s?年(?!以[上下内]|[内来]|期)", _chinese),
        (r"(?<![\d.])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![\d内])",
         _chinese),
        (rf"(?<![\w/.-])(?P<year>{_YEAR})(?P<sign>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=sign)"
         r"(?P<day>3[01]|[12]\d|0?[1-9])(?![\w/]|[-.]\d)", _iso),
        (r"(?<![\w/.-])(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?![\w/]|[-.]\d)", _slashed),
        (rf"\b(?P<day>{_DAY})(?:\s(?:day\s)?of)?[\s-](?P<month>{_MONTH})(?:,?[\s-](?:of\s)?(?P<year>{_YEAR}))?(?!\d)",
         _named),
        (rf"\b(?P<month>{_MONTH})\s?(?:the\s)?(?P<day>{_DAY})(?:,?\s?(?:of\s)?(?P<year>{_YEAR}))?(?!\d)",
         _named),
        (rf"\b(?P<month>{_MONTH}),?\s?(?:of\s)?(?P<year>{_YEAR})(?!\d)", _named),
        (r"\b(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?" + _HALF, _clock),
        (r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:]|\.\d)",
         _clock),
        (r"\b(?P<hour>\d{1,2})" + _HALF, _clock),
        (r"\b(?P<hour>\d{1,2})\s?o['’]clock", _clock),
        (rf"(?P<half>{_HAN_HALF})\s?(?P<hour>{_HAN_DAY})\s?[时時点點](?:钟|整|(?P<minute>半|{_HAN_DAY})分?)?",
         _clock),
        (rf"(?<![\d{HAN_DIGITS}十百])(?P<hour>{_HAN_DAY})[时時点點](?:钟|整|(?P<minute>半|{_HAN_DAY}(?=分))分?)",
         _clock),
        (rf"(?<![\d.])(?P<hour>\d{{1,2}})[时時点點](?![\d{HAN_DIGITS}间候代])", _clock),
        (r"(?<![\w])['’]?(?P<decade>\d{4}|[2-9]0)['’]?s\b", _decade),
        (rf"(?<![\w$€£¥.,/#])(?<![A-Za-z]-)(?P<year>{_YEAR})(?![\w%°]|[.,]\d|-\d{{3}}(?!\d)|/\d"
         rf"|\)?[\s-]?(?:{AFTER}|hundred|thousand|million|billion))", _year),
        (rf"\b(?P<weekday>{'|'.join(day.title() for day in _WEEKDAYS)})\b", _weekday),
        (r"(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])", _weekday),
        (r"\b(?P<month>January|February|April|June|July|August|September|October|November|December)\b",
         _named),
        (r"(?i:\b(?:in|of|since|until|by|early|late|mid|last|next|this|from|to|through)[\s-])"
         r"(?P<month>March|May)\b", _named),
    )
)  # fmt: skip


def _valid(*days: Day) -> tuple[Day, ...]:
    """The readings that are on a calendar, each once."""
    out = []
    for one in dict.fromkeys(days):
        if one.year == 0:
            continue
        month_fits = one.month is None or 1 <= one.month <= 12
        last = (
            calendar.monthrange(one.year or 2024, one.month)[1] if month_fits and one.month else 31
        )
        if month_fits and (one.day is None or 1 <= one.day <= last):
            out.append(one)
    return tuple(out)


def read_dates(text: str) -> list[Date]:
    """All dates and times of ``text`` in order, without overlaps; the more exact one wins."""
    taken: list[Date] = []
    covered = bytearray(len(text))
    for pattern, maker in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if maker is _named and match.re.groups == 1:
                start = match.start("month")
            end -= len(text[start:end]) - len(text[start:end].rstrip())
            if any(covered[start:end]):
                continue
            readings = maker(match)
            if readings:
                taken.append(Date(start, end, readings))
                covered[start:end] = b"\1" * (end - start)
    return sorted(taken, key=lambda one: one.start)


def bears_out(wanted: Date, known: Iterable[Date], years: frozenset[int]) -> bool:
    """Whether some known date says all that ``wanted`` says.

    A part may be left out (14 March for 14 March 2025). A year that is given in addition must be
    among ``years``, the years the material names.
    """
    material = [day for one in known for day in one.readings]
    return any(_says(day, material, years) for day in wanted.readings)


def _says(wanted: Day, material: list[Day], years: frozenset[int]) -> bool:
    if wanted.minute is not None:
        return any(one.minute == wanted.minute for one in material)
    if wanted.weekday is not None:
        return any(
            one.weekday == wanted.weekday or _weekday_of(one) == wanted.weekday for one in material
        )
    if wanted.decade is not None:
        return any(one.decade == wanted.decade for one in material) or any(
            year // 10 * 10 == wanted.decade for year in years
        )
    if wanted.month is None and wanted.day is None:
        return wanted.year in years
    if wanted.year is not None and wanted.year not in years:
        return False
    return any(
        one.month == wanted.month
        and (wanted.day is None or one.day == wanted.day)
        and (wanted.year is None or one.year is None or one.year == wanted.year)
        for one in material
    )


def _weekday_of(day: Day) -> int | None:
    if day.year is None or day.month is None or day.day is None:
        return None
    return date(day.year, day.month, day.day).weekday()
