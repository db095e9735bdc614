"""Quotations compared with the material word by word, and where an altered one truly stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from aigc_guard.checks.grounding.values import Places
from aigc_guard.hanzi import simplified
from aigc_guard.quotes import attributed, quotations
from aigc_guard.records import Span

_AMOUNT = (
    r"(?<![^\W_])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    r"(?:\s?(?:trillion|billion|million|tn|bn|mn)|m)?(?![^\W_]|[.,]\d)"
)
_WORD = re.compile(
    rf"{_AMOUNT}|per\s+cent\b|%|[\u3400-\u4dbf\u4e00-\u9fff]"
    r"|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:['’][^\W_]+)*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"([\d,]+)(?:\.(\d+))?\s?([a-z]*)")
_POWERS = {"": 0, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}
_SINGLE = re.compile(r"(?<![\w'’])'(?=\w)(?P<inner>(?:[^'\n]|(?<=\w)'(?=\w)){12,600})'(?![\w'])")
_SPACED = re.compile(
    r"(?<![^\s(\[—–/-])[“\"](?=[^\s“”\"])(?P<inner>[^“”\"\n]{12,600})(?<!\s)[”\"](?![^\W_])"
)
"""Marks told by the spaces around them: “one kind opening", another closing."""
_LEFT_OUT = re.compile(r"…+|\.{3,}|\[[^\]\n]{0,80}\]")
_BRACKET = re.compile(r"\[([^\]\n]{0,80})\]")
_BESIDE = 3
_NEAR = 72.0
_LONG_TITLE, _ALMOST = 5, 0.85
_LONGEST_SEARCHED = 400_000
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Where in the material something stands: fact or source by place, and characters there."""

    kind: str
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Misquotation:
    """A quotation that the material doesn't hold; ``near`` is the true wording if there is one."""

    start: int
    end: int
    near: Passage | None
    likeness: float


@dataclass
class Page:
    """One text of the material, as words."""

    kind: str
    number: int
    text: str

    @cached_property
    def words(self) -> list[re.Match[str]]:
        """The words in order, each with its place in ``text``."""
        return list(_WORD.finditer(self.text))

    @cached_property
    def line(self) -> str:
        """The words between single spaces, for plain search."""
        return " " + " ".join(plain_word(match[0]) for match in self.words) + " "

    @cached_property
    def _starts(self) -> list[int]:
        at, starts = 1, []
        for match in self.words:
            starts.append(at)
            at += len(plain_word(match[0])) + 1
        return starts

    def passage(self, start: int, end: int) -> Passage:
        """The place in ``text`` behind ``line[start:end]``."""
        first = min(max(0, bisect_left(self._starts, start)), len(self.words) - 1)
        last = min(max(first, bisect_left(self._starts, end) - 1), len(self.words) - 1)
        return Passage(self.kind, self.number, self.words[first].start(), self.words[last].end())


def plain_word(word: str) -> str:
    """A word without case and apostrophes, in simplified characters; an amount in digits.

    $4.2 billion, $4.2bn and $4,200,000,000 are one, and so are percent, per cent and %.
    """
    low = word.casefold()
    if low == "%" or low.split() == ["per", "cent"]:
        return "percent"
    number = _NUMBER.fullmatch(low)
    if number and number[3] in _POWERS:
        whole, rest = number[1].replace(",", ""), (number[2] or "").rstrip("0")
        power = _POWERS[number[3]]
        digits, rest = whole + rest[:power].ljust(power, "0"), rest[power:]
        return digits + (f".{rest}" if rest else "")
    return simplified(low.replace("’", "").replace("'", ""))


def misquotations(text: str, pages: Sequence[Page]) -> Iterator[Misquotation]:
    """Quotations of ``text`` that no page holds word for word, in order.

    Left-out words (…, [sic]) are allowed. A word or two in quotation marks are a term unless
    somebody is named as saying them.
    """
    spoken = {one.inner for one in attributed(text, None)}
    for place in _quoted(text):
        inner = text[place.start : place.end]
        words = _WORD.findall(inner)
        if len(words) < 2 or _stands_in(inner, pages):
            continue
        near, likeness = _nearest(words, pages)
        if not _is_claim(inner, words, place in spoken) and not _is_title(words, likeness):
            continue
        start = place.start + len(inner) - len(inner.lstrip())
        yield Misquotation(start, start + len(inner.strip()), near, likeness)


