"""Where a name begins and ends in the text as it was written, and what kind of name that makes it.

Annotated sets disagree on this: one marks "Mr. Ortiz", the next "Ortiz". The training's labels and
what the check finds go through the same rules, so that both speak of the same span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aigc_guard.records import Span

Marked = tuple[int, int, str]
"""Start, end and label of a name."""

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CHINESE_PLACE = re.compile(
    "[路街巷弄村镇乡道里园苑区][^，。；]*[0-9一二三四五六七八九十〇零０-９]|号楼?|号院|单元|室$|[0-9]栋"
)
_STRAY = ' \t\r\n,;:>|*、，。"“”‘„«»'
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TITLE = re.compile(r"(?:mr|mrs|ms|mx|miss|dr|professor|prof)\b\.?\s*", re.IGNORECASE)
_JOINT = re.compile(r"[\s,]+(?:and|or|of|the|in|at|from|to|for|by|with|is|'s|’s)$")
_POSSESSIVE = re.compile(r"['’]s?$")
_CODE = re.compile(r"\b(?:zip|postal|postcode|post code|pin code)\b[^.!?\n]{0,20}$", re.IGNORECASE)
_HOUSE = re.compile(r"(?<![\w.,:/-])\d{1,6}[a-zA-Z]? $")
_BETWEEN = re.compile(r"(?:[\s,>|?*]|\bnan\b){1,12}")
"""What stands between two parts of an address: also the marks of a quoted line."""
_NUMBER_GOES_ON = re.compile(r"[ \-./]{1,2}[(\d]|[-x(]\d")


def extents(label: str, text: str, span: Span) -> Iterator[Span]:
    """The names that ``span`` of ``text`` marks: whole words, without titles and stray signs.

    A name of one line ends with it: the reader sees no line breaks, and below a person's name on a
    letterhead stands the firm's. Nothing is given for what names nobody, such as a title alone.
    """
    span = _trimmed(text, _whole_words(text, span))
    if label == "ADDRESS":
        yield from _filled(text, _from_house_number(text, _before_a_number(text, span)))
        return
    start = span.start
    for line in re.split(r"(\n)", text[span.start : span.end]):
        part = _trimmed(text, Span(start, start + len(line)))
        if label == "PERSON":
            part = _person(text, part)
        start += len(line)
        yield from _filled(text, _without_joint(text, part))


def joined(text: str, names: Iterable[Marked]) -> list[Marked]:
    """The parts of a postal address in one, and first and last names.

    A reader who has to hide an address means the whole line, with town and code.
    """
    out: list[Marked] = []
    for start, end, label in sorted(names):
        last, between = (out[-1][2], text[out[-1][1] : start]) if out else ("", "")
        address = last == "ADDRESS" and label in ("ADDRESS", "LOCATION")
        person = last == label == "PERSON" and between == " "
        if person or (address and _BETWEEN.fullmatch(between)):
            out[-1] = (out[-1][0], end, last)
        else:
            out.append((start, end, label))
    return out


def label_of(label: str, value: str) -> str:
    """What has no number is a place, not the address of somebody."""
    if label == "ADDRESS" and not any(char.isdigit() for char in value):
        return "LOCATION"
    return label


def is_written_as(label: str, text: str, place: Span) -> bool:
    """Whether the original spelling allows the label: the reader sees folded, lower-case text.

    An address in a text that uses capitals has one ("212 otters" has none); a number alone is one
    only where the text calls it a postal code; a Chinese one names a kind of place. Only addresses
    are held to this: names in careless writing often lack capitals.
    """
    part = text[place.start : place.end]
    if label != "ADDRESS":
        return True
    if _CHINESE.search(part):
        return bool(_CHINESE_PLACE.search(part))
    if not any(char.isalpha() for char in part):
        return bool(_CODE.search(text[: place.start]))
    return any(char.isupper() for char in part) or text == text.lower()


def _filled(text: str, span: Span) -> Iterator[Span]:
    """One character alone names nobody, nor do signs."""
    value = text[span.start : span.end]
    if len(value) >= 2 and any(char.isalnum() for char in value):
        yield span


def _trimmed(text: str, span: Span) -> Span:
    """``span`` without white space, stray signs and halves of brackets at its ends."""
    start, end = span.start, span.end
    while start < end:
        value = text[start:end]
        first, last = value[0], value[-1]
        opened = next((closing for closing, sign in _PAIRS.items() if sign == first), "")
        if first in _STRAY + "." or (opened and opened not in value):
            start += 1
        elif last in _STRAY or (last in _PAIRS and _PAIRS[last] not in value):
            end -= 1
        else:
            break
    return Span(start, end)


def _whole_words(text: str, span: Span) -> Span:
    """``span`` grown to the ends of the words it begins and ends in (Chinese has no such words)."""
    start, end = span.start, span.end
    if start == end:
        return span
    while start > 0 and _inside(text, start):
        start -= 1
    while end < len(text) and _inside(text, end):
        end += 1
    return Span(start, end)


def _inside(text: str, at: int) -> bool:
    pair = text[at - 1 : at + 1]
    return pair[0].isalpha() and pair[1].isalpha() and not _CHINESE.search(pair)


def _person(text: str, span: Span) -> Span:
    """A person's name without "Mr." before it and the "'s" behind it."""
    start, end = span.start, span.end
    if title := _TITLE.match(text, start, end):
        start = title.end()
    if own := _POSSESSIVE.search(text[start:end]):
        end = start + own.start()
    return Span(start, end)


def _without_joint(text: str, span: Span) -> Span:
    """``span`` without a small word at its end that leads on to the next name."""
    joint = _JOINT.search(text[span.start : span.end])
    return Span(span.start, span.start + joint.start()) if joint else span


def _from_house_number(text: str, span: Span) -> Span:
    """An address with the number right before it."""
    number = _HOUSE.search(text, max(0, span.start - 9), span.start)
    return Span(number.start(), span.end) if number else span


def _before_a_number(text: str, span: Span) -> Span:
    """An address without the line below it when that is the beginning of a longer number."""
    head, line, last = text[span.start : span.end].rpartition("\n")
    if line and last.strip(" +(").isdigit() and _NUMBER_GOES_ON.match(text, span.end):
        return _trimmed(text, Span(span.start, span.start + len(head)))
    return span
