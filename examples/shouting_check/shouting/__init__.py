"""``shouting``: words in capitals and rows of exclamation marks, as a check of another package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from aigc_guard.checks.examples import bad, good
from aigc_guard.checks.interface import Check, Context, Settings, Subject
from aigc_guard.records import CheckReport, Finding
from aigc_guard.text import reveal

_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:[ ,]+[A-Z]{2,})*\b")
_MARKS = re.compile(r"[!！]{2,}")


class ShoutingSettings(Settings):
    """A rule's `with:`; part of a measurement's identity, so a changed one measures again."""

    letters: int = Field(5, ge=2, description="Capitals in a row from which words are shouted.")
    allow: tuple[str, ...] = Field((), description="Abbreviations that may stand, such as NASA.")


class ShoutingCheck(Check):
    """Reads what a reader sees, and reports places in the text as it is stored."""

    id: ClassVar[str] = "shouting"
    version: ClassVar[str] = "1"  # counts up whenever the same text may measure otherwise
    summary: ClassVar[Mapping[str, str]] = {
        "en": "Words in capitals and rows of exclamation marks.",
        "zh": "全大写词语与连续感叹号。",
    }
    labels: ClassVar[tuple[str, ...]] = ("capitals", "exclamation")
    units: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "capitals": {"en": "letters", "zh": "个字母"},
        "exclamation": {"en": "marks", "zh": "个感叹号"},
    }
    settings_type: ClassVar[type[Settings]] = ShoutingSettings

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        """One report per subject, in order."""
        return [self._measure(subject, context) for subject in subjects]

    def _measure(self, subject: Subject, context: Context) -> CheckReport:
        plain = reveal(subject.text)  # invisible characters hide nothing
        found = []
        for label, start, end, size in self._places(plain.text):
            place = plain.to_original(start, end)  # findings lie in the original
            score = min(1.0, size / 20)
            unit = self.units[label]["en"]
            found.append(
                Finding(self.id, label, score, place.start, place.end, value=size, unit=unit)
            )
        scores = dict.fromkeys(self.labels, 0.0)
        for one in found:
            scores[one.label] = max(scores[one.label], one.score)
        return self.report(subject, context, findings=found, scores=scores)

    def _places(self, text: str) -> Iterator[tuple[str, int, int, int]]:
        assert isinstance(self.settings, ShoutingSettings)
        for match in _CAPITALS.finditer(text):
            size = sum(char.isalpha() for char in match[0])
            if size >= self.settings.letters and match[0] not in self.settings.allow:
                yield "capitals", *match.span(), size
        for match in _MARKS.finditer(text):
            yield "exclamation", *match.span(), len(match[0])


EXAMPLES = (
    good("The lamp of the EU costs 49 dollars!"),
    bad("BUY THIS LAMP TODAY, it is here.", ("capitals", "BUY THIS LAMP TODAY")),
    good("The UNESCO-listed UNESCO park.", settings={"allow": ["UNESCO"]}),
    good("这款台灯售价四十九元！", language="zh"),
    bad("快来买！！！！！！！！！！", ("exclamation", "！！！！！！！！！！"), language="zh"),
)
