"""A text's fingerprints under the installation's key.

Every run of six words (or Chinese characters) gives a number by HMAC; of every four neighbouring
numbers the smallest is kept, so two texts that share nine words in a row share one of them. Without
the key nobody can try a text against them. Equal numbers still show that two texts share a passage.
"""

from __future__ import annotations

import hmac

from aigc_guard.checks.originality.grams import GRAM, chosen
from aigc_guard.checks.originality.tokens import SCHEME as TOKENS
from aigc_guard.checks.originality.tokens import words_of

SCHEME = f"aigc_guard fingerprint 1 {TOKENS}"
"""Changes when a text is read otherwise; fingerprints of another scheme are made anew."""


def fingerprints(text: str, secret: bytes) -> list[int]:
    """Distinct signed 64-bit numbers, in the text's order. A text of less than six words has one,
    of all of them; one without words has none."""
    words = words_of(text)
    count = max(len(words) - GRAM + 1, min(1, len(words)))
    numbers = [
        _number("\x1f".join((SCHEME, *words[start : start + GRAM])), secret)
        for start in range(count)
    ]
    places = chosen(numbers) or range(len(numbers))
    return list(dict.fromkeys(numbers[place] for place in places))


def _number(words: str, secret: bytes) -> int:
    made = hmac.digest(secret, words.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(made[:8], "big", signed=True)
