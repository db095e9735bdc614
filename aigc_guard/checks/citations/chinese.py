"""Chinese citations: articles of laws (《…法》第…条) and case numbers (（2023）京01民终1234号)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aigc_guard.checks.citations.citation import Citation, Slot
from aigc_guard.checks.citations.parties import sued_before

_HAN = "零〇一二三四五六七八九十百千两"
_NUMBER = rf"(?:\d{{1,4}}|[{_HAN}]{{1,8}})"
_ARTICLE = rf"第\s?(?P<number>{_NUMBER})\s?[条條](?:之(?P<bis>[{_HAN}\d]{{1,2}}))?"
_TAIL = rf"(?:第\s?{_NUMBER}\s?[款项項]|第\s?[(（]{_NUMBER}[)）]\s?[项項])*"
_LAW = re.compile(r"《(?P<title>[^《》〈〉\n]{2,60})》(?:[(（][^()（）\n]{1,40}[)）])?\s?(?=第)")
_PLACE = re.compile(_ARTICLE + rf"(?P<tail>{_TAIL})")
_NEXT = re.compile(r"\s?(?P<sign>[、，,和及与與或]|以及|至|到|[-—–~])\s?(?=第)")
_CASE = re.compile(
    r"[(（〔\[](?P<year>\d{4})[)）〕\]]\s?(?P<court>[\u3400-\u9fff]{1,6}\d{0,6}(?:兵\d{0,4})?)"
    r"(?P<type>[\u3400-\u9fff]{0,6}?)(?P<letter>字)?第?(?P<number>\d{1,7})(?:[-—]\d{1,4})?(?P<part>之[一二三四五])?[号號]"
)
_PROVINCES = frozenset("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新兵军")
_REFORMED = 2016  # from this year on every case number begins with a court's code
_FIRST = 1949
_DIGITS = dict(zip("零〇一二三四五六七八九两", (0, *range(10), 2), strict=True))
_SIZES = {"十": 10, "百": 100, "千": 1000}
_MOST_ARTICLES = 50


def number_of(text: str) -> int:
    """An article's number in digits or Chinese numerals; 一二三 digit by digit."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not any(sign in _SIZES for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _SIZES:
            total += (digit or 1) * _SIZES[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def law_of(title: str) -> str:
    """A law's title as it is compared: without the state's name and white space."""
    plain = re.sub(r"\s|[(（].*?[)）]", "", title)
    return plain.removeprefix("中华人民共和国").removeprefix("中華人民共和國")


def read_chinese(text: str) -> Iterator[Citation]:
    """Articles of laws, then case numbers."""
    for match in _LAW.finditer(text):
        yield from _articles(text, match)
    for match in _CASE.finditer(text):
        found = _case(text, match)
        if found is not None:
            yield found


def _articles(text: str, law: re.Match[str]) -> Iterator[Citation]:
    """《民法典》第五百条、第五百零一条: one citation for each, a range for 第一条至第五条."""
    work, at, start = law_of(law["title"]), law.end(), law.start()
    place = _PLACE.match(text, at)
    for _ in range(_MOST_ARTICLES):
        if place is None:
            return
        sign = _NEXT.match(text, place.end())
        after = _PLACE.match(text, sign.end()) if sign else None
        last = ""
        end = place.end()
        if sign and after and sign["sign"] in "至到-—–~":
            last, end = str(number_of(after["number"])), after.end()
        number = str(number_of(place["number"]))
        article = number + (f"-{number_of(place['bis'])}" if place["bis"] else "")
        yield Citation(start, end, Slot("cn", work, article, place["tail"], last))
        if last:
            sign = _NEXT.match(text, end)
            after = _PLACE.match(text, sign.end()) if sign else None
        place, start = after, after.start() if after else 0


def _case(text: str, match: re.Match[str]) -> Citation | None:
    court, year = match["court"] + match["type"], int(match["year"])
    if not re.search(r"[民刑行知执執赔賠破审審初终終再监監申调調仲商]", court):
        return None  # the number of a document, not of a case
    known = year < _REFORMED or court[0] in _PROVINCES or court.startswith("最高法")
    work = f"{year}{court}{match['letter'] or ''}"
    slot = Slot("cn", work, str(int(match["number"])), match["part"] or "")
    named = sued_before(text, match.start())
    return Citation(
        match.start(), match.end(), slot, *named, year=year, first_year=_FIRST, is_known_form=known
    )
