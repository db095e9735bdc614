"""Names of cases: read beside a citation, and compared with the name an authority carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_BEFORE = 200
_LONGEST_SIDE = 14  # words
_VERSUS = re.compile(r"\s(?:v|vs)\.?\s")
_SINGLE = re.compile(
    r"(?:^|[\s(])(?P<name>(?:In re|Ex parte|In the Matter of|Matter of|Re|Estate of)\s"
    r"[A-Z][^;()\n]{1,80}?),?\s?$"
)
_TO_CITATION = re.compile(
    r"(?P<name>[A-Z(\d][^;:\n]{0,120}?)(?:,?\s(?:No\.|Case)\s[\w-]+(?:/\d+)?)?,?\s?(?:\((?:the\s)?\d{4}\)\s?)?$"
)
_SMALL_WORDS = """
    of the and & for de la du des van von der ex rel. rel on behalf et al. al in to a an at
    by
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_LEADING_WORDS = """
    in see cf. cf but as under also e.g. compare contra and both when where since after
    while citing quoting accord held case cases
"""
_LEADING = frozenset(_LEADING_WORDS.split())
_NOISE_WORDS = """
    inc corp co ltd llc llp plc lp company corporation limited incorporated the of and et al
    ex rel for a an in re ag gmbh sa nv bv v vs
"""
_NOISE = frozenset(_NOISE_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\.?|\d+")
_SUED = re.compile(
    r"(?P<name>[\u3400-\u9fffA-Za-z·（）()]{2,30}?(?:诉|訴)[\u3400-\u9fffA-Za-z·]{2,30}?)"
    r"(?:[\u3400-\u9fff]{0,12}(?:纠纷|糾紛))?(?:一案|案)?(?:民事判决书|刑事判决书|判决书)?[，,、\s（(]{0,3}$"
)


class Named(NamedTuple):
    """A name and where it stands."""

    name: str
    start: int
    end: int


NOBODY = Named("", 0, 0)


def name_before(text: str, at: int) -> Named:
    """The case name that ends right before a citation at ``at``: ``Roe v. Wade,``."""
    floor = max(0, at - _BEFORE)
    window = text[floor:at]
    found = next(reversed(list(_VERSUS.finditer(window))), None)
    if found is not None:
        right = _TO_CITATION.match(window, found.end())
        words = right["name"].split() if right else []
        if right and 0 < len(words) <= _LONGEST_SIDE and _is_name(words):
            left = _left_side(window, found.start())
            if left < found.start():
                return Named(
                    window[left : right.end("name")], floor + left, floor + right.end("name")
                )
    single = _SINGLE.search(window)
    if single:
        return Named(single["name"], floor + single.start("name"), floor + single.end("name"))
    return NOBODY


def sued_before(text: str, at: int) -> Named:
    """The Chinese case name that ends right before a case number: 甲公司诉乙公司案，"""
    floor = max(0, at - 80)
    cut = max(text.rfind(sign, floor, at) for sign in "。；;\n") + 1
    window = text[max(floor, cut) : at]
    found = _SUED.search(window)
    if found is None:
        return NOBODY
    start = max(floor, cut) + found.start("name")
    return Named(found["name"], start, start + len(found["name"]))


def _is_name(words: Sequence[str]) -> bool:
    return all(not word[0].islower() or word in _SMALL for word in words)


def _left_side(window: str, end: int) -> int:
    """Where the first party's name begins: capitalised words, read backwards from the ``v.``"""
    words = list(re.finditer(r"\S+", window[:end]))
    start = end
    for count, word in enumerate(reversed(words)):
        said = word[0]
        if count >= _LONGEST_SIDE or (count and said[-1] in ";:)." and not _is_short(said)):
            break
        if said[0].islower() and said not in _SMALL:
            break
        if said.casefold().strip(",(") in _LEADING:
            if said[0].isupper():
                break
            continue
        if said[0].isupper() or said[0] in "(“\"'" or said[0].isdigit():
            start = word.start()
    return start


def _is_short(word: str) -> bool:
    """``Inc.``, ``S.`` and ``Bd.`` end no sentence; a bracket may close within a name."""
    return word.endswith(")") or (word.endswith(".") and len(word) <= 7)


def _sides(name: str) -> list[list[str]]:
    plain = re.sub(r"\bU\.\s?S\.(?:\s?A\.)?|\bUS\b|\bUSA\b", "United States", name)
    sides = re.split(r"\s(?:v|vs)\.?\s|诉|訴", plain)
    return [_words(side) for side in sides]


def _words(side: str) -> list[str]:
    if re.search(r"[\u3400-\u9fff]", side):
        return [re.sub(r"(?:股份|有限|责任|集团)|公司$|\W", "", side)]
    found = [match[0].casefold().replace("’", "'") for match in _WORD.finditer(side)]
    kept = [word for word in found if word.rstrip(".") not in _NOISE]
    return kept or found


def same_name(one: str, other: str) -> bool:
    """Whether two names mean one case: each party's words agree, shortened or not."""
    first, second = _sides(one), _sides(other)
    if len(first) != len(second):
        first, second = (
            [[w for side in first for w in side]],
            [[w for side in second for w in side]],
        )
    return all(_agree(a, b) for a, b in zip(first, second, strict=True))


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and all(any(_same_word(a, b) for b in long) for a in short)


def _same_word(one: str, other: str) -> bool:
    a, b = one.rstrip("."), other.rstrip(".")
    if a == b:
        return True
    if re.search(r"[\u3400-\u9fff]", a + b):
        return bool(a and b) and (a in b or b in a)
    short, long = sorted((one, other), key=len)
    if not (short.endswith(".") or "'" in short):
        return False
    letters = iter(long)
    return short[0] == long[0] and all(sign in letters for sign in short if sign.isalpha())


def holds_words(name: str, text: str) -> bool:
    """Whether every telling word of a name stands in ``text``."""
    words = {match[0].casefold().rstrip(".") for match in _WORD.finditer(text)}
    for side in _sides(name):
        for word in side:
            plain = word.rstrip(".")
            inside = plain in text if re.search(r"[\u3400-\u9fff]", plain) else plain in words
            if not inside:
                return False
    return True
