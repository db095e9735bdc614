"""Citations of the United States: cases, statutes and journals.

eyecite's tables say which reporters exist and from when. Year and name are read beside the
citation itself: eyecite takes them from the next one where they are missing. Later editions than
there are, and reporters that nobody knows, are read as well; eyecite passes them over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from aigc_guard.checks.citations.citation import Citation, Slot
from aigc_guard.checks.citations.parties import NOBODY, name_before
from aigc_guard.errors import CheckError

_WORD = r"[A-Z][A-Za-z.'’&]{0,20}"
_SERIES = r"(?:[2-9]d|[1-9]\d?(?:st|nd|rd|th))"
_NAME = rf"{_WORD}(?:\s{{1,2}}{_WORD}|\s?{_SERIES}(?![a-z])|\s(?:of|and|&)(?=\s)){{0,6}}"
_CASE = re.compile(
    rf"(?<![A-Za-z0-9_.$€£¥/-])(?P<volume>[1-9]\d{{0,3}})\s{{1,2}}(?P<reporter>{_NAME}),?\s{{1,2}}"
    r"(?:(?P<at>at)\s(?P<pin>\d{1,6})|(?P<page>\d{1,8}))(?![A-Za-z0-9_%]|[,.:]\d|/\d)"
)
_STATUTE = re.compile(
    r"(?<![A-Za-z0-9_.$-])(?P<title>[1-9]\d{0,2})\s{1,2}"
    r"(?P<reporter>U\.?\s?S\.?\s?C\.?(?:\s?[AS]\.)?|U\.?\s?S\.?\s?Code|C\.?\s?F\.?\s?R\.?)"
    r"\s{0,2}(?:§{1,2}|[Ss]ec(?:tions?|s?\.)|[Pp]arts?)?\s{0,2}(?P<section>\d[\w.–-]{0,20})"
    r"(?P<part>(?:\([A-Za-z0-9]{1,5}\)){0,6})"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<reporter>[A-Z][A-Za-z]{0,12}\.(?:\s{0,2}[A-Z&][A-Za-z&.'’]{0,15}){0,6},?)"
    r"\s{0,2}§{1,2}\s{0,2}(?P<section>\d[\w.:–-]{0,20})(?P<part>(?:\([A-Za-z0-9]{1,5}\)){0,6})"
)
_YEAR_BEHIND = re.compile(
    r"(?:,?\s(?:at\s)?(?:\d{1,6}(?:[–-]\d{1,6})?|n\.\s?\d{1,3}|\*\d{1,5}|¶\s?\d{1,4})){0,6}"
    r"\s?\((?P<inside>[^()\n]{0,60}?)(?P<year>\d{4})\)"
)
_PARALLEL = re.compile(r"(?:,\s(?:at\s)?\d{1,6}(?:[–-]\d{1,6})?){0,3},\s")
_OWN_SERIES = re.compile(rf"[A-Z][A-Za-z.\s]*\.\s?{_SERIES}$")
_MONTHS = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?$|(?:Nos?|Dr|Mr|Mrs|Ms|St|Art)\.$"
)
_RETOLD = {"U.S.": 1754}  # its first ninety volumes were numbered long after they were printed
_MOST_CODES = 300
_SLACK = 1


class Edition(NamedTuple):
    """A reporter's edition by its usual short name, and its years."""

    name: str
    first: int | None
    last: int | None
    kind: str


@cache
def _editions() -> dict[str, tuple[Any, ...]]:
    """eyecite's editions by spelling without white space."""
    try:
        from eyecite.tokenizers import EDITIONS_LOOKUP
    except ImportError as error:
        raise CheckError(
            "citations",
            "eyecite, which knows the reporters of the United States, is not installed",
            hint="pip install 'aigc-guard[legal]'",
        ) from error
    found: dict[str, tuple[Any, ...]] = {}
    for spelling, editions in EDITIONS_LOOKUP.items():
        found.setdefault("".join(spelling.split()), tuple(editions))
    return found


@lru_cache(maxsize=8192)
def edition_of(reporter: str) -> Edition | None:
    """The edition that a reporter's spelling means; None for one that nobody knows."""
    key = "".join(reporter.replace("’", "'").split())
    editions = _editions().get(key)
    if not editions:
        return None
    first = editions[0]
    starts = [one.start.year for one in editions if one.start]
    ends = [one.end.year if one.end else None for one in editions]
    start = _RETOLD.get(first.short_name, min(starts) - _SLACK if starts else None)
    known = [end for end in ends if end is not None]
    last = max(known) + _SLACK if known and len(known) == len(ends) else None
    return Edition(first.short_name, start, last, str(first.reporter.cite_type))


