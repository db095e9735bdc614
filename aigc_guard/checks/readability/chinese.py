"""How hard Chinese text is: characters per sentence, and the share of rare characters.

A character is rare that stands outside level 1 of GB/T 2312-1980 (Code of Chinese graphic character
set for information interchange, primary set): the 3,755 characters that the standard calls most
used. Traditional characters are looked up in their simplified form. A share is reported and no
school grade, because formulas for Chinese grades need word lists that are not free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from aigc_guard.checks.readability.sentences import Sentence
from aigc_guard.hanzi import simplified
from aigc_guard.records import Span

LEAST_CHARACTERS = 50
"""Below, one character of a name is a large share."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_COUNTED = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]|[A-Za-z0-9][A-Za-z0-9.,%-]*"
)
_LEVEL_1 = range(0xB0, 0xD8)


def measured(text: str, spans: Sequence[Span]) -> list[Sentence]:
    """``spans`` with their number of characters; a Latin word or a number counts as one."""
    counted = [Sentence(one, len(_COUNTED.findall(text, one.start, one.end))) for one in spans]
    return [one for one in counted if one.length]


def rare_share(text: str, familiar: Iterable[str]) -> float | None:
    """Percentage of rare characters; None where there are too few characters to say."""
    plain = text
    for term in familiar:
        plain = plain.replace(term, "")
    found = _HAN.findall(plain)
    if len(found) < LEAST_CHARACTERS:
        return None
    return 100 * sum(map(is_rare, found)) / len(found)


@lru_cache(maxsize=32768)
def is_rare(char: str) -> bool:
    """Whether a Chinese character is none of the 3,755 most used ones."""
    try:
        coded = simplified(char).encode("gb2312")
    except UnicodeEncodeError:
        return True
    return coded[0] not in _LEVEL_1
