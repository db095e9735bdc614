"""What single characters are read as: case, width, accents, invisible signs, emoji."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from aigc_guard.lookalikes import EMOJI_WORDS, LOOK_ALIKES

_MARKS = ((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE2F))
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0000, 0xE0200)


@lru_cache(maxsize=65536)
def plain(char: str) -> str:
    """What one character is read as; empty if nobody can see it."""
    code = ord(char)
    if char in "\n\t":
        return char
    if code in _SKIN or code in _TAGS or any(low <= code <= high for low, high in _MARKS):
        return ""
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Cs") or char in "\u115f\u1160\u3164\uffa0\u2800":
        return " " if char in "\x0b\x0c\r\x1c\x1d\x1e\x85" else ""
    if category in ("Zs", "Zl", "Zp"):
        return "\n" if category != "Zs" else " "
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(code - 0x1F1E6 + ord("a"))
    if 0x1F130 <= code <= 0x1F189:
        return chr((code - 0x1F130) % 32 + ord("a")) if (code - 0x1F130) % 32 < 26 else " "
    if char in EMOJI_WORDS:
        return f" {EMOJI_WORDS[char]} "
    if category == "So" and (code >= 0x1F000 or 0x2600 <= code <= 0x27BF or code >= 0x2B00):
        return f" {_emoji_name(char)} "
    return _letters(char)


@lru_cache(maxsize=65536)
def revealed(char: str) -> str:
    """What one character is where only what nobody can see is undone."""
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Cs") or 0xFE00 <= ord(char) <= 0xFE0F:
        return plain(char)
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Pd":
        return "-"
    wide = unicodedata.normalize("NFKC", char)
    return wide if wide.isascii() or len(wide) == 1 else char


def _letters(char: str) -> str:
    if char in LOOK_ALIKES:  # before compatibility forms turn it into another letter
        return char
    wide = unicodedata.normalize("NFKC", char)
    out = []
    for one in wide.lower():
        base = unicodedata.normalize("NFD", one)[0]
        latin = "a" <= base <= "z" or base in LOOK_ALIKES
        kept = base if latin else unicodedata.normalize("NFC", one)
        if not any(low <= ord(kept) <= high for low, high in _MARKS):
            out.append(kept)
    return "".join(out)


def _emoji_name(char: str) -> str:
    name = unicodedata.name(char, "emoji").lower()
    return re.sub(r"[^a-z ]", " ", re.sub(r"\b(sign|symbol|face with)\b", "", name)).strip()
