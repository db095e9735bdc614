"""Citations of Europe: ECLI, neutral citations and reports of the common law, EU acts and cases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aigc_guard.checks.citations.citation import Citation, Slot
from aigc_guard.checks.citations.parties import NOBODY, name_before

_COUNTRIES_WORDS = """
    EU CE AT BE BG HR CY CZ DK EE FI FR DE GR EL HU IE IT LV LT LU MT NL PL PT RO SK SI ES
    SE GB UK EP
"""
_COUNTRIES = frozenset(_COUNTRIES_WORDS.split())
_ECLI = re.compile(
    r"(?<![A-Za-z0-9])ECLI:(?P<country>[A-Z]{2}):(?P<court>[A-Z0-9]{1,7}):(?P<year>\d{4}):"
    r"(?P<number>[A-Z0-9](?:[A-Z0-9.]{0,24}[A-Z0-9])?)",
    re.IGNORECASE,
)
# Courts with neutral citations: the years in which they have given them.
_COURTS: dict[str, tuple[int, int | None]] = {
    "UKSC": (2009, None), "UKPC": (1996, None), "UKHL": (1996, 2009), "EWCA": (2000, None),
    "EWHC": (2000, None), "EWFC": (2014, None), "EWCOP": (2014, None), "UKUT": (2008, None),
    "UKFTT": (2009, None), "UKEAT": (2001, None), "EAT": (2021, None), "CSIH": (2005, None),
    "CSOH": (2005, None), "HCJAC": (2005, None), "NICA": (1998, None), "NIQB": (1998, None),
    "NIKB": (2022, None), "NICH": (1998, None), "UKIPTRIB": (2010, None), "CAT": (2002, None),
    "IESC": (2000, None), "IEHC": (2000, None), "IECA": (2014, None), "HCA": (1998, None),
    "FCA": (1999, None), "FCAFC": (2002, None), "NSWCA": (1999, None), "NSWSC": (1999, None),
    "VSC": (1998, None), "VSCA": (1998, None), "NZSC": (2004, None), "NZCA": (2007, None),
    "NZHC": (2012, None), "SGCA": (2000, None), "SGHC": (2000, None), "HKCFA": (1997, None),
    "HKCA": (1997, None), "HKCFI": (1997, None), "ZACC": (1995, None), "ZASCA": (1999, None),
    "SCC": (2000, None), "ONCA": (2007, None), "BCCA": (1999, None),
}  # fmt: skip
_REPORTS_WORDS = """
    AC QB KB Ch Fam P WLR AllER AllERComm LloydsRep CrAppR ICR IRLR BCLC BCC FSR RPC EMLR
    HLR PIQR FLR FCR CMLR ECR EHRR EGLR P&CR LGR STC TC WTLR CLC BLR ConLR EnvLR ACD IR ILRM
    SC SLT SCLR CLR ALR NZLR SCR DLR SLR HKLRD HKCFAR EWCop COPLR RTR Costs