def _quoted(text: str) -> list[Span]:
    """What stands in quotation marks: paired ones, straight single ones where no apostrophe is one,

    and marks that only the spaces around them pair.
    """
    marked = [one.inner for one in quotations(text) if not _is_between(text, one.inner)]
    taken = Places((one.start, one.end) for one in marked)
    others = (
        Span(*match.span("inner"))
        for pattern in (_SINGLE, _SPACED)
        for match in pattern.finditer(text)
    )
    return sorted([*marked, *(one for one in others if not taken.meet(one.start, one.end))])


def _is_between(text: str, inner: Span) -> bool:
    """Whether its first mark closes what was opened before this text, or never was."""
    before = text[max(0, inner.start - 2) : inner.start - 1]
    return not before.isspace() and before != "" and text[inner.start : inner.start + 1].isspace()


def _is_claim(inner: str, words: Sequence[str], spoken: bool) -> bool:
    """Whether the quotation claims that somebody used these words."""
    if _HAN.search(inner):
        return len(words) >= (4 if spoken else 8)
    capitals = sum(word[0].isupper() or word[0].isdigit() for word in words)
    longer = [word for word in words if len(word) > 3]
    if (
        words
        and len(words) <= 8
        and (capitals == len(words) or all(w[0].isupper() for w in longer))
    ):
        return False  # a title, or a term that is being defined
    return len(words) >= (2 if spoken else 4)


def _is_title(words: Sequence[str], likeness: float) -> bool:
    """Whether the words are a longer name in the material all but one word or so."""
    return len(words) >= _LONG_TITLE and likeness >= _ALMOST


def _stands_in(inner: str, pages: Sequence[Page]) -> bool:
    parts = [_WORD.findall(part) for part in _LEFT_OUT.split(inner)]
    lines = [" " + " ".join(map(plain_word, words)) + " " for words in parts if words]
    return any(
        all(line in page.line for line in lines) and not _replaces_a_bracket(inner, page)
        for page in pages
    )


def _replaces_a_bracket(inner: str, page: Page) -> bool:
    """Whether a bracket of the quotation stands where the page has another of its own.

    Brackets are the quoting person's words, unless they were quoted as well.
    """
    own = [
        (*_beside(page.text, *match.span()), _plain(match[1]))
        for match in _BRACKET.finditer(page.text)
    ]
    for match in _BRACKET.finditer(inner) if own else ():
        before, after = _beside(inner, *match.span())
        there = [
            words
            for left, right, words in own
            if _agree(before[::-1], left[::-1]) and _agree(after, right)
        ]
        if (before or after) and there and _plain(match[1]) not in there:
            return True
    return False


def _beside(text: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before and behind a place."""
    near = 100
    return (
        _plain(text[max(0, start - near) : start])[-_BESIDE:],
        _plain(text[end : end + near])[:_BESIDE],
    )


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the shorter begins the longer."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _plain(text: str) -> tuple[str, ...]:
    return tuple(map(plain_word, _WORD.findall(text)))


def _nearest(words: Sequence[str], pages: Sequence[Page]) -> tuple[Passage | None, float]:
    from rapidfuzz import fuzz

    wanted = " ".join(map(plain_word, words))
    best: tuple[Passage | None, float] = (None, 0.0)
    for page in pages:
        line = page.line[:_LONGEST_SEARCHED]
        if len(page.words) < 2 or len(line) < len(wanted) // 2:
            continue
        found = fuzz.partial_ratio_alignment(wanted, line, score_cutoff=_NEAR)
        if found is not None and found.score > best[1]:
            best = (page.passage(found.dest_start, found.dest_end), found.score)
    return best[0], round(best[1] / 100, 4)


def span_of(one: Misquotation) -> Span:
    """Where the quotation stands in the draft."""
    return Span(one.start, one.end)
