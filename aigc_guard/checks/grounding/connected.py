"""Which places of a draft say what which fact or source of its brief says: for a reader's eyes.

The check asks whether a value stands anywhere in the brief; a reviewer asks where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aigc_guard.checks.grounding.material import Material, Values, read_values
from aigc_guard.records import Brief, Fact, Source
from aigc_guard.text import reveal

_LEAST = 2


@dataclass(frozen=True, slots=True)
class Connection:
    """``[start, end)`` of the draft says what number ``number`` of the facts (or, beyond the last
    fact, of the sources) says."""

    start: int
    end: int
    number: int


def connect(text: str, brief: Brief) -> list[Connection]:
    """All connections by place; a place may belong to several facts.

    Facts' values also count word for word. Sources only where no fact says the same: a long
    source holds many numbers.
    """
    plain = reveal(text)
    values = read_values(plain.text)
    found: set[tuple[int, int, int]] = set()
    for number, fact in enumerate(brief.facts):
        places = [*_literal(plain.text, fact.value), *_values(plain.text, values, facts=(fact,))]
        found |= {(start, end, number) for start, end in places}
    taken = [(start, end) for start, end, _ in found]
    for number, source in enumerate(brief.sources, len(brief.facts)):
        places = _values(plain.text, values, sources=(source,))
        free = [at for at in places if not any(a < at[1] and at[0] < b for a, b in taken)]
        found |= {(start, end, number) for start, end in free}
    made = []
    for start, end, number in sorted(found):
        place = plain.to_original(start, end)
        made.append(Connection(place.start, place.end, number))
    return made


def _literal(text: str, value: str) -> list[tuple[int, int]]:
    words = reveal(value).text.strip()
    if len(words) < _LEAST:
        return []
    pattern = re.escape(words)
    before = r"(?<![A-Za-z0-9])" if words[0].isascii() and words[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if words[-1].isascii() and words[-1].isalnum() else ""
    found = re.finditer(before + pattern + after, text, re.IGNORECASE)
    return [match.span() for match in found]


def _values(
    text: str,
    values: Values,
    *,
    facts: tuple[Fact, ...] = (),
    sources: tuple[Source, ...] = (),
) -> list[tuple[int, int]]:
    material = Material(Brief("", "", facts=facts, sources=sources))
    found = [(one.start, one.end) for one in values.figures if material.has_figure(one, text)]
    found += [(one.start, one.end) for one in values.dates if material.has_date(one)]
    return found + [(one.start, one.end) for one in values.codes if material.has_code(one)]
