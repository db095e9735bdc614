"""The figures a model has to reach before it ships, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Results = Mapping[str, Mapping[str, Any]]

IDENTIFIERS = ("CREDIT_CARD", "IBAN_CODE", "US_SSN", "EMAIL_ADDRESS", "IP_ADDRESS",
               "CN_RESIDENT_ID", "CN_CREDIT_CODE", "CN_BANK_CARD")  # fmt: skip
FAITHFUL = ("writer-legal-en.legal", "writer-news-en.news")
"""Parts that count faithful drafts and have a floor, each of the writer that ships for its kind."""
STATED = ("writer-marketing-en.marketing",)
"""Parts that count faithful drafts of briefs with values of our own: stated, and no floor."""


@dataclass(frozen=True, slots=True)
class Floor:
    """``value`` stands against ``floor``: at least it, or at most it. None: not measured."""

    title: str
    side: Literal["≥", "≤"]
    floor: float
    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """``met``, ``missed`` or ``not measured``, by the figure itself."""
        if self.value is None:
            return "not measured"
        met = self.value >= self.floor if self.side == "≥" else self.value <= self.floor
        return "met" if met else "**missed**"


def _at(results: Results, part: str, *path: str) -> Any:
    found: Any = results.get(part)
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _interval(title: str, floor: float, found: Any) -> Floor:
    own = found if isinstance(found, Mapping) else {}
    return Floor(title, "≥", floor, own.get("value"), own.get("low"), own.get("high"))


def floors(results: Results) -> list[Floor]:
    """Every floor with its figure, in the order of the page."""
    return [
        *_toxicity(results),
        *_names(results),
        *_identifiers(results),
        *_checks(results),
        *_writers(results),
    ]


def _toxicity(results: Results) -> Iterator[Floor]:
    part = "guard-en.toxicity"
    wiki, tweets = _at(results, part, "wiki"), _at(results, part, "tweets")
    yield _interval("Wikipedia comments, toxicity, AUC", 0.965, (wiki or {}).get("toxicity"))
    yield _interval("tweets, toxicity, AUC", 0.97, (tweets or {}).get("toxicity"))
    yield _interval("hatemoji test, accuracy at 0.5", 0.68,
                    _at(results, part, "hatemoji", "accuracy_at_half"))  # fmt: skip
    lost = _at(results, "guard-en.attacks", "lost_points") or {}
    worst = max(lost.values(), default=None)
    yield Floor("recall lost under the worst disguise, points", "≤", 3, worst)
    gap = _at(results, "guard-en.identity", "largest_gap_points")
    yield Floor("largest gap of false positives between identity groups, points", "≤", 5, gap)
    yield _interval("COLD dev, accuracy at 0.5 (Chinese)", 0.74,
                    _at(results, "guard-zh.toxicity", "cold", "accuracy_at_half"))  # fmt: skip


def _names(results: Results) -> Iterator[Floor]:
    for source, title in (("docs", "documents"), ("synth", "templates")):
        value = _at(results, "guard-en.names", source, "all", "f1")
        yield Floor(f"names in {title}, F1 of exact spans", "≥", 0.85, value)
    value = _at(results, "guard-zh.names", "uner", "PERSON", "f1")
    yield Floor("PERSON in Chinese, F1 of exact spans", "≥", 0.70, value)


def _identifiers(results: Results) -> Iterator[Floor]:
    made = _at(results, "guard-en.identifiers", "made") or {}
    for label in (*IDENTIFIERS, "PHONE_NUMBER"):
        phone = label == "PHONE_NUMBER"
        found = made.get(label) or {}
        yield Floor(f"{label}, recall", "≥", 0.93 if phone else 0.98, found.get("recall"))
        yield Floor(f"{label}, precision", "≥", 0.90 if phone else 0.95, found.get("precision"))


def _checks(results: Results) -> Iterator[Floor]:
    found = _at(results, "checks.mutated", "found", "all")
    yield _interval("drafts with one changed value, found", 0.98, found)
    flagged = _at(results, "checks.mutated", "flagged", "all") or {}
    yield Floor("equal values in other forms, flagged", "≤", 0.01, flagged.get("value"),
                flagged.get("low"), flagged.get("high"))  # fmt: skip
    swapped = results.get("guard-en.swapped") or {}
    yield Floor("same outcome with identity terms swapped", "≥", 0.99, swapped.get("same"),
                swapped.get("low"), swapped.get("high"))  # fmt: skip


def _writers(results: Results) -> Iterator[Floor]:
    for domain, title, most in (("laptop", "RNNLG laptop", 0.006), ("tv", "RNNLG TV", 0.006),
                                ("viggo", "ViGGO", 0.015)):  # fmt: skip
        found = results.get(f"writer-en.{domain}") or {}
        yield Floor(f"{title}, slot error", "≤", most, found.get("slot_error"),
                    found.get("slot_error_low"), found.get("slot_error_high"))  # fmt: skip
        if domain != "viggo":
            yield Floor(f"{title}, BLEU-4", "≥", 0.52, found.get("bleu4"))
    for part in FAITHFUL:
        kind, found = part.partition(".")[2], results.get(part) or {}
        yield Floor(f"faithful {kind} drafts, share", "≥", 0.97, found.get("faithful"),
                    found.get("low"), found.get("high"))  # fmt: skip
