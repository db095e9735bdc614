"""Many terms looked up at once: one pass over the text, however long the lists are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from aigc_guard.checks.terms.disguise import Vocabulary
from aigc_guard.checks.terms.view import even, key_of, lowered
from aigc_guard.records import Span
from aigc_guard.text import Folded, fold

_WORD = re.compile(r"[a-z]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of a list. ``say`` is what to write instead; ``guarded`` terms hide in disguises."""

    label: str
    term: str
    say: str = ""
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a term stands in the original, and whether it is spelt so that it hides."""

    entry: Entry
    span: Span
    disguised: bool = False


class Lexicon:
    """Terms of any number, found in a folded text whatever their disguise."""

    def __init__(self, entries: Iterable[Entry], *, mistyped: bool = True) -> None:
        by_key: dict[str, list[Entry]] = {}
        for entry in entries:
            key = key_of(entry.term)
            if key:
                by_key.setdefault(key, []).append(entry)
        self._automaton: Any = None
        if by_key:
            self._automaton = import_module("ahocorasick").Automaton()
            for key, own in by_key.items():
                self._automaton.add_word(key, (key, tuple(own)))
            self._automaton.make_automaton()
        guarded = [key for key, own in by_key.items() if any(entry.guarded for entry in own)]
        words = {word for key in guarded for word in _WORD.findall(key)}
        self._vocabulary = Vocabulary(words, mistyped=mistyped)

    def hits(self, text: str) -> list[Hit]:
        """Every term of ``text``, in order; of a label's terms that contain each other, one."""
        if self._automaton is None:
            return []
        folded, lower = fold(text), lowered(text)
        found: dict[tuple[Entry, Span], Hit] = {}
        views = [folded] if lower is None else [folded, lower]  # folding may take one for another
        plain = [even(view) for view in views]
        for view in plain:
            for hit in self._in(view, disguised=False):
                found.setdefault((hit.entry, hit.span), hit)
        for view, known in zip(views, plain, strict=True):
            repaired = even(self._vocabulary.repair(view))
            if repaired.text != known.text:
                for hit in self._in(repaired, disguised=True):
                    if hit.entry.guarded:
                        found.setdefault((hit.entry, hit.span), hit)
        return _longest(found.values())

    def _in(self, view: Folded, *, disguised: bool) -> Iterable[Hit]:
        for last, (key, entries) in self._automaton.iter(view.text):
            start, end = last - len(key) + 1, last + 1
            if _stands_alone(view.text, start, end):
                span = view.to_original(start, end)
                yield from (Hit(entry, span, disguised) for entry in entries)


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
