"""Forms of China's identifiers, telephone numbers and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aigc_guard.checks.pii import checksums
from aigc_guard.checks.pii.forms import END, FORM, START, SURE, Form, words


def _bank_card(value: str) -> bool:
    return 16 <= len(value) <= 19 and checksums.luhn(value)


FORMS: tuple[Form, ...] = (
    Form(
        "CN_RESIDENT_ID",
        re.compile(START + r"\d{6}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXx]" + END),
        SURE,
        checksums.resident_id,
        run=17,
    ),
    Form(
        "CN_CREDIT_CODE",
        re.compile(START + r"[1-9A-HJ-NPQRTUWXY][1-59]\d{6}[0-9A-HJ-NPQRTUWXY]{10}" + END),
        SURE,
        checksums.credit_code,
        run=7,
        needs=re.compile(r"[1-59]\d{6}"),
    ),
    Form(
        "CN_BANK_CARD",
        re.compile(START + r"(?:62\d\d|9558)(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?" + END),
        SURE,
        _bank_card,
        run=16,
    ),
    Form(
        "CN_BANK_CARD",
        re.compile(START + r"[3-9]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?" + END),
        SURE,
        _bank_card,
        words("银行|卡号|储蓄|借记|银联"),
        run=16,
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(START + r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}" + END),
        FORM,
        run=11,
    ),
    Form(
        "PHONE_NUMBER",
        re.compile(
            START
            + r"(?:\(0\d{2,3}\)|0\d{2,3}[- ])[ ]?[2-8]\d{2,3}[- ]?\d{4}(?:[-转]\d{1,4})?(?!\d)"
        ),
        FORM,
        run=9,
    ),
    Form("PHONE_NUMBER", re.compile(r"(?<![\d-])[48]00[- ]\d{3}[- ]?\d{4}(?![\d-])"), FORM, run=10),
)

_STREET = re.compile(
    r"(?:路|街|大道|巷|胡同|弄|村|镇|园|苑|城)[\u4e00-\u9fffA-Za-z]{0,6}\d{1,5}(?:号|弄|栋|幢|座|室|院)"
    r"(?:[\u4e00-\u9fffA-Za-z]{0,8}\d{0,5}-?\d{0,5}(?:号楼|室|楼|层|座|单元|栋|幢|号|院)){0,5}"
)
_BEFORE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,28}$")
_LEAD = re.compile(
    r".*(?:地址是|地址为|地址|住址|住在|位于|寄到|寄往|送到|送至|来到|前往|搬到|在|于|到|至|址)"
)
_REGION = re.compile(
    r"(?:北京|上海|天津|重庆|香港|澳门|[\u4e00-\u9fff]{2,3}(?:省|自治区)|[\u4e00-\u9fff]{2,5}市)"
)


def find_addresses(text: str) -> Iterator[tuple[str, int, int, float]]:
    """Chinese addresses: a street with its number, back to the region's or the sentence's start."""
    for match in _STREET.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - 28), match.start())
        start = match.start()
        if before:
            run = before[0]
            region = _REGION.search(run)
            lead = _LEAD.match(run)
            skip = lead.end() if lead else region.start() if region else max(0, len(run) - 12)
            if lead and region and region.start() > lead.end():
                skip = region.start()
            start = before.start() + skip
        yield "ADDRESS", start, match.end(), FORM
