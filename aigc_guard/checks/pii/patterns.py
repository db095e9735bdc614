"""Presidio recognizers for identifiers: its own where they do, ours where they lack something.

Scores: 1.0 checksum holds, 0.85 unmistakable form, 0.6 form that context or a list supports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from aigc_guard.checks.pii import checksums, china
from aigc_guard.checks.pii.forms import (
    END,
    FORM,
    LIKELY,
    START,
    SURE,
    Form,
    longest_run,
    number_starts,
    words,
)

_START = START + r"(?<!\d[-.])"
_END = END + r"(?![-.]\d)"
_PHONE_WORDS = words(
    r"(?:phone|tel|telephone|call|dial|mobile|cell|fax|text|sms|whats ?app|hotline|contact|reach|"
    r"电话|手机|致电|热线|联系|拨打|传真|座机)"
    r"(?:(?!card|account|policy|order|tax)[^\d\n]){0,25}$"
)
_CARD_WORDS = words(r"card|visa|maestro|credit|debit|信用卡|卡号")
_NOT_A_PHONE = re.compile(
    r"(?:19|20)\d\d([-/. ])\d\d?\1\d\d?|\d\d?([-/. ])\d\d?\2(?:19|20)?\d\d"
    r"|(?:19|20)\d\d-(?:19|20)\d\d"
    r"|\d{3}-\d{3}-\d\d-\d\d|\d{3}-\d\d-\d{4}|\d{1,3}(?:\.\d{1,3}){3}|\d{5}-\d{4}"
)
_SSN_FORM = 0.9
_SSN_WORDS = words(r"\bssn|social security|soc\.? sec|\bss#|tax id|taxpayer")
_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|"
    "terrace|way|parkway|pkwy|highway|hwy|close|crescent|row|circle|cir|trail|plaza|alley"
)

FORMS: tuple[Form, ...] = (
    # Cards that presidio's pattern leaves out: Mastercard's 2-series.
    Form(
        "CREDIT_CARD",
        re.compile(_START + r"(?:5[1-5]\d\d|2[2-7]\d\d)(?:[ -]?\d{4}){3}" + _END),
        SURE,
        checksums.luhn,
        run=16,
    ),
    Form(
        "CREDIT_CARD",
        re.compile(_START + r"(?:5[06-8]|6[0-9])\d{2}(?:[ -]?\d{4}){2}[ -]?\d{0,7}" + _END),
        LIKELY,
        checksums.luhn,
        run=12,
    ),
    Form(
        "CREDIT_CARD",
        re.compile(_START + r"[2-6]\d{11,18}" + _END),
        FORM,
        checksums.luhn,
        _CARD_WORDS,
        run=12,
    ),
    # Presidio wants capitals.
    Form(
        "IBAN_CODE",
        re.compile(START + r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}" + END),
        SURE,
        checksums.iban,
        run=2,
        needs=re.compile(r"\d\d(?<=[A-Za-z]{2}..)"),
    ),
    # North America, the reserved 555-01xx among them.
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z(+])(?<!\d[-.])(?:(?:\+|00)?1[-. ]?)?"
            r"(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[-. ])"
            r"\d{3}[-. ]\d{4}(?:[ ,]*(?:x|ext\.?|extension)[ .]?\d{1,6})?(?![\dA-Za-z])(?![-.]\d)"
        ),
        FORM,
        run=10,
    ),
    Form("PHONE_NUMBER", re.compile(r"(?<![\w.-])555-01\d\d(?![\w-])"), FORM, run=7),
    Form("PHONE_NUMBER", re.compile(r"(?<![\w.$-])[2-9]\d\d-\d{4}(?![\w-])"), LIKELY, run=7),
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z])(?:\+|00)\d{1,3}[-. ]?(?:\(0?\d{1,4}\)[-. ]?)?"
            r"\d{1,5}(?:[-. /]?\d{2,5}){1,4}"
            r"(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\dA-Za-z])"
        ),
        LIKELY,
        lambda value: 8 <= len(re.sub(r"\D", "", value)) <= 18,
        run=4,
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z.,$£€/-])\(?0?\d{2,5}\)?(?:[-. /]?\d{2,5}){1,4}"
            r"(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\dA-Za-z%])(?![.,/-]\d)"
        ),
        LIKELY,
        lambda value: 7 <= len(re.sub(r"\D", "", value)) <= 15,
        _PHONE_WORDS,
        _NOT_A_PHONE,
        run=4,
    ),
    # Written around a filter.
    Form(
        "EMAIL_ADDRESS",
        re.compile(
            r"\b[\w.+-]{1,64}[ ]?[(\[{<][ ]?at[ ]?[)\]}>][ ]?[\w-]+"
            r"(?:(?:[ ]?[(\[{<][ ]?dot[ ]?[)\]}>][ ]?|\.)[\w-]+)+",
            re.IGNORECASE,
        ),
        FORM,
        needs=words(r"[(\[{<][ ]?at"),
    ),
    Form(
        "US_SSN",
        re.compile(
            r"(?<![\w-])(?!000|666|9)\d{3}(?P<gap>[- ])(?!00)\d\d(?P=gap)(?!0000)\d{4}(?![\w-])"
        ),
        _SSN_FORM,
        run=9,
    ),
    Form(
        "US_SSN",
        re.compile(
            r"(?<![\dA-Za-z-])(?!000|666)\d{3}[- ]?(?!00)\d\d[- ]?(?!0000)\d{4}(?![\dA-Za-z-])"
        ),
        FORM,
        context=_SSN_WORDS,
        run=9,
    ),
    # Addresses whose form alone says so; the names model finds the rest.
    Form(
        "ADDRESS",
        re.compile(
            r"\b\d{1,5}[A-Za-z]?(?:-\d+)?[ ](?:[NSEW]\.?[ ])?(?:[A-Z][\w'’.-]*[ ]){1,4}"
            r"(?i:" + _STREETS + r")\b\.?"
            r"(?:,?[ ](?i:apt|apartment|suite|ste|unit|floor|no|#)\.?[ ]?#?\w+)?"
            r"(?:,[ ][A-Z][\w .'-]{2,30}?)?(?:,?[ ][A-Z]{2}[ ]\d{5}(?:-\d{4})?)?(?![\w])"
        ),
        FORM,
        run=1,
    ),
    *china.FORMS,
)
"""Forms beyond presidio's, in no particular order."""


