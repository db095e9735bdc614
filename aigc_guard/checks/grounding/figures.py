"""Figures with their units, and identifiers, in English and Chinese text.

$4.2 billion, $4.2bn and 42亿美元 come to the same amount; so do 12.5 %, 12.5 per cent and
百分之十二点五, 2.5 kg and 2500 g, thirty (30) days and 30 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from aigc_guard.checks.grounding.numerals import (
    DIGITS,
    HAN_DIGITS,
    HAN_NUMBER,
    ORDINAL_WORDS,
    SCALES,
    WORD_FRACTION,
    WORD_NUMBER,
    plain,
    read_digits,
    read_fraction,
    read_han,
    read_words,
)
from aigc_guard.checks.grounding.units import AFTER, BEFORE, HAN_AFTER, reading_of
from aigc_guard.checks.grounding.values import Amount, Code, Figure

_LONG_SCALE = r"hundred|thousand|million|billion|trillion|lakh|crore|dozen"
_SHORT_SCALE = r"bn|mn|mln|mio|trn|tn|[kKmMbB](?![A-Za-z\d/])"
_HAN_SCALE = r"[十百千]?[万萬亿億]亿?|[百千](?![瓦克米卡帕赫])"
_SCALE = rf"(?:[\s-]?(?P<scale>(?i:{_LONG_SCALE})\b|{_SHORT_SCALE}|{_HAN_SCALE}))"
_BETWEEN = r"(?:\s?\(?\d[\d,.]*\)?)?"  # thirty (30) days
_SKIPPED = (
    r"(?:(?:consecutive|additional|full|successive|further|more|or|of|new|whole|straight)\s)*"
)
_UNIT = rf"(?:{_BETWEEN}\)?[\s-]?{_SKIPPED}(?P<unit>{AFTER}))"
_FRACTION = r"(?:\d{1,9}[ -])?\d{1,3}[/⁄]\d{1,3}(?![/⁄\d])"

_NUMBER = re.compile(
    rf"(?<![\w/])(?<!\d\.)(?:(?P<before>{BEFORE})\s?)?(?P<digits>{_FRACTION}|{DIGITS}){_SCALE}?{_UNIT}?"
)
_GLUED = re.compile(rf"(?<=[\u3400-\u9fff])(?P<digits>{DIGITS}){_SCALE}?{_UNIT}?")
_WORDS = re.compile(rf"(?<![\w-])(?:(?P<words>(?i:{WORD_FRACTION}|{WORD_NUMBER}))(?!\w){_UNIT}?)")
_HAN_PERCENT = re.compile(rf"(?P<kind>百分之|千分之)(?P<digits>{DIGITS}|{HAN_NUMBER})")
_HAN_FRACTION = re.compile(rf"(?P<low>{HAN_NUMBER})分之(?P<high>{HAN_NUMBER})")
_HAN = re.compile(rf"(?P<han>{HAN_NUMBER})(?:余|多)?\s?(?P<unit>{HAN_AFTER})")
_ORDINAL = re.compile(
    rf"(?<![\w.,])(?P<digits>\d{{1,4}})(?:st|nd|rd|th)\b|第(?P<han>\d+|[{HAN_DIGITS}十百千]+)"
    rf"|(?P<word>\b(?i:{'|'.join(ORDINAL_WORDS)})\b)"
)
_QUARTER = re.compile(r"\bQ(?P<digits>[1-4])\b|(?P<han>[一二三四])季度")

_URL = r"(?:https?://|www\.)[^\s<>\"'，。）)]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
_PHONE = (
    r"(?<![\w.])\+?\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{4}(?![\d-])"
    r"|(?<![\w$€£¥])1[3-9]\d{9}(?!\d|\s?(?:US|dollar|euro|yuan|[元万亿美欧]))"
)
_VERSION = (
    r"(?<![\w.])(?!\d\d?\.\d\d?\.(?:19|20)\d\d(?!\w|\.\d))[vV]?\d+\.\d+\.\d+(?:\.\d+)*(?![\w])"
)
_MODEL = (
    r"(?<![\w.$€£¥])(?<!\w-)(?=[A-Za-z\d-]{0,60}\d)(?=[\d-]{0,60}[A-Za-z])"
    r"[A-Za-z\d]+(?:-[A-Za-z\d]+)*(?![\w])"
)
_CODE = re.compile(rf"(?P<sure>{_URL}|{_PHONE}|{_VERSION})|(?P<model>{_MODEL})", re.ASCII)
_NUMBER_AND_UNIT = re.compile(
    rf"(?:{DIGITS}|(?i:{WORD_NUMBER}))-?(?:{_SHORT_SCALE}|{AFTER}|st|nd|rd|th|s|in)?"
    rf"(?:-(?:{AFTER}|(?i:old)|[A-Za-z]+))?|\d+-\d+|[A-Za-z-]+|Q[1-4]|FY\d\d(?:\d\d)?"
)
_MINUS = re.compile(r"(?:(?<![^\s(])[-−–]|\bminus |零下)$")
_SIGNED = frozenset(("celsius", "fahrenheit"))
_RANGE = re.compile(r"\s?(?:[-–—~～至到]|to|and|or)\s?")
_COUNTED = re.compile(rf"[\s-]?[a-z]{{3,}}|\s?(?:{HAN_AFTER[3:-1]})|[\u3400-\u9fff]")
_NOT_COUNTED = re.compile(
    r"\s(?:and|but|for|from|the|with|was|were|has|had|have|will|per|than|that|this|which|when|while"
    r"|are|who|after|before|into|over|under|since|each|plus|also|then|its|their|our|your|is|in|on"
    r"|at|to|by|or|as|of|a|an)\b"
)
_LIST_NUMBER = re.compile(
    r"(?m)^[ \t]*(?:[#*>-]+[ \t]+)?(?:\(?\d{1,3}(?:\.\d+)*[.)、）]|\d+(?:\.\d+)+)"
    r"(?=\s|[\u3400-\u9fff])"
)


def read_codes(text: str) -> list[Code]:
    """Addresses, telephone and version numbers, and tokens of letters with digits (KX-200)."""
    found = []
    for match in _CODE.finditer(text):
        token = match[0].rstrip(".,;:")
        if match["model"] and _NUMBER_AND_UNIT.fullmatch(token):
            continue
        found.append(Code(match.start(), match.start() + len(token), key_of(token)))
    return found


def key_of(token: str) -> str:
    """A code by its letters and digits alone; a web address without its protocol."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", token.casefold())
    return "".join(char for char in bare if char.isalnum())


