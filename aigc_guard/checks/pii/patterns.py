"""Presidio recognizers for identifiers: its own where they do, ours where they lack something.

Scores: 1.0 checksum holds, 0.85 unmistakable form, 0.6 form that context or a list supports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aigc_guard.checks.pii import checksums

_SURE, _FORM, _LIKELY = 1.0, 0.85, 0.6
_NO_DIGIT_BEFORE = r"(?<![\dA-Za-z])(?<!\d[-.])"
_NO_DIGIT_AFTER = r"(?![\dA-Za-z])(?![-.]\d)"


def _digits(text: str) -> str:
    return re.sub(r"[ \-\u2013.]", "", text)


@dataclass(frozen=True, slots=True)
class Form:
    """One way an identifier is written: a pattern, and a test of the value without separators."""

    label: str
    pattern: re.Pattern[str]
    score: float
    holds: Callable[[str], bool] = field(default=lambda value: True)
    context: re.Pattern[str] | None = None
    """Words one of which must stand within the 60 characters before the value."""


def _near(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_PHONE_WORDS = _near(
    r"phone|tel\b|tel[.:]|call|dial|mobile|cell|fax|text\b|sms|whats ?app|hotline|contact|ring|line|"
    r"电话|手机|致电|热线|联系|拨打|传真|座机"
)
_BANK_WORDS = _near(r"银行|卡号|账号|账户|储蓄|借记|信用卡|card|account|银联")
_SSN_WORDS = _near(r"\bssn|social security|soc\.? sec|\bss#|tax id|taxpayer")
_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|"
    "terrace|way|parkway|pkwy|highway|hwy|close|crescent|row|circle|cir|trail|plaza|alley"
)

FORMS: tuple[Form, ...] = (
    # Cards that presidio's pattern leaves out: Mastercard's 2-series.
    Form(
        "CREDIT_CARD",
        re.compile(
            _NO_DIGIT_BEFORE + r"(?:5[1-5]\d\d|2[2-7]\d\d)(?:[ -]?\d{4}){3}" + _NO_DIGIT_AFTER
        ),
        _SURE,
        checksums.luhn,
    ),
    Form(
        "CREDIT_CARD",
        re.compile(
            _NO_DIGIT_BEFORE
            + r"(?:5[06-8]|6[0-9])\d{2}(?:[ -]?\d{4}){2}[ -]?\d{1,7}"
            + _NO_DIGIT_AFTER
        ),
        _LIKELY,
        checksums.luhn,
    ),
    # China.
    Form(
        "CN_RESIDENT_ID",
        re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXx](?![\dA-Za-z])"),
        _SURE,
        checksums.resident_id,
    ),
    Form(
        "CN_CREDIT_CODE",
        re.compile(r"(?<![\dA-Za-z])[159ANY][1-9][1-9]\d{5}[0-9A-HJ-NPQRTUWXY]{10}(?![\dA-Za-z])"),
        _SURE,
        checksums.credit_code,
    ),
    Form(
        "CN_BANK_CARD",
        re.compile(
            r"(?<![\dA-Za-z])(?:62\d{2}|60\d{2}|9558)(?:[ -]?\d{4}){2}[ -]?\d{4}(?:[ -]?\d{1,4})?(?![\dA-Za-z])"
        ),
        _SURE,
        lambda value: 16 <= len(value) <= 19 and checksums.luhn(value),
    ),
    Form(
        "CN_BANK_CARD",
        re.compile(r"(?<![\dA-Za-z])[3-9]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\dA-Za-z])"),
        _FORM,
        lambda value: 16 <= len(value) <= 19 and checksums.luhn(value),
        _near("银行|卡号|储蓄|借记|银联"),
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(r"(?<![\dA-Za-z])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\dA-Za-z])"),
        _FORM,
        lambda value: len(value) >= 11,
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[- ])[ ]?[2-8]\d{2,3}[- ]?\d{4}(?:[-转]\d{1,4})?(?![\d])"
        ),
        _FORM,
    ),
    Form("PHONE_NUMBER", re.compile(r"(?<![\d-])[48]00[- ]\d{3}[- ]?\d{4}(?![\d-])"), _FORM),
    # North America, the reserved 555-01xx among them.
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z(+])(?<!\d[-.])(?:(?:\+|00)?1[-. ]?)?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[-. ])"
            r"\d{3}[-. ]\d{4}(?:[ ,]*(?:x|ext\.?|extension)[ .]?\d{1,6})?(?![\dA-Za-z])(?![-.]\d)"
        ),
        _FORM,
    ),
    Form("PHONE_NUMBER", re.compile(r"(?<![\d.-])555-01\d\d(?![\d-])"), _FORM),
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z])(?:\+|00)\d{1,3}[-. ]?(?:\(0?\d{1,4}\)[-. ]?)?\d{1,5}(?:[-. /]?\d{2,5}){1,4}"
            r"(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\dA-Za-z])"
        ),
        _LIKELY,
        lambda value: 8 <= len(re.sub(r"\D", "", value)) <= 18,
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(
            r"(?<![\dA-Za-z.,$£€/-])\(?0?\d{2,5}\)?(?:[-. /]?\d{2,5}){1,4}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?"
            r"(?![\dA-Za-z%])(?![.,/-]\d)"
        ),
        _LIKELY,
        lambda value: 7 <= len(re.sub(r"\D", "", value)) <= 15,
        _PHONE_WORDS,
    ),
    # Written around a filter.
    Form(
        "EMAIL_ADDRESS",
        re.compile(
            r"\b[\w.+-]+[ ]?[(\[{<][ ]?at[ ]?[)\]}>][ ]?[\w-]+(?:(?:[ ]?[(\[{<][ ]?dot[ ]?[)\]}>][ ]?|\.)[\w-]+)+",
            re.IGNORECASE,
        ),
        _FORM,
    ),
    Form(
        "US_SSN",
        re.compile(
            r"(?<![\dA-Za-z-])(?!000|666)\d{3}[- ]?(?!00)\d\d[- ]?(?!0000)\d{4}(?![\dA-Za-z-])"
        ),
        _FORM,
        context=_SSN_WORDS,
    ),
    # Addresses whose form alone says so; the names model finds the rest.
    Form(
        "ADDRESS",
        re.compile(
            r"\b\d{1,5}[A-Za-z]?(?:-\d+)?[ ](?:[NSEW]\.?[ ])?(?:[A-Z][\w'’.-]*[ ]){1,4}(?:"
            + _STREETS
            + r")\b\.?"
            r"(?:,?[ ](?:apt|apartment|suite|ste|unit|floor|no|#)\.?[ ]?#?\w+)?"
            r"(?:,[ ][A-Z][\w .'-]{2,30}?)?(?:,?[ ][A-Z]{2}[ ]\d{5}(?:-\d{4})?)?(?![\w])",
            re.IGNORECASE,
        ),
        _FORM,
    ),
    Form(
        "ADDRESS",
        re.compile(
            r"(?:[\u4e00-\u9fff]{2,7}(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}[市州盟])?(?:[\u4e00-\u9fff]{1,6}[区县旗])?"
            r"[\u4e00-\u9fffA-Za-z0-9]{1,12}(?:路|街|大道|巷|胡同|弄|村|镇)[\u4e00-\u9fffA-Za-z0-9-]{0,8}?\d{1,5}号?"
            r"(?:[\u4e00-\u9fffA-Za-z0-9-]{0,14}(?:室|楼|层|座|单元|栋|幢))*"
        ),
        _FORM,
    ),
)
"""Forms beyond presidio's, in no particular order."""


def find_forms(text: str) -> Iterator[tuple[str, int, int, float]]:
    """(label, start, end, score) of every form that holds; overlapping ones all appear."""
    for form in FORMS:
        for match in form.pattern.finditer(text):
            start, end = match.span()
            if not form.holds(_digits(match[0])):
                continue
            if form.context and not form.context.search(text[max(0, start - 60) : start]):
                continue
            yield form.label, start, end, form.score


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


def find_phones(text: str, regions: Iterable[str] = PHONE_REGIONS) -> Iterator[tuple[int, int]]:
    """Numbers that libphonenumber holds valid in one of ``regions``."""
    if not re.search(r"\d{2}", text):
        return
    import phonenumbers

    seen: set[tuple[int, int]] = set()
    for region in regions:
        for match in phonenumbers.PhoneNumberMatcher(text, region, max_tries=len(text) + 100):
            if (match.start, match.end) not in seen and _written_as_phone(match.raw_string):
                seen.add((match.start, match.end))
                yield match.start, match.end


def _written_as_phone(raw: str) -> bool:
    """A bare run of digits is a phone only under a country code or a leading zero."""
    return bool(re.search(r"\D", raw)) or raw.startswith("0")
