"""The same word twice in a row: a slip, except where a language says it on purpose."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from aigc_guard.records import Span

_TWICE = re.compile(
    r"(?<![\w'’-])(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)[^\S\n]*\n?[^\S\n]*"
    r"(?<=\s)(?P<again>(?P=word))(?![\w'’-])",
    re.IGNORECASE,
)
_ON_PURPOSE = frozenset(
    ("had", "that", "is", "ha", "haha", "bye", "no", "yes", "so", "very", "really", "many", "much",
     "knock", "chop", "hear", "there", "now", "please", "blah")
)  # fmt: skip
# Particles that nobody doubles but by mistake; 实实在在, 的的确确 and 和和美美 are words.
_PARTICLES = re.compile(r"(?P<word>的|和|与|在|是|被|把|为|及|或|并|于|从|将)(?P<again>(?P=word))")
_PAIR = re.compile(r"(.)\1")
_CJK = re.compile(r"[\u3400-\u9fff]")


def repeats(text: str, allowed: Collection[str] = ()) -> Iterator[Span]:
    """The second word of each pair, English and Chinese."""
    known = {word.casefold() for word in allowed} | _ON_PURPOSE
    for match in _TWICE.finditer(text):
        word, again = match["word"], match["again"]
        named = word[0].isupper() and again[0].isupper()  # Baden Baden
        if word.casefold() not in known and not _CJK.search(word) and not named:
            yield Span(*match.span("again"))
    for match in _PARTICLES.finditer(text):
        start, end = match.span()
        beside = (text[max(0, start - 2) : start], text[end : end + 2])
        if match[0] not in known and not any(_PAIR.fullmatch(one) for one in beside):
            yield Span(*match.span("again"))
