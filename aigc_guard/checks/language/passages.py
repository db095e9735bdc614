"""Which passages of a text are in another language than the one asked for.

Quotations, titles of works, addresses and what stands briefly in brackets are left out, and so are
names: a run in another script that is too short for a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aigc_guard.checks.language.latin import (
    UNKNOWN,
    foreign,
    is_running_text,
    known_languages,
    likeliest,
)
from aigc_guard.checks.language.scripts import LANGUAGE_OF, Word, words_of
from aigc_guard.quotes import quotations
from aigc_guard.records import Span
from aigc_guard.text import sentences, union

_APART = re.compile(
    r"《[^《》\n]{1,80}》|[(（\[【][^()（）\[\]【】\n]{1,60}[)）\]】]|`[^`\n]{1,200}`"
    r"|(?:https?://|www\.)[\w./%?#=&~+:-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_CHUNK = 40  # Latin words that are judged together
_NAME_OF_HAN = 8
_FEW_WORDS = 3
_KANA_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Passage:
    """A run in another language: ``found`` is its code, ``weight`` how much it says."""

    start: int
    end: int
    found: str
    score: float
    weight: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The foreign passages, and how much the text says besides what is left out."""

    passages: tuple[Passage, ...]
    weight: int

    @property
    def share(self) -> float:
        """Share of the text that is in another language."""
        return sum(one.weight for one in self.passages) / self.weight if self.weight else 0.0


def can_judge(asked: str) -> bool:
    """Whether texts asked for in this language can be told from others."""
    return asked in LANGUAGE_OF.values() or asked in known_languages()


def read_passages(text: str, asked: str) -> Reading:
    """What of ``text`` is not in the language ``asked``; linear in its length."""
    words = list(words_of(text))
    spoken = _left_in(text, words)
    total = sum(one.weight for one in spoken)
    starts = [span.start for span in sentences(text)]
    found: list[Passage] = []
    for _, group in groupby(spoken, key=lambda one: bisect_right(starts, one.start)):
        found += _of_sentence(text, list(group), asked)
    return Reading(tuple(_joined(text, found)), total)


def _left_in(text: str, words: Sequence[Word]) -> list[Word]:
    """Words outside quotations and the like; a text that mostly quotes is read with them."""
    apart = [Span(*match.span()) for match in _APART.finditer(text)]
    quoted = [one.outer for one in quotations(text)]
    own = _outside(words, union([*apart, *quoted]))
    if 4 * sum(one.weight for one in own) >= sum(one.weight for one in words):
        return own
    return _outside(words, union(apart)) or list(words)


def _outside(words: Sequence[Word], spans: Sequence[Span]) -> list[Word]:
    starts = [span.start for span in spans]
    kept = []
    for one in words:
        at = bisect_right(starts, one.start) - 1
        if at < 0 or spans[at].end <= one.start:
            kept.append(one)
    return kept


def _of_sentence(text: str, words: list[Word], asked: str) -> Iterator[Passage]:
    """Foreign passages of one sentence: runs of one script, or all of it in Latin script."""
    words = _japanese(words, asked)
    whole = sum(one.weight for one in words)
    for script, group in groupby(words, key=lambda one: one.script):
        run = list(group)
        if script == "Latin" and asked in known_languages():
            for at in range(0, len(run), _CHUNK):
                yield from _latin(text, run[at : at + _CHUNK], asked)
        elif LANGUAGE_OF.get(script) == asked:
            continue
        elif not _is_name(text, run, 2 * sum(one.weight for one in run) > whole):
            yield _passage(run, _language(text, run), 1.0)


def _japanese(words: list[Word], asked: str) -> list[Word]:
    """Han beside kana is Japanese, too; a single の in a Chinese sentence is decoration."""
    kana = sum(one.end - one.start for one in words if one.script == "Kana")
    han = sum(one.end - one.start for one in words if one.script == "Han")
    if kana >= _FEW_WORDS and kana >= _KANA_SHARE * (kana + han):
        return [replace(one, script="Kana") if one.script == "Han" else one for one in words]
    if asked == "zh":
        return [one for one in words if one.script != "Kana"]
    return words


def _is_name(text: str, run: Sequence[Word], is_most: bool) -> bool:
    script, size = run[0].script, sum(one.end - one.start for one in run)
    if script == "Latin":
        return not is_running_text([text[one.start : one.end] for one in run])
    if script in ("Han", "Kana", "Hangul"):
        return size <= (3 if is_most else _NAME_OF_HAN)
    return len(run) < (2 if is_most else _FEW_WORDS)


def _language(text: str, run: Sequence[Word]) -> str:
    if run[0].script != "Latin":
        return LANGUAGE_OF.get(run[0].script, UNKNOWN)
    return likeliest([text[one.start : one.end] for one in run[:_CHUNK]])


def _latin(text: str, run: Sequence[Word], asked: str) -> Iterator[Passage]:
    if len(run) < _FEW_WORDS:
        return
    told = foreign([text[one.start : one.end] for one in run], asked)
    if told is not None:
        yield _passage(run, told.language, min(1.0, 0.5 + 0.1 * (told.evidence - told.own)))


def _passage(run: Sequence[Word], found: str, score: float) -> Passage:
    weight = sum(one.weight for one in run)
    return Passage(run[0].start, run[-1].end, found, score, weight)


def _joined(text: str, found: Sequence[Passage]) -> Iterator[Passage]:
    """Neighbours of one language are one passage where only signs stand between them."""
    last: Passage | None = None
    for one in found:
        if last is not None and one.found == last.found:
            between = text[last.end : one.start]
            if len(between) < 20 and not any(char.isalpha() for char in between):
                score, weight = max(last.score, one.score), last.weight + one.weight
                last = replace(last, end=one.end, score=score, weight=weight)
                continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