"""
_REPORTS = frozenset(_REPORTS_WORDS.split())
_NEUTRAL = re.compile(
    r"\[(?P<year>\d{4})\]\s{1,2}(?P<court>[A-Z][A-Za-z]{1,9})(?P<division>\s(?:Civ|Crim))?"
    r"\s{1,2}(?P<number>\d{1,5})(?:\s\((?P<list>[A-Za-z]{2,10})\))?(?![A-Za-z0-9])"
)
_REPORT = re.compile(
    r"\[(?P<year>\d{4})\]\s{1,2}(?:(?P<volume>\d{1,2})\s{1,2})?"
    r"(?P<report>[A-Z][A-Za-z.'’&]{0,9}(?:\s[A-Z][A-Za-z.'’()&]{0,8}){0,3})\s{1,2}(?P<page>\d{1,5})(?![A-Za-z0-9])"
)
_SIGN = r"(?:EU|EC|EEC|ECSC|Euratom|CFSP|JHA)"
_ACT = re.compile(
    rf"(?<![A-Za-z])(?P<kind>Regulation|Directive|Decision|Recommendation)\s(?:\({_SIGN}(?:,\s?{_SIGN})*\)\s?)?"
    rf"(?:No\.?\s?)?(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?P<sign>/{_SIGN})?(?![\d/])",
)
_ACT_ZH = re.compile(
    rf"(?:\(?{_SIGN}\)?\s?|欧盟|歐盟)第?\s?(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?:/{_SIGN})?\s?号?"
    r"(?P<kind>条例|指令|决定|建议)"
)
_KINDS = {"条例": "Regulation", "指令": "Directive", "决定": "Decision", "建议": "Recommendation"}
_CASE = re.compile(
    r"(?<![A-Za-z])Cases?\s(?P<court>[CTF])[-‑–](?P<number>\d{1,4})/(?P<year>\d{2})(?!\d)"
)
_FOUNDED = 1952


def read_european(text: str) -> Iterator[Citation]:
    """ECLI, EU acts and cases, neutral citations, law reports."""
    yield from _ecli(text)
    yield from _acts(text)
    for match in _CASE.finditer(text):
        slot = Slot("eu", f"Case {match['court']}", f"{int(match['number'])}/{match['year']}")
        yield Citation(match.start(), match.end(), slot, *name_before(text, match.start()))
    neutral = set()
    for match in _NEUTRAL.finditer(text):
        if match["court"] in _COURTS or _is_court(match["court"]):
            neutral.add(match.start())
            yield _neutral(text, match)
    for match in _REPORT.finditer(text):
        if match.start() not in neutral:
            yield from _report(text, match)


def _ecli(text: str) -> Iterator[Citation]:
    for match in _ECLI.finditer(text):
        country = match["country"].upper()
        slot = Slot("ecli", f"{country}:{match['court'].upper()}:{match['year']}",
                    match["number"].upper())  # fmt: skip
        yield Citation(
            match.start(), match.end(), slot, *name_before(text, match.start()),
            year=int(match["year"]), is_known_form=country in _COUNTRIES,
        )  # fmt: skip


def _acts(text: str) -> Iterator[Citation]:
    for match in (*_ACT.finditer(text), *_ACT_ZH.finditer(text)):
        kind = _KINDS.get(match["kind"], match["kind"])
        a, b = match["a"].lstrip("0") or "0", match["b"].lstrip("0") or "0"
        yield Citation(
            match.start(), match.end(), Slot("eu", kind, f"{a}/{b}"), year=_year_of(a, b),
            first_year=_FOUNDED,
        )  # fmt: skip


def _year_of(a: str, b: str) -> int:
    """Year and number stand in either order, the year once with two figures (95/46/EC)."""
    years = [int(one) if len(one) == 4 else 1900 + int(one) for one in (a, b) if len(one) in (2, 4)]
    likely = [year for year in years if _FOUNDED <= year <= 2100]
    return likely[0] if likely else (years[0] if years else 0)


def _is_court(letters: str) -> bool:
    """``[2020] UKZZ 5``: four capitals or more are a court, known or not; reports are shorter."""
    return letters.isupper() and len(letters) >= 4 and letters not in _REPORTS


def _neutral(text: str, match: re.Match[str]) -> Citation:
    court = match["court"]
    first, last = _COURTS.get(court, (None, None))
    work = f"{match['year']} {court}{(match['division'] or '').rstrip()}"
    return Citation(
        match.start(), match.end(), Slot("common", work, str(int(match["number"]))),
        *name_before(text, match.start()), year=int(match["year"]),
        first_year=first, last_year=last, is_known_form=court in _COURTS,
    )  # fmt: skip


def _report(text: str, match: re.Match[str]) -> Iterator[Citation]:
    report = re.sub(r"[^A-Za-z&]", "", match["report"])
    named = name_before(text, match.start())
    known = report in _REPORTS
    if not known and named is NOBODY:
        return  # [1] Smith 12: a list of literature
    work = f"{match['year']} {match['volume'] or ''} {report}"
    yield Citation(
        match.start(), match.end(), Slot("common", " ".join(work.split()), match["page"]), *named,
        year=int(match["year"]), first_year=1865, is_known_form=known,
    )  # fmt: skip