@lru_cache(maxsize=2048)
def _knows_code(reporter: str) -> bool:
    """Whether eyecite reads ``reporter § 1`` as a statute, of a state as a rule."""
    import logging

    _editions()
    from eyecite import get_citations
    from eyecite.models import FullLawCitation

    logging.getLogger("eyecite").setLevel(logging.ERROR)  # it would log the words it reads
    plain = " ".join(reporter.replace("’", "'").split())
    found = get_citations(f"{plain} § 1")
    return any(isinstance(one, FullLawCitation) for one in found)


def read_american(text: str) -> Iterator[Citation]:
    """Citations in order of their kinds: statutes, codes, then cases and journals."""
    taken: list[tuple[int, int]] = []
    for one in (*_statutes(text), *_codes(text)):
        taken.append((one.start, one.end))
        yield one
    covered = {at for start, end in taken for at in range(start, end)}
    cases = [one for one in _cases(text) if one.start not in covered]
    yield from _with_parallels(text, cases)


def _statutes(text: str) -> Iterator[Citation]:
    for match in _STATUTE.finditer(text):
        short = "C.F.R." if "F" in match["reporter"] else "U.S.C."
        section = match["section"].rstrip(".–-")
        slot = Slot("us", f"{match['title']} {short}", section, match["part"])
        end = match.end() if match["part"] else match.start("section") + len(section)
        yield Citation(match.start(), end, slot)


def _codes(text: str) -> Iterator[Citation]:
    seen: set[str] = set()
    for match in _CODE.finditer(text):
        reporter = "".join(match["reporter"].rstrip(",").split())
        if reporter in ("U.S.C.", "C.F.R.", "U.S.C.A.", "U.S.C.S."):
            continue  # the number of its title stands before it
        seen.add(reporter)
        known = len(seen) <= _MOST_CODES and _knows_code(match["reporter"].rstrip(","))
        section = match["section"].rstrip(".:–-")
        slot = Slot("us", reporter, section, match["part"])
        end = match.end() if match["part"] else match.start("section") + len(section)
        yield Citation(match.start(), end, slot, is_known_form=known)


def _cases(text: str) -> Iterator[Citation]:
    at = 0
    while match := _CASE.search(text, at):
        found = _case(text, match)
        at = match.end() if found is not None else match.end("volume")
        if found is not None:
            yield found


def _case(text: str, match: re.Match[str]) -> Citation | None:
    reporter = " ".join(match["reporter"].split())
    if _MONTHS.search(reporter):
        return None
    named = name_before(text, match.start())
    behind = _YEAR_BEHIND.match(text, match.end())
    looks_like_one = len(reporter) > 2 and ("." in reporter or reporter.isupper())
    if not looks_like_one and behind is None and named is NOBODY:
        return None  # Iowa 21 Ohio 14; room 12 B. 4
    edition = edition_of(reporter)
    if edition is None:
        sure = bool(_OWN_SERIES.match(reporter)) or ("." in reporter and (behind or named.name))
        if not sure:
            return None
        edition = Edition("".join(reporter.split()), None, None, "")
        known = False
    else:
        known = True
    slot = Slot("us", f"{match['volume']} {edition.name}", match["page"] or match["pin"])
    return Citation(
        match.start(), match.end(), slot, *named,
        year=int(behind["year"]) if behind else None,
        first_year=edition.first, last_year=edition.last,
        is_known_form=known, is_short=bool(match["at"]),
    )  # fmt: skip


def _with_parallels(text: str, cases: list[Citation]) -> Iterator[Citation]:
    """Parallel citations share what stands at their ends: the name before, the year behind."""
    for index in range(len(cases) - 2, -1, -1):
        one, after = cases[index], cases[index + 1]
        if one.year is None and _PARALLEL.fullmatch(text, one.end, after.start):
            cases[index] = replace(one, year=after.year)
    before: Citation | None = None
    for one in cases:
        found = one
        if before is not None and _PARALLEL.fullmatch(text, before.end, one.start):
            found = replace(one, name=before.name, name_start=before.name_start,
                            name_end=before.name_end)  # fmt: skip
        before = found
        yield found
