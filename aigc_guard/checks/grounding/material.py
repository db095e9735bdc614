"""What a draft may rely on: everything its brief says, read once and looked up by value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from aigc_guard.checks.grounding.dates import bears_out, read_dates
from aigc_guard.checks.grounding.figures import key_of, read_codes, read_figures
from aigc_guard.checks.grounding.quoted import Page
from aigc_guard.checks.grounding.units import reading_of
from aigc_guard.checks.grounding.values import Code, Date, Figure, Places
from aigc_guard.checks.grounding.vocabulary import Vocabulary
from aigc_guard.records import Brief
from aigc_guard.text import reveal

_LEAST_CODE = 4
_AGES = ("year-old", "years old", "岁", "周岁")
_ON_THE = re.compile(r"\b(?:on|by|until|till|from|since|before|after) the $")
_WORDS = re.compile(r"[A-Za-z%$€£]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one text, in order."""

    figures: tuple[Figure, ...]
    dates: tuple[Date, ...]
    codes: tuple[Code, ...]

    @property
    def places(self) -> Places:
        """Where all of them stand."""
        read: tuple[Figure | Date | Code, ...] = (*self.figures, *self.dates, *self.codes)
        return Places((one.start, one.end) for one in read)


def read_values(text: str) -> Values:
    """Figures, dates and codes of a revealed text; each character belongs to one of them."""
    codes = read_codes(text)
    held = [(one.start, one.end) for one in codes]
    coded = Places(held)
    dates = [one for one in read_dates(text) if not coded.meet(one.start, one.end)]
    figures = read_figures(text, [*held, *((one.start, one.end) for one in dates)])
    return Values(tuple(figures), tuple(dates), tuple(codes))


class Material:
    """The brief's facts, sources and required terms. Every look-up is exact."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self.pages = [Page("fact", n, fact.value) for n, fact in enumerate(brief.facts)]
        for number, source in enumerate(brief.sources):
            self.pages += [Page("title", number, source.title), Page("source", number, source.text)]
        said = [*brief.required_terms, *brief.may_publish]
        self.pages += [Page("term", number, term) for number, term in enumerate(said)]
        self._texts = [reveal(page.text).text for page in self.pages]
        # Addresses of sources are no words, but a draft may print them.
        self._texts += [reveal(source.url).text for source in brief.sources if source.url]

    @property
    def is_empty(self) -> bool:
        """Whether the brief gives nothing to compare a draft with."""
        return not self._brief.facts and not self._brief.sources

    @cached_property
    def _values(self) -> list[Values]:
        return [read_values(text) for text in self._texts]

    @cached_property
    def _figures(self) -> list[Figure]:
        facts = len(self._brief.facts)
        found = [figure for values in self._values[facts:] for figure in values.figures]
        for number, fact in enumerate(self._brief.facts):
            named = _under_its_name(fact.name, self._values[number], self._texts[number])
            found += named or self._values[number].figures
        return found

    @cached_property
    def _amounts(self) -> frozenset[tuple[str, Decimal]]:
        return frozenset(amount for one in self._figures for amount in one.amounts if amount[0])

    @cached_property
    def _dates(self) -> list[Date]:
        return [one for values in self._values for one in values.dates]

    @cached_property
    def _years(self) -> frozenset[int]:
        named = {day.year for one in self._dates for day in one.readings if day.year is not None}
        bare = {int(n) for n in self._bare if 1000 <= n < 2200 and n == int(n)}
        return frozenset(named | bare)

    @cached_property
    def _bare(self) -> frozenset[Decimal]:
        """Numbers without a unit, also of things that are counted."""
        return frozenset(
            amount
            for one in self._figures
            for name, amount in one.amounts
            if name in ("", "ordinal")
        )

    @cached_property
    def _numbers(self) -> frozenset[Decimal]:
        years = {Decimal(day.year) for one in self._dates for day in one.readings if day.year}
        return self._bare | {one.number for one in self._figures} | years

    @cached_property
    def _cells(self) -> frozenset[Decimal]:
        """Numbers that stand alone in a fact or table, whose unit the draft has to say."""
        return frozenset(one.number for one in self._figures if one.is_cell)

    @cached_property
    def _month_days(self) -> frozenset[int]:
        return frozenset(day.day for one in self._dates for day in one.readings if day.day)

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(code.key for values in self._values for code in values.codes)

    @cached_property
    def compact(self) -> str:
        """All texts by their letters and digits, one text a line."""
        return "\n".join(key_of(text) for text in self._texts)

    @cached_property
    def joined(self) -> str:
        """All texts in one, as they are."""
        return "\n".join(self._texts)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all texts, and of the facts' names."""
        return Vocabulary([*self._texts, *(fact.name for fact in self._brief.facts)])

    def has_figure(self, figure: Figure, text: str) -> bool:
        """Whether the amount stands in the material, in whatever form."""
        if figure.amounts & self._amounts:
            return True
        if figure.is_bare or any(name == "ordinal" for name, _ in figure.amounts):
            known = self._bare if figure.counts else self._numbers
            if _ON_THE.search(text, max(0, figure.start - 12), figure.start):
                known = known | {Decimal(day) for day in self._month_days}  # on the 14th
            return any(amount in known for _, amount in figure.amounts)
        if text[figure.end - 1] in "日号" and figure.number in self._month_days:
            return True
        if text.endswith(_AGES, figure.start, figure.end) and figure.number in self._bare:
            return True  # "John Smith, 45," is 45 years old
        return figure.number in self._cells

    def has_date(self, date: Date) -> bool:
        """Whether the material says all that the date says; a lone year may be a plain number."""
        years = self._years
        if any(day.year is not None and day.year in years for day in date.readings) and all(
            day.month is None for day in date.readings
        ):
            return True
        return bears_out(date, self._dates, years)

    def has_code(self, code: Code) -> bool:
        """Whether the identifier stands in the material, whatever its hyphens and spaces."""
        if code.key in self._codes:
            return True
        if len(code.key) < _LEAST_CODE:
            return any(code.key in line.split() for line in self._spaced)
        return code.key in self.compact

    @cached_property
    def _spaced(self) -> list[str]:
        return [re.sub(r"[\W_]+", " ", text.casefold()) for text in self._texts]


def _under_its_name(name: str, values: Values, text: str) -> list[Figure]:
    """A fact's lone number read with the unit that its name tells: ``weight_kg: 2.5``."""
    if len(values.figures) != 1 or not values.figures[0].is_cell:
        return []
    figure = values.figures[0]
    if text.strip() != text[figure.start : figure.end].strip():
        return []
    amounts = {
        (dimension, figure.number * factor)
        for word in _WORDS.findall(name)
        for dimension, factor in reading_of(word)
    }
    return [Figure(figure.start, figure.end, frozenset(amounts), figure.number)] if amounts else []
