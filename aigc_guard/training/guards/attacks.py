"""Disguises and identity swaps, drawn on the fly so that no attacked text is ever stored."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from aigc_guard.lookalikes import LOOK_ALIKES

_LIKE: dict[str, list[str]] = {}
for _odd, _plain in LOOK_ALIKES.items():
    _LIKE.setdefault(_plain, []).append(_odd)
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u202c"


def case(word: str, rng: random.Random) -> str:
    """Mixed case."""
    return "".join(rng.choice((c.upper(), c.lower())) for c in word)


def look_alike(word: str, rng: random.Random) -> str:
    """Letters of other scripts."""
    low = word.lower()
    return "".join(rng.choice(_LIKE[c]) if c in _LIKE and rng.random() < 0.5 else c for c in low)


def full_width(word: str, rng: random.Random) -> str:
    """Full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


def invisible(word: str, rng: random.Random) -> str:
    """Zero-width characters between letters."""
    return "".join(c + (rng.choice(_INVISIBLE) if rng.random() < 0.5 else "") for c in word)


def leet(word: str, rng: random.Random) -> str:
    """Digits and signs for letters."""
    low = word.lower()
    return "".join(rng.choice(_LEET[c]) if c in _LEET and rng.random() < 0.6 else c for c in low)


def spaced(word: str, rng: random.Random) -> str:
    """One gap between all letters."""
    return rng.choice((" ", ".", "-", "_", "*")).join(word)


def stretched(word: str, rng: random.Random) -> str:
    """One letter many times."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randint(3, 6) + word[at + 1 :]


def swapped(word: str, rng: random.Random) -> str:
    """Two inner letters change places."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, rng: random.Random) -> str:
    """One inner letter is missing."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def masked(word: str, rng: random.Random) -> str:
    """One or two inner letters behind a sign."""
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + rng.choice("*#-") + word[at + 1 :]


def broken(word: str, rng: random.Random) -> str:
    """A sign or a space inside the word."""
    at = rng.randrange(1, len(word)) if len(word) > 1 else 1
    return word[:at] + rng.choice((" ", ".", "-", "_", "'")) + word[at:]


ATTACKS: dict[str, Callable[[str, random.Random], str]] = {
    f.__name__: f
    for f in (
        case, look_alike, full_width, invisible, leet, spaced, stretched, swapped, dropped, masked,
        broken,
    )
}  # fmt: skip
"""Word-level disguises by name."""

_WORD = re.compile(r"[A-Za-z]{3,}")


def attack(text: str, rng: random.Random, *, name: str | None = None, share: float = 0.4) -> str:
    """``share`` of the words under one disguise (drawn when no ``name`` is given)."""
    change = ATTACKS[name or rng.choice(list(ATTACKS))]

    def maybe(match: re.Match[str]) -> str:
        return change(match[0], rng) if rng.random() < share else match[0]

    return _WORD.sub(maybe, text)


def attack_words(text: str, words: re.Pattern[str], rng: random.Random, name: str) -> str:
    """Every match of ``words`` under the disguise ``name``: what somebody evading a filter does."""
    return words.sub(lambda match: ATTACKS[name](match[0], rng), text)


_HARD = ("dropped", "dropped", "dropped", "masked", "masked", "swapped", "swapped", "broken")
"""Disguises that leave letters missing or out of place: context has to say what was meant."""


class Disguises:
    """Draws disguised copies: ``strong`` words alone under what folding can't undo, or any words

    under anything.
    """

    def __init__(self, strong: re.Pattern[str] | None) -> None:
        self._strong = re.compile(strong.pattern, re.IGNORECASE) if strong else None

    def of(self, text: str, rng: random.Random) -> str:
        """One disguised copy."""
        if self._strong and rng.random() < 0.6 and self._strong.search(text):
            return attack_words(text, self._strong, rng, rng.choice(_HARD + tuple(ATTACKS)))
        return attack(text, rng, share=rng.choice((0.2, 0.5, 0.9)))


_GROUPS = (
    "black white asian african european latino hispanic arab mexican chinese indian japanese "
    "korean pakistani american canadian british irish german french spanish polish russian",
    "muslim christian jewish hindu buddhist catholic protestant sikh atheist mormon",
    "gay lesbian bisexual transgender trans queer straight heterosexual homosexual",
    "women men girls boys females males",
    "woman man girl boy lady guy",
    "blacks whites asians africans europeans latinos arabs mexicans indians immigrants refugees",
    "muslims christians jews hindus buddhists catholics protestants sikhs atheists",
    "blind deaf paralyzed disabled autistic elderly old young teenage",
)
_GROUP_OF = {word: group.split() for group in _GROUPS for word in group.split()}
_TERM = re.compile(r"\b(" + "|".join(sorted(_GROUP_OF, key=len, reverse=True)) + r")\b", re.I)


def identity_terms() -> tuple[str, ...]:
    """The terms that ``swap_identity`` exchanges, in small letters."""
    return tuple(_GROUP_OF)


def swap_identity(text: str, rng: random.Random) -> str:
    """Each identity term becomes another of its kind, the same one throughout the text."""
    chosen: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        low = match[0].lower()
        return chosen.setdefault(low, rng.choice(_GROUP_OF[low]))

    return _TERM.sub(other, text)
