"""Many terms looked up at once: one pass over the text, however long the lists are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from aigc_guard.checks.terms.disguise import Vocabulary
from aigc_guard.checks.terms.pinyin import Pinyin
from aigc_guard.checks.terms.view import even, key_of, lowered
from aigc_guard.hanzi import join_halves, simplified, simplify
from aigc_guard.records import Span
from aigc_guard.text import Folded, fold

_WORD = re.compile(r"[a-z]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of a list. ``say`` is what to write instead; ``guarded`` terms hide in disguises.

    Of an entry ``as_written`` the other Chinese script is another word: say 台, not 臺.
    """

    label: str
    term: str
    say: str = ""
    guarded: bool = False
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a term stands in the original, and whether it is spelt so that it hides."""

    entry: Entry
    span: Span
    disguised: bool = False


class Lexicon:
    """Terms of any number, found in a folded text whatever their disguise.

    ``pinyin`` also finds Chinese terms in Latin letters, ``mistyped`` slips of the pen.
    """

    def __init__(
        self, entries: Iterable[Entry], *, mistyped: bool = True, pinyin: bool = False
    ) -> None:
        self._by_key: dict[str, tuple[Entry, ...]] = {}
        guarded: set[str] = set()
        for entry in entries:
            if not (key := key_of(entry.term)):
                continue
            for spelt in {key, key if entry.as_written else simplified(key)}:
                self._by_key[spelt] = (*self._by_key.get(spelt, ()), entry)
            if entry.guarded:
                guarded.add(simplified(key))
        self._automaton: Any = None
        if self._by_key:
            self._automaton = import_module("ahocorasick").Automaton()
            for key in self._by_key:
                self._automaton.add_word(key, key)
            self._automaton.make_automaton()
        words = {word for key in guarded for word in _WORD.findall(key)}
        self._vocabulary = Vocabulary(words, mistyped=mistyped)
        longer = (key for key in guarded if len(key) > 1)
        self._characters = frozenset(char for key in longer for char in key if not char.isascii())
        self._pinyin = Pinyin(guarded) if pinyin else None

    def hits(self, text: str) -> list[Hit]:
        """Every term of ``text``, in order; of a label's terms that contain each other, one."""
        if self._automaton is None:
            return []
        folded, lower = fold(text), lowered(text)
        found: dict[tuple[Entry, Span], Hit] = {}
        views = [folded] if lower is None else [folded, lower]  # folding may take one for another
        plain = [even(view) for view in views]
        read = {view.text for view in plain}
        for view in plain:
            _keep(found, self._in(view))
        for view in map(simplify, plain):
            if view.text not in read:
                read.add(view.text)
                _keep(found, (hit for hit in self._in(view) if not hit.entry.as_written))
        for view in map(simplify, views):
            repaired = even(self._vocabulary.repair(view))
            joined = join_halves(repaired, self._characters) if self._characters else repaired
            if joined.text not in read:
                hits = self._in(joined, disguised=True)
                _keep(found, (hit for hit in hits if hit.entry.guarded))
            _keep(found, self._pronounced(repaired))
        return _longest(found.values())

    def _in(self, view: Folded, *, disguised: bool = False) -> Iterator[Hit]:
        for last, key in self._automaton.iter(view.text):
            start, end = last - len(key) + 1, last + 1
            if _stands_alone(view.text, start, end):
                span = view.to_original(start, end)
                yield from (Hit(entry, span, disguised) for entry in self._by_key[key])

    def _pronounced(self, view: Folded) -> Iterator[Hit]:
        for term, start, end in self._pinyin.hits(view) if self._pinyin is not None else ():
            span = view.to_original(start, end)
            entries = (entry for entry in self._by_key[term] if entry.guarded)
            yield from (Hit(entry, span, disguised=True) for entry in entries)


def _keep(found: dict[tuple[Entry, Span], Hit], hits: Iterable[Hit]) -> None:
    """Add ``hits`` at new places: a plain spelling is looked for before a disguised one."""
    for hit in hits:
        found.setdefault((hit.entry, hit.span), hit)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """No letter or digit goes on where the term ends; Chinese knows no such edges."""
    return not (
        (start > 0 and _joins(text[start - 1], text[start]))
        or (end < len(text) and _joins(text[end - 1], text[end]))
    )


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not (_CJK.match(left) or _CJK.match(right))


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """Without those inside another hit of their label; equal places stand once per entry."""
    out: list[Hit] = []
    furthest: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda one: (one.span.start, -one.span.end, one.entry.label)):
        before = furthest.get(hit.entry.label)
        if before is not None and hit.span.end <= before.span.end:
            continue
        furthest[hit.entry.label] = hit
        out.append(hit)
    return out


def without(hits: Sequence[Hit], excused: Iterable[Span]) -> list[Hit]:
    """``hits`` that don't lie inside one of ``excused``."""
    spans = list(excused)
    return [
        hit
        for hit in hits
        if not any(s.start <= hit.span.start and hit.span.end <= s.end for s in spans)
    ]
