"""Texts made of invented sentences, and runs of one planted into another, with noise around."""

from __future__ import annotations

import random
from dataclasses import dataclass

_SYLLABLES = "ba ce di fo gu ha ki lo mu ne pa ri so tu va we xo yi za el or un".split()  # noqa: SIM905
_HAN = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3000))
_GAPS = (" ", "  ", "\n", ", ", " – ", "; ", " (", ") ", "... ", "\u200b ", "\t", " * ")
_HAN_GAPS = ("", "", "", "，", "、", " ", "\n", "\u200b", "。", "·")


@dataclass(frozen=True)
class Planted:
    """A draft in which ``draft[start:end]`` says, with other signs, ``length`` source tokens."""

    draft: str
    start: int
    end: int
    length: int
    at: int


def word(draw: random.Random) -> str:
    """An invented word; two of them are the same about once in ten thousand."""
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(2, 4)))


def source(draw: random.Random, language: str, length: int) -> list[str]:
    """The tokens of an invented text."""
    if language == "zh":
        return [draw.choice(_HAN) for _ in range(length)]
    return [word(draw) for _ in range(length)]


def written(draw: random.Random, words: list[str], language: str, *, noise: bool) -> str:
    """The tokens as a text, in whatever case, width, spacing and punctuation."""
    pieces = []
    for number, one in enumerate(words):
        shown = one
        if noise and language == "en":
            hyphened = one[0] + "\u00ad" + one[1:]
            shown = draw.choice((one, one.upper(), one.title(), _wide(one), hyphened))
        gaps = _HAN_GAPS if language == "zh" else _GAPS
        plain = "" if language == "zh" else " "
        gap = (draw.choice(gaps) if noise else plain) if number < len(words) - 1 else ""
        pieces.append(shown + gap)
    return "".join(pieces)


def plant(draw: random.Random, known: list[str], language: str, length: int) -> Planted:
    """A draft of its own that says ``length`` tokens of ``known``, and no more of them."""
    at = draw.randint(0, len(known) - length)
    taken = known[at : at + length]
    plain = "" if language == "zh" else " "
    while True:
        before, after = (source(draw, language, draw.randint(0, 30)) for _ in range(2))
        is_longer = (before and at and before[-1] == known[at - 1]) or (
            after and at + length < len(known) and after[0] == known[at + length]
        )
        if not is_longer:
            break
    head = written(draw, before, language, noise=True) + (plain if before else "")
    run = written(draw, taken, language, noise=True)
    tail = (plain if after else "") + written(draw, after, language, noise=True)
    return Planted(head + run + tail, len(head), len(head) + len(run), length, at)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)
