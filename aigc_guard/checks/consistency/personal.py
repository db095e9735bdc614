"""Personal values that stand in the draft of an order that does not hold them, but another does.

No model and no library of telephone numbers is asked: a value is looked at only where it stands in
two drafts and in an order of one of them, which says more than its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aigc_guard.checks.consistency.places import PERSONAL, Effort, Page, Place
from aigc_guard.checks.grounding.dates import read_dates
from aigc_guard.checks.pii.patterns import find_forms
from aigc_guard.records import Brief
from aigc_guard.text import reveal

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE = re.compile(
    r"(?<![\w.,/$€£¥-])(?:\+[ ]?)?\(?\d{1,4}\)?(?:[ .–-]{0,2}\(?\d{2,5}\)?){1,5}(?![\w/-]|[.,]\d)",
    re.ASCII,
)
_GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+")
_IDENTIFIERS = frozenset(
    ("PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "CN_RESIDENT_ID", "CN_BANK_CARD")
)
_DIGITS = range(7, 16)


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a text; equal values have equal keys, however they are written."""

    kind: str
    key: str
    start: int
    end: int


def values(text: str) -> Iterator[Value]:
    """E-mail addresses, telephone and identity numbers; those that overlap all appear."""
    plain = reveal(text)

    def at(kind: str, key: str, start: int, end: int) -> Value:
        place = plain.to_original(start, end)
        return Value(kind, key, place.start, place.end)

    emails = [match.span() for match in _EMAIL.finditer(plain.text)]
    for start, end in emails:
        yield at("email", plain.text[start:end].casefold(), start, end)
    if sum(char.isdigit() for char in plain.text) < _DIGITS.start:
        return
    for label, start, end, _ in find_forms(plain.text):
        if label in _IDENTIFIERS and not _meets(start, end, emails):
            yield at("number", _number(plain.text[start:end]), start, end)
    phones = [match for match in _PHONE.finditer(plain.text) if _is_phone(match[0])]
    dates = read_dates(plain.text) if phones else ()
    taken = emails + [(one.start, one.end) for one in dates]
    for match in phones:
        if not _meets(*match.span(), taken):
            yield at("number", _number(match[0]), *match.span())


def _meets(start: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in places)


def _is_phone(raw: str) -> bool:
    """Written with signs that group it; no amount in thousands."""
    value = raw.strip()
    digits = sum(char.isdigit() for char in value)
    return digits in _DIGITS and not value.isdigit() and not _GROUPED.fullmatch(value)


def _number(raw: str) -> str:
    """Letters and digits, without the country code of the United States and of China."""
    key = re.sub(r"[\W_]", "", raw).upper()
    if not key.isdigit():
        return key
    key = key.removeprefix("00")
    if len(key) == 13 and key.startswith("861"):
        return key[2:]
    if len(key) == 11 and key[0] == "1" and key[1] in "23456789" and not _is_cn_mobile(raw):
        return key[1:]
    return key


def _is_cn_mobile(raw: str) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d([ -]?)\d{4}\1\d{4}", raw.strip()))


class _Order:
    """What a brief holds, as values are compared."""

    def __init__(self, brief: Brief) -> None:
        given = [*(fact.value for fact in brief.facts), *brief.may_publish]
        more = [*brief.required_terms]
        for source in brief.sources:
            more += [source.title, source.url, source.text]
        self._given = _Text(given)
        self._more = _Text(more)

    def gives(self, value: Value) -> bool:
        """Whether a fact or a value that may be published is, or has, this one."""
        return self._given.has(value)

    def knows(self, value: Value) -> bool:
        """Whether anything of the order does."""
        return self._given.has(value) or self._more.has(value)


class _Text:
    def __init__(self, texts: Sequence[str]) -> None:
        plain = [reveal(text).text for text in texts]
        self._words = "\n".join(plain).casefold()
        self._compact = "\n".join(re.sub(r"[\W_]", "", text).upper() for text in plain)

    def has(self, value: Value) -> bool:
        if value.kind == "email":
            return value.key in self._words
        return value.key in self._compact


def shared_values(pages: Sequence[Page], effort: Effort) -> Iterator[Place]:
    """Each value of a draft whose order does not know it, where another draft's order gives it."""
    stated: dict[str, dict[int, list[Value]]] = {}
    for number, page in enumerate(pages):
        for value in values(page.text):
            stated.setdefault(value.key, {}).setdefault(number, []).append(value)
    orders: dict[int, _Order] = {}
    for where in stated.values():
        if len(where) < 2:
            continue
        for number in where:
            orders.setdefault(number, _Order(pages[number].brief))
        effort.comparisons += len(where)
        owners = [number for number, own in where.items() if orders[number].gives(own[0])]
        if not owners:
            continue
        owner = min(owners, key=lambda number: pages[number].brief.id)
        for number, own in where.items():
            if orders[number].knows(own[0]):
                continue
            for one in own:
                about = {"kind": one.kind}
                yield Place(number, PERSONAL, 1.0, owner, one.start, one.end, about)
