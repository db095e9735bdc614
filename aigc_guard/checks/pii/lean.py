"""Presidio's recognizers without what ``AnalyzerEngine.analyze`` does around each call.

The engine looks its recognizers up anew for every text, makes an empty document, explains every
match and compares all results with all context words. Here the same recognizers read the text and
nothing else happens; the results are the same (a test compares the two). One thing differs on
purpose: presidio skips a pattern that ran out of time, here it raises, so that the check fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, product
from typing import Any

Hit = tuple[str, int, int, float]
"""Label, start, end and score of what a recognizer found."""
Search = Callable[[str], Iterable[Hit]]

_DIGIT = re.compile(r"\d")
_DOTTED = re.compile(r"\d\.\d{1,3}\.\d")
_GAP = re.compile(r"[ \n\t]")
_SSN = re.compile(r"\d{3}(?:\d\d-\d{4}|-\d{6}|\d{6}|[- .]\d\d[- .]\d{4})")
_SECONDS = 60
"""How long one pattern may search one text; presidio's own limit."""


Range = tuple[int, int]


def _everywhere(text: str) -> list[Range]:
    return [(0, len(text))]


def _all_if(holds: Callable[[str], object]) -> Callable[[str], list[Range]]:
    return lambda text: _everywhere(text) if holds(text) else []


def _around_at(text: str) -> list[Range]:
    """The stretches without a gap that hold an ``@``."""
    out: list[Range] = []
    end, at = 0, text.find("@")
    while at >= 0:
        before = max(text.rfind(gap, end, at) for gap in " \n\t")
        start = before + 1 if before >= 0 else end
        gap = _GAP.search(text, at)
        end = gap.start() if gap else len(text)
        out.append((start, end))
        at = text.find("@", end)
    return out


_WHERE: dict[str, Callable[[str], list[Range]]] = {
    "EMAIL_ADDRESS": _around_at,
    "CREDIT_CARD": _all_if(_DIGIT.search),
    "CRYPTO": _all_if(_DIGIT.search),
    "IBAN_CODE": _all_if(_DIGIT.search),
    "IP_ADDRESS": _all_if(lambda text: text.count(":") >= 2 or _DOTTED.search(text)),
    "US_SSN": _all_if(_SSN.search),
}
"""Where in a text presidio's own patterns of a label can match anything."""


class LeanAnalyzer:
    """What ``AnalyzerEngine.analyze(text, language=…)`` gives for recognizers that need no context.

    A recognizer with a method ``hits(text)`` is asked that way; presidio's pattern recognizers are
    searched directly; any other is called as presidio calls it.
    """

    def __init__(self, recognizers: Sequence[Any]) -> None:
        entities = sorted({label for one in recognizers for label in one.supported_entities})
        self._searches = [
            (frozenset(one.supported_entities), _search_of(one, entities)) for one in recognizers
        ]

    def analyze(self, text: str, labels: Collection[str] = ()) -> list[Hit]:
        """The hits that no stronger one of their label contains, by label and place.

        With ``labels`` only these, and only the recognizers that know one of them are asked.
        """
        searches = [s for known, s in self._searches if not labels or known.intersection(labels)]
        return without_contained(
            hit for search in searches for hit in search(text) if not labels or hit[0] in labels
        )


def without_contained(hits: Iterable[Hit]) -> list[Hit]:
    """``EntityRecognizer.remove_duplicates``: no zero score, no hit inside a stronger one."""
    ordered = sorted(set(hits), key=lambda hit: (hit[0], hit[1], hit[1] - hit[2], -hit[3]))
    kept: list[Hit] = []
    for _, own in groupby(ordered, key=lambda hit: hit[0]):
        before: list[Hit] = []
        for hit in own:
            if hit[3] == 0:
                continue
            before = [other for other in before if other[2] >= hit[1]]
            if not any(hit[2] <= other[2] and hit[3] <= other[3] for other in before):
                before.append(hit)
                kept.append(hit)
    return kept


def _search_of(recognizer: Any, entities: list[str]) -> Search:
    from presidio_analyzer import PatternRecognizer

    if hasattr(recognizer, "hits"):
        search: Search = recognizer.hits
        return search
    where = _WHERE.get(recognizer.supported_entities[0], _everywhere)
    if type(recognizer).analyze is PatternRecognizer.analyze:
        return _pattern_search(recognizer, where)

    def ask(text: str) -> Iterator[Hit]:
        if where(text):
            for result in recognizer.analyze(text, entities, None) or ():
                yield result.entity_type, result.start, result.end, result.score

    return ask


def _pattern_search(recognizer: Any, where: Callable[[str], list[Range]]) -> Search:
    """Search for the patterns of one of presidio's recognizers, and let it judge each match."""
    import regex

    label = recognizer.supported_entities[0]
    flags = recognizer.global_regex_flags
    patterns = [(regex.compile(one.regex, flags), one.score) for one in recognizer.patterns]
    validate, invalidate = recognizer.validate_result, recognizer.invalidate_result

    def search(text: str) -> Iterator[Hit]:
        for (pattern, usual), (first, last) in product(patterns, where(text)):
            for match in pattern.finditer(text, first, last, timeout=_SECONDS):
                value = match[0]
                if not value:
                    continue
                valid = validate(value)
                score = usual if valid is None else float(bool(valid))
                if score > 0 and not invalidate(value):
                    yield label, match.start(), match.end(), score

    return search
