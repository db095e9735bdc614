"""Grounding and citations on drafts from the data in which exactly one thing was changed.

A passage of a text is its own brief: as a draft it is borne out word for word. Then one
figure, unit, date, name, quotation or citation becomes another, and the check must find that place;
or a value is written in another form that says the same, and the check must leave it alone. The
places to change are found by plain patterns that share nothing with the checks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.checks.citations.check import CitationsCheck
from aigc_guard.checks.grounding.check import GroundingCheck
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_batch
from aigc_guard.records import Brief, Source, sha256_text
from aigc_guard.training.quality.intervals import wilson
from aigc_guard.training.writers.sources import read_records

SEED = 20261129
SOURCES = (
    "gen_news_gov/data.jsonl.xz", "gen_news_onestop/data.jsonl.xz",
    "gen_legal_cuad/clauses.jsonl.gz",
)  # fmt: skip
FLAGGED = 0.3
"""The check's own floor: what it reports at all."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_SURNAMES = ("Okonkwo", "Lindqvist", "Marchetti", "Vasquez", "Thornbury", "Halvorsen")
_UNITS = {
    "percent": "dollars", "miles": "kilometers", "kilometers": "miles", "pounds": "tons",
    "feet": "meters", "meters": "feet", "hours": "days", "days": "weeks", "weeks": "months",
    "months": "years", "years": "months", "acres": "hectares", "minutes": "hours",
    "million": "billion", "billion": "million",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """A draft made from ``source``, and the place in it where something was changed."""

    kind: str
    source: str
    draft: str
    start: int
    end: int


Change = Callable[[re.Match[str], random.Random], str]


def _another_number(match: re.Match[str], draw: random.Random) -> str:
    """Other digits in the same form: the first stays no zero."""
    own = match[1]
    while True:
        first = True
        made = ""
        for char in own:
            if char.isdigit():
                made += draw.choice("123456789" if first else "0123456789")
                first = False
            else:
                made += char
        if made != own:
            return match[0].replace(own, made, 1)


def _another_date(match: re.Match[str], draw: random.Random) -> str:
    day = draw.choice([day for day in range(1, 29) if day != int(match[2])])
    return f"{match[1]} {day}, {match[3]}"


def _another_unit(match: re.Match[str], draw: random.Random) -> str:
    return f"{match[1]} {_UNITS[match[2]]}"


def _another_name(match: re.Match[str], draw: random.Random) -> str:
    return f"{match[1]} {draw.choice([name for name in _SURNAMES if name != match[2]])}"


def _another_wording(match: re.Match[str], draw: random.Random) -> str:
    """One long word of a quotation becomes another."""
    words = list(re.finditer(r"[a-z]{5,}", match[0]))
    word = draw.choice(words)
    other = draw.choice(["never", "hardly", "cheap", "broken", "secretly"])
    return match[0][: word.start()] + other + match[0][word.end() :]


_QUOTATION = re.compile(
    r"(?<![^\s(])[“\"](?=[^“”\"\n]*[a-z]{5,})[^“”\"\s][^“”\"\n]{40,240}[”\"](?=[\s.,;:)]|$)"
)
"""Paired marks: what stands between the end of one quotation and the next is none."""
CHANGES: Mapping[str, tuple[re.Pattern[str], Change]] = {
    "figure": (re.compile(r"(?<![\w.,$-])(\d{1,3}(?:,\d{3})+|\d{2,3}(?:\.\d+)?)(?= [a-z]{4,})"),
               _another_number),
    "money": (re.compile(r"\$(\d[\d,]*(?:\.\d+)?)(?![\d.,]*\d)"), _another_number),
    "unit": (re.compile(r"(?<![\w.,$-])(\d[\d,.]*) (" + "|".join(_UNITS) + r")\b"), _another_unit),
    "date": (re.compile(rf"\b({_MONTH}) (\d\d?), ((?:19|20)\d\d)\b"), _another_date),
    "name": (re.compile(r"\b((?:President|Secretary|Director|Governor|Senator|Administrator|Mr\.|"
                        r"Ms\.|Dr\.) (?:[A-Z][a-z]+ )?)([A-Z][a-z]{3,})\b(?! [A-Z])"),
             _another_name),
    "quotation": (_QUOTATION, _another_wording),
}  # fmt: skip


def _with_commas(match: re.Match[str], draw: random.Random) -> str:
    return match[1].replace(",", "")


def _per_cent(match: re.Match[str], draw: random.Random) -> str:
    return match[1] + draw.choice(["%", " per cent", " %"])


def _big_money(match: re.Match[str], draw: random.Random) -> str:
    power = 6 if match[2] == "million" else 9
    whole, _, rest = match[1].partition(".")
    digits = whole.replace(",", "") + rest.ljust(power, "0")
    return draw.choice([f"${match[1]}{'m' if power == 6 else 'bn'}", f"${int(digits):,}"])


def _date_otherwise(match: re.Match[str], draw: random.Random) -> str:
    month, day, year = _MONTHS.index(match[1]) + 1, int(match[2]), match[3]
    forms = (f"{day} {match[1]} {year}", f"{year}-{month:02}-{day:02}", f"{year}年{month}月{day}日")
    return draw.choice(forms)


def _other_marks(match: re.Match[str], draw: random.Random) -> str:
    return f"“{match[0][1:-1]}”" if match[0][0] == '"' else f'"{match[0][1:-1]}"'


EQUALS: Mapping[str, tuple[re.Pattern[str], Change]] = {
    "figure": (re.compile(r"(?<![\w.,$-])(\d{1,3}(?:,\d{3})+)(?![\d.,]*\d)"), _with_commas),
    "percent": (re.compile(r"(?<![\w.,$-])(\d{1,3}(?:\.\d+)?) percent\b"), _per_cent),
    "money": (re.compile(r"\$(\d{1,3}(?:\.\d{1,3})?) (million|billion)\b"), _big_money),
    "date": (CHANGES["date"][0], _date_otherwise),
    "quotation": (_QUOTATION, _other_marks),
}


def passages(data: Path, length: int = 700) -> Iterator[str]:
    """Passages of the sources, whole paragraphs up to ``length`` characters.

    Of any split: neither check learns from texts.
    """
    for name in SOURCES:
        for record in read_records(data / name):
            part = ""
            for paragraph in str(record["text"]).split("\n"):
                if part and len(part) + len(paragraph) > length:
                    yield part
                    part = ""
                part = f"{part}\n{paragraph}".strip()
            if part:
                yield part


def changed_drafts(
    texts: list[str], how: Mapping[str, tuple[re.Pattern[str], Change]], each: int, seed: int
) -> Iterator[Changed]:
    """At most ``each`` drafts a kind of change, one change a draft, a new passage for each."""
    draw = random.Random(seed)
    for kind, (pattern, change) in how.items():
        order = list(texts)
        draw.shuffle(order)
        made = 0
        for text in order:
            places = list(pattern.finditer(text))
            if made == each:
                break
            if not places:
                continue
            match = draw.choice(places)
            new = change(match, draw)
            # What stands elsewhere in the passage is borne out, as it should be.
            if new == match[0] or new in text:
                continue
            made += 1
            draft = text[: match.start()] + new + text[match.end() :]
            yield Changed(kind, text, draft, match.start(), match.start() + len(new))


def citations(count: int, seed: int) -> Iterator[tuple[Changed, Changed]]:
    """(a citation with one part changed, the same citation with other spacing or signature)."""
    draw = random.Random(seed)
    for _ in range(count):
        first, second = draw.sample([*_SURNAMES, "Northwind", "Harbor Bank", "Acme Tools"], 2)
        volume, page, year = draw.randint(300, 570), draw.randint(1, 900), draw.randint(1940, 2015)
        true = f"{first} v. {second}, {volume} U.S. {page} ({year})"
        changes = (
            f"{first} v. {second}, {volume} U.S. {page + draw.randint(1, 60)} ({year})",
            f"{first} v. {second}, {volume + draw.randint(1, 9)} U.S. {page} ({year})",
            f"{first} v. {second}, {volume} U.S. {page} ({year + draw.randint(1, 5)})",
        )
        lead, end = "The parties rely on ", ", which settles the question of notice."
        source = lead + true + end
        made = draw.choice(changes)
        equal = draw.choice((true.replace("U.S.", "U. S."), true.replace(" v. ", " v ")))
        yield tuple(  # type: ignore[misc]
            Changed("citation", source, lead + one + end, len(lead), len(lead) + len(one))
            for one in (made, equal)
        )


def _is_found(one: Changed) -> bool:
    """Whether the check reports something at the changed place."""
    check: Check = CitationsCheck() if one.kind == "citation" else GroundingCheck()
    brief = Brief(id="b", kind="news", sources=(Source(title="", text=one.source),))
    subject = Subject(text=one.draft, text_sha256=sha256_text(one.draft), brief=brief)
    [report] = measure_batch(check, [subject], Context())
    return any(
        f.score >= FLAGGED and f.label != "verified" and f.start < one.end and f.end > one.start
        for f in report.findings
    )


def mutated(data: Path, limit: int) -> dict[str, Any]:
    """Share found per kind of change, and share flagged per kind of equal form, with intervals."""
    texts = list(dict.fromkeys(passages(data)))
    each = min(300, limit)
    made = list(citations(each, SEED))
    wrong = [*changed_drafts(texts, CHANGES, each, SEED), *(one for one, _ in made)]
    equal = [*changed_drafts(texts, EQUALS, each, SEED + 1), *(one for _, one in made)]
    return {"found": _shares(wrong), "flagged": _shares(equal), "passages": len(texts)}


def _shares(drafts: list[Changed]) -> dict[str, Any]:
    counts: dict[str, list[int]] = {}
    for one in drafts:
        hit = int(_is_found(one))
        for name in (one.kind, "all"):
            own = counts.setdefault(name, [0, 0])
            own[0] += hit
            own[1] += 1
    out = {}
    for name, (hits, count) in counts.items():
        low, high = wilson(hits, count)
        out[name] = {"value": hits / count, "low": low, "high": high, "n": count}
    return out
