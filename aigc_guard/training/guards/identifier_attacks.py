"""Disguises of identifiers that leave them readable for people, and what recall they cost."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aigc_guard.checks.pii.lean import LeanAnalyzer
from aigc_guard.checks.pii.recognizers import identifier_analyzer
from aigc_guard.records import Span
from aigc_guard.text import union
from aigc_guard.training.guards import attacks
from aigc_guard.training.guards.identifiers import find, made

SEED = 20261129
_MOSTLY = 0.8
_CHINESE = "〇一二三四五六七八九"
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
_ARABIC = "٠١٢٣٤٥٦٧٨٩"
_BOLD = "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"


def _digits(value: str, digits: str) -> str:
    return "".join(
        digits[int(char)] if char.isascii() and char.isdigit() else char for char in value
    )


def other_digits(value: str, rng: random.Random) -> str:
    """Digits of another script or alphabet."""
    return _digits(value, rng.choice((_ARABIC, _BOLD)))


def circled(value: str, rng: random.Random) -> str:
    """Digits in circles."""
    return _digits(value, _CIRCLED)


def chinese_digits(value: str, rng: random.Random) -> str:
    """Digits as Chinese numerals, one by one."""
    return _digits(value, _CHINESE)


def letters_for_digits(value: str, rng: random.Random) -> str:
    """O for 0 and l for 1, each half of the time."""
    if "@" in value:
        return value
    like = {"0": "O", "1": "l"}
    return "".join(like[c] if c in like and rng.random() < 0.5 else c for c in value)


def look_alike(value: str, rng: random.Random) -> str:
    """Letters of other scripts, in their own case."""
    return "".join(
        (other.upper() if char.isupper() and len(other.upper()) == 1 else other)
        if char.isascii() and char.isalpha() and rng.random() < 0.5
        and (other := attacks.look_alike(char, rng)) != char.lower()
        else char
        for char in value
    )  # fmt: skip


def regrouped(value: str, rng: random.Random) -> str:
    """Another sign between the groups of a number; runs of digits are cut into groups."""
    if "@" in value or ":" in value or re.fullmatch(r"[\d.]+", value):
        return value
    sign = rng.choice(" .-_·/*")
    if re.search(r"[ .-]", value):
        return re.sub(r"[ .-]+", sign, value)
    return sign.join(value[at : at + 4] for at in range(0, len(value), 4))


def in_words(value: str, rng: random.Random) -> str:
    """The signs of an address in words."""
    at, dot = rng.choice(((" (at) ", " (dot) "), ("[at]", "[dot]"), (" at ", " dot ")))
    name, sign, host = value.partition("@")
    return name + at + host.replace(".", dot) if sign else value


def spaced(value: str, rng: random.Random) -> str:
    """One gap between all signs."""
    return rng.choice((" ", "_", "*", "·")).join(value)


DISGUISES: Mapping[str, Callable[[str, random.Random], str]] = {
    "case": attacks.case,
    "full width": attacks.full_width,
    "invisible": attacks.invisible,
    "look alike": look_alike,
    "other digits": other_digits,
    "circled": circled,
    "Chinese digits": chinese_digits,
    "letters for digits": letters_for_digits,
    "regrouped": regrouped,
    "in words": in_words,
    "spaced": spaced,
}
"""Disguises of a whole value by name; those that change nothing of a value count as plain."""


def under_disguise(each: int, *, seed: int = SEED) -> dict[str, Any]:
    """Per disguise: recall of made identifiers, and by how many points it falls below plain.

    A value counts as found if four fifths of it or more are reported, as whatever identifiers.
    """
    lean = identifier_analyzer()
    values = list(made(seed, each))
    plain = _recall(lean, [(text, value) for text, value, _ in values])
    lost = {}
    for name, change in DISGUISES.items():
        rng = random.Random(f"{seed} {name}")
        others = [change(value, rng) for _, value, _ in values]
        kept = _recall(
            lean,
            (
                (text.replace(value, other, 1), other)
                for (text, value, _), other in zip(values, others, strict=True)
            ),
        )
        lost[name] = round(100 * (plain - kept), 2)
    return {"plain": round(plain, 4), "lost": lost, "n": len(values), "seed": seed}


def _recall(lean: LeanAnalyzer, texts: Iterable[tuple[str, str]]) -> float:
    """Share of ``(text, value)`` of whose characters four fifths or more are reported."""
    found, count = 0, 0
    for text, value in texts:
        start = text.index(value)
        places = [
            Span(max(a, start), min(b, start + len(value))) for a, b, _ in find(lean, text, LABELS)
        ]
        seen = sum(one.end - one.start for one in union(places))
        found, count = found + (seen >= _MOSTLY * len(value)), count + 1
    return found / count


LABELS = [
    "CREDIT_CARD", "IBAN_CODE", "US_SSN", "EMAIL_ADDRESS", "IP_ADDRESS", "PHONE_NUMBER",
    "CN_RESIDENT_ID", "CN_CREDIT_CODE", "CN_BANK_CARD",
]  # fmt: skip
