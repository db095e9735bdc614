"""Numbers as people write them in English and Chinese, read exactly.

Every reader returns a ``Decimal`` (or None for what is no number), so that equal values are equal
whatever their form: 4.2 billion, 4,200,000,000, 42亿, 四十二亿.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ONES = {word: number for number, word in enumerate(_SMALL_WORDS.split())}
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
ORDINAL_WORDS = {word: number for number, word in enumerate(_ORDINALS.split(), start=1)}
SCALES = {
    "dozen": Decimal(12), "hundred": Decimal(100), "thousand": Decimal(1000), "k": Decimal(1000),
    "lakh": Decimal(10**5), "million": Decimal(10**6), "mn": Decimal(10**6),
    "mln": Decimal(10**6), "mio": Decimal(10**6), "m": Decimal(10**6), "crore": Decimal(10**7),
    "billion": Decimal(10**9), "bn": Decimal(10**9), "b": Decimal(10**9),
    "trillion": Decimal(10**12), "tn": Decimal(10**12), "trn": Decimal(10**12),
    "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4),
    "萬": Decimal(10**4), "亿": Decimal(10**8), "億": Decimal(10**8),
}  # fmt: skip
_DENOMINATORS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip

_ONE = "|".join(word for word in _ONES if _ONES[word] < 10 and word != "zero")
_SMALL = "|".join(sorted(_ONES, key=len, reverse=True))
_TEN = "|".join(_TENS)
_SUB100 = rf"(?:(?:{_TEN})(?:[-\s](?:{_ONE}))?|{_SMALL})"
_SUB1000 = rf"(?:(?:{_ONE}|an?)[-\s]hundred(?:\s(?:and\s)?{_SUB100})?|{_SUB100})"
_BIG = r"(?:thousand|million|billion|trillion)"
WORD_NUMBER = (
    rf"(?:(?:{_SUB1000}|an?)[-\s]{_BIG}(?:,?\s(?:and\s)?{_SUB1000}(?:[-\s]{_BIG})?)*"
    rf"|{_SUB1000})(?:\sand\s(?:a\s)?(?:half|quarter))?"
)
"""A number in English words; ``one`` alone matches, too."""
WORD_FRACTION = (
    rf"(?:(?:{_ONE}|an?)[-\s](?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?)"
)

HAN_DIGITS = "零〇一二三四五六七八九两兩壹贰叁肆伍陆柒捌玖"
_HAN_VALUE = dict(zip("零〇一二三四五六七八九", (0, *range(10)), strict=True))
_HAN_VALUE |= {"两": 2, "兩": 2} | dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_HAN_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
HAN_NUMBER = (
    rf"(?<![{HAN_DIGITS}十拾百佰])[{HAN_DIGITS}十拾百佰][{HAN_DIGITS}十百千拾佰仟万萬亿億]{{0,30}}"
    rf"(?:[点點][{HAN_DIGITS}]{{1,20}}[万萬亿億]{{0,2}})?"
)
"""A number in Chinese numerals; bounded, so that a row of them is read in linear time."""
_MEASURED = r"\s?(?:[%‰€$£°]|(?:per ?cent|[mb]illion|bn|euros?|k?g|[kcm]?m|m?l)\b)"
_DECIMAL_COMMA = rf"(?<!\d,)\d{{1,9}},\d{{1,2}}(?!\d)(?={_MEASURED})"  # else it lists 1,2
DIGITS = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|{_DECIMAL_COMMA}|\d+(?:\.\d+)?)"
_FRACTION = re.compile(r"(?:(\d{1,9})[ -]?)?(\d{1,9})[/⁄](\d{1,9})")


def plain(value: Decimal) -> Decimal:
    """``value`` in one form for equal numbers, fractions to twelve digits."""
    if abs(value) < 10**12:
        value = round(value, 12)
    return value.normalize() + 0


def read_digits(text: str) -> Decimal:
    """``1,234.50`` as a number; a comma before one or two last digits is a decimal one."""
    if re.fullmatch(r"\d+,\d{1,2}", text):
        return plain(Decimal(text.replace(",", ".")))
    return plain(Decimal(text.replace(",", "")))


def read_fraction(text: str) -> Decimal | None:
    """``3/4`` or ``2 1/2``; None for a zero denominator or another form."""
    match = _FRACTION.fullmatch(text)
    if match is None or int(match[3]) == 0:
        return None
    return plain(Decimal(int(match[1] or 0)) + Decimal(int(match[2])) / int(match[3]))


def read_words(text: str) -> Decimal | None:
    """``one hundred and twenty``, ``four million`` or ``two-thirds``; None if it is no number."""
    words: list[str] = re.findall(r"[a-z]+", text.lower())
    if len(words) == 2 and words[1].rstrip("s") in _DENOMINATORS:
        count = 1 if words[0] in ("a", "an") else _ONES.get(words[0])
        return plain(Decimal(count) / _DENOMINATORS[words[1].rstrip("s")]) if count else None
    total, part = Decimal(0), Decimal(0)
    for word in words:
        if word in _ONES:
            part += _ONES[word]
        elif word in _TENS:
            part += _TENS[word]
        elif word == "hundred":
            part = (part or Decimal(1)) * 100
        elif word in SCALES:
            total += (part or Decimal(1)) * SCALES[word]
            part = Decimal(0)
        elif word in ("half", "quarter"):
            part += Decimal("0.5" if word == "half" else "0.25")
        elif word not in ("a", "an", "and"):
            return None
    return plain(total + part)


def read_han(text: str) -> Decimal | None:
    """``四十二亿``, ``十二点五`` or ``二〇二五``; None if it is no number."""
    whole, point, rest = re.sub("點", "点", text).partition("点")
    if not point:
        return _read_han_whole(whole)
    scale = Decimal(1)
    while rest and rest[-1] in _HAN_LARGE:
        scale *= _HAN_LARGE[rest[-1]]
        rest = rest[:-1]
    before = _read_han_whole(whole)
    if before is None or not rest or any(char not in _HAN_VALUE for char in rest):
        return None
    digits = "".join(str(_HAN_VALUE[char]) for char in rest)
    return plain((before + Decimal(f"0.{digits}")) * scale)


def _read_han_whole(text: str) -> Decimal | None:
    if not text:
        return None
    if all(char in _HAN_VALUE for char in text):
        return plain(Decimal("".join(str(_HAN_VALUE[char]) for char in text)))
    total = section = digit = 0
    last = 1
    for char in text:
        if char in _HAN_VALUE:
            digit, last = _HAN_VALUE[char], (1 if _HAN_VALUE[char] == 0 else last)
        elif char in _HAN_SMALL:
            section += (digit or 1) * _HAN_SMALL[char]
            digit, last = 0, _HAN_SMALL[char]
        elif char in _HAN_LARGE:
            size = _HAN_LARGE[char]
            if size > 10**4:
                total = (total + section + digit or 1) * size
            else:
                total += (section + digit or 1) * size
            section, digit, last = 0, 0, size
        else:
            return None
    # 三万五 is 35,000: a digit at the very end counts in the next lower place.
    tail = digit * (last // 10) if digit and last >= 100 else digit
    return plain(Decimal(total + section + tail))


def to_han(number: int) -> str:
    """A whole number in Chinese numerals, for tests and for rendering."""
    if number == 0:
        return "零"
    for size, sign in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            rest = to_han(low) if low else ""
            rest = f"一{rest}" if rest.startswith("十") else rest
            return to_han(high) + sign + ("零" if low and low * 10 < size else "") + rest
    text = _han_section(number)
    return text[1:] if text.startswith("一十") else text


def _han_section(number: int) -> str:
    out, pending = "", False
    for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            out += ("零" if pending and out else "") + "零一二三四五六七八九"[digit] + sign
            pending = False
        else:
            pending = True
    return out


def to_words(number: int) -> str:
    """A whole number below 10^12 in English words, for tests and for rendering."""
    names: dict[int, str] = {value: word for word, value in (_ONES | _TENS).items()}
    if number < 21 or (number < 100 and number % 10 == 0):
        return names[number]
    if number < 100:
        return f"{names[number - number % 10]}-{names[number % 10]}"
    for size, word in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if number >= size:
            high, low = divmod(number, size)
            joint: Any = " and " if size == 100 and low else " "
            return f"{to_words(high)} {word}" + (joint + to_words(low) if low else "")
    return names[number]