def list_numbers(text: str) -> list[tuple[int, int]]:
    """Where lines are numbered: these numbers say nothing about the world."""
    return [match.span() for match in _LIST_NUMBER.finditer(text)]


def read_figures(text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Figure]:
    """All figures of ``text`` in order, without overlaps; ``taken`` places are left out."""
    covered = bytearray(len(text))
    for start, end in taken:
        covered[start:end] = b"\1" * (end - start)
    found: list[Figure] = []
    for pattern, maker in _READERS:
        for match in pattern.finditer(text):
            figure = None if any(covered[slice(*_core(match))]) else maker(match, text)
            if figure is not None:
                found.append(figure)
                covered[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
    return _with_shared_units(text, sorted(found, key=lambda one: one.start))


def _core(match: re.Match[str]) -> tuple[int, int]:
    """The digits or words of a match, without what was looked at behind them."""
    for name in ("digits", "words", "han", "high", "word"):
        if match.groupdict().get(name):
            return match.span(name)
    return match.span()


def _figure(
    text: str, start: int, end: int, number: Decimal, units: Iterable[str], scale: str = ""
) -> Figure:
    """A figure with all readings its units and its scale allow."""
    readings = {
        (dimension, factor) for unit in units if unit for dimension, factor in reading_of(unit)
    }
    size = Decimal(1)
    for part in [scale.lower()] if scale.lower() in SCALES else list(scale):
        size *= SCALES.get(part, Decimal(1))
    amounts: set[Amount] = {(name, plain(number * size * factor)) for name, factor in readings}
    if not readings:
        amounts = {("", plain(number * size))}
        if scale.lower() == "m" and scale == "m":
            amounts.add(("length", plain(number)))  # "5 m" may be metres
    counts = not readings and _counts(text, end)
    cell = not readings and _stands_alone(text, start, end)
    return Figure(start, end, frozenset(amounts), plain(number * size), counts, cell, size)


def _below_zero(figure: Figure) -> Figure:
    """Temperatures have a sign; elsewhere it only says again what a word says (a fall of -5 %)."""
    amounts = {(name, -amount if name in _SIGNED else amount) for name, amount in figure.amounts}
    return replace(figure, amounts=frozenset(amounts))


def _counts(text: str, end: int) -> bool:
    return bool(_COUNTED.match(text, end)) and not _NOT_COUNTED.match(text, end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start].rstrip(" ")[-1:]
    after = text[end : end + 8].lstrip(" ")[:1]
    return before in ("", "|", "\t", "\n", ":", "：", "=") and after in ("", "|", "\t", "\n", "\r")


def _numeric(match: re.Match[str], text: str) -> Figure | None:
    digits = match["digits"]
    number = read_fraction(digits) if re.search("[/⁄]", digits) else read_digits(digits)
    if number is None:
        return None
    found = match.groupdict()
    unit, scale, before = found["unit"] or "", found["scale"] or "", found.get("before") or ""
    end = match.end() if unit else match.end("scale") if scale else match.end("digits")
    if scale in ("K", "M", "B") and not (before or unit):
        end, scale = match.end("digits"), ""  # 4K is a name rather than four thousand
    figure = _figure(text, match.start(), end, number, (before, unit), scale)
    return (
        _below_zero(figure)
        if _MINUS.search(text, max(0, match.start() - 8), match.start())
        else figure
    )


def _in_words(match: re.Match[str], text: str) -> Figure | None:
    words, unit = match["words"], match["unit"] or ""
    number = read_words(words)
    if number is None or (words.lower() in ("one", "zero") and not unit):
        return None
    if words.lower().split()[0] in ("a", "an") and len(re.findall(r"[A-Za-z]+", words)) == 1:
        return None
    end = match.end() if unit else match.end("words")
    return _figure(text, match.start(), end, number, (unit,))


def _han_percent(match: re.Match[str], text: str) -> Figure | None:
    digits = match["digits"]
    number = read_digits(digits) if digits[0].isdigit() and digits.isascii() else read_han(digits)
    if number is None:
        return None
    unit = "%" if match["kind"] == "百分之" else "‰"
    return _figure(text, match.start(), match.end(), number, (unit,))


def _han_fraction(match: re.Match[str], text: str) -> Figure | None:
    low, high = read_han(match["low"]), read_han(match["high"])
    if not low or high is None:
        return None
    return _figure(text, match.start(), match.end(), plain(high / low), ())


def _han_number(match: re.Match[str], text: str) -> Figure | None:
    number = read_han(match["han"])
    unit = match["unit"]
    hard = reading_of(unit)
    if number is None or (match["han"] == "一" and not hard):
        return None
    end = match.end() if hard else match.end("han")
    return _figure(text, match.start(), end, number, (unit if hard else "",))


def _ordinal(match: re.Match[str], text: str) -> Figure | None:
    word = (match["word"] or "").lower()
    if word:
        number: Decimal | None = Decimal(ORDINAL_WORDS[word])
    elif match["digits"]:
        number = Decimal(match["digits"])
    else:
        han = match["han"]
        number = Decimal(han) if han.isascii() else read_han(han)
    if number is None:
        return None
    amounts = frozenset({("ordinal", plain(number))})
    return Figure(match.start(), match.end(), amounts, plain(number), counts=bool(word))


def _quarter(match: re.Match[str], text: str) -> Figure | None:
    number = read_han(match["han"]) if match["han"] else Decimal(match["digits"])
    if number is None:
        return None
    return Figure(match.start(), match.end(), frozenset({("ordinal", number)}), number)


_READERS = (
    (_HAN_PERCENT, _han_percent),
    (_HAN_FRACTION, _han_fraction),
    (_ORDINAL, _ordinal),
    (_QUARTER, _quarter),
    (_NUMBER, _numeric),
    (_GLUED, _numeric),
    (_WORDS, _in_words),
    (_HAN, _han_number),
)


def _with_shared_units(text: str, figures: list[Figure]) -> list[Figure]:
    """In "5-10 kg" and "between 3 and 4 million euros" the first number has the second's unit."""
    out = list(figures)
    for index, (first, second) in enumerate(pairwise(figures)):
        joined = _RANGE.fullmatch(text, first.end, second.start)
        if not joined or not first.is_bare or second.is_bare:
            continue
        amounts = {
            (name, plain(first.number * size * amount / second.number))
            for name, amount in second.amounts
            if second.number
            for size in (1, second.scale)
        }
        shared = frozenset(amounts) | first.amounts
        out[index] = Figure(first.start, first.end, shared, first.number)
    return out