def find_forms(text: str) -> Iterator[tuple[str, int, int, float]]:
    """(label, start, end, score) of every form that holds; overlapping ones all appear."""
    longest, starts = longest_run(text), number_starts(text)
    for form in FORMS:
        if longest >= form.run:
            yield from form.find(text, starts)
    if longest:
        yield from china.find_addresses(text)


@lru_cache(maxsize=1)
def suffixes() -> Any:
    """tldextract over its bundled public-suffix list: nothing is fetched, nothing is written."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


_RESERVED = (".example", ".test", ".invalid", ".localhost", ".local")


def real_domain(address: str) -> bool:
    """Whether the part after ``@`` ends in a public or a reserved suffix."""
    domain = address.rsplit("@", 1)[-1].lower()
    return domain.endswith(_RESERVED) or suffixes()(domain).fqdn != ""


PHONE_REGIONS = ("US", "GB", "DE", "FR", "IN", "CA", "BR", "AU", "ES", "IT", "CN", "HK")


def find_phones(
    text: str,
    regions: Iterable[str] = PHONE_REGIONS,
    known: Sequence[tuple[int, int]] = (),
) -> Iterator[tuple[int, int]]:
    """Numbers that libphonenumber holds valid in one of ``regions``.

    What lies inside one of the ``known`` places is a number for certain and not looked at.
    """
    if not re.search(r"\d{2}", text) or not _phone_reader().looks_like_phones(text, known):
        return
    seen: set[tuple[int, int]] = set()
    for region in regions:
        reader = _phone_reader()(text, region, max_tries=len(text) + 100)
        reader.known = known
        for match in reader:
            if (match.start, match.end) not in seen and _written_as_phone(match.raw_string):
                seen.add((match.start, match.end))
                yield match.start, match.end


@lru_cache(maxsize=1)
def _phone_reader() -> Any:
    """libphonenumber's matcher without the candidates that ``_written_as_phone`` would refuse.

    Years and prices are most of what it looks at, once for each region; bare digits can only give
    bare digits.
    """
    import phonenumbers

    class Matcher(phonenumbers.PhoneNumberMatcher):
        looking = False
        seen_any = False
        known: Sequence[tuple[int, int]] = ()

        def _extract_match(self, candidate: str, offset: int) -> Any:
            if not _has_other_signs(candidate):
                return None
            end = offset + len(candidate)
            if any(first <= offset and end <= last for first, last in self.known):
                return None
            if self.looking:
                self.seen_any, self._max_tries = True, 0
                return None
            return super()._extract_match(candidate, offset)

        @classmethod
        def looks_like_phones(cls, text: str, known: Sequence[tuple[int, int]]) -> bool:
            """Whether there is any candidate at all, whatever the region."""
            scout = cls(text, None, max_tries=len(text) + 100)
            scout.looking, scout.known = True, known
            scout.has_next()
            return bool(scout.seen_any)

    return Matcher


def _has_other_signs(digits: str) -> bool:
    """Whether more than digits stand there, or a leading zero."""
    return bool(re.search(r"\D", digits)) or digits.startswith("0")


def _written_as_phone(raw: str) -> bool:
    """No date, tax number or address of a machine; bare digits only with a leading zero."""
    if _NOT_A_PHONE.fullmatch(raw.strip()):
        return False
    return _has_other_signs(raw)
