"""The pieces of a batch that a guard scores: which wait to be read, and what was read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aigc_guard.checks.causes import causes, words, written
from aigc_guard.checks.exchanged import read_exchanged, read_plain
from aigc_guard.checks.guard import Guard, guard_of
from aigc_guard.checks.guard_folder import folder_of
from aigc_guard.checks.guard_windows import languages_of
from aigc_guard.checks.interface import Context
from aigc_guard.hanzi import join_halves, simplify
from aigc_guard.records import Span
from aigc_guard.text import Folded

_SPLIT_TO_HIDE = frozenset("妈婊妓骚贱操肏屄屌屎屁嫖娼淫滚狗猪残障骗强枪杂蠢臭")
"""Offensive characters that are written in halves; their halves hardly meet by chance."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of folded characters of one subject."""

    subject: int
    span: Span


class Pieces:
    """The pieces of a batch, what waits to be read, and what was read.

    ``models`` names the guard of each language.
    """

    def __init__(
        self, folded: Sequence[Folded], models: Mapping[str, str], context: Context
    ) -> None:
        deeper = {number: deep for number, one in enumerate(folded) if (deep := _deeper(one))}
        self._deeper = {number: len(folded) + place for place, number in enumerate(deeper)}
        self.folded = [*folded, *deeper.values()]
        self.known = tuple(models)
        self.guards: dict[str, Guard] = {}
        self.scores: dict[Piece, dict[str, float]] = {}
        self.windows: list[list[Piece]] = [[] for _ in self.folded]
        self.parts: dict[Piece, list[Piece]] = {}
        self._models = dict(models)
        self._context = context
        self._waiting: dict[str, list[Piece]] = {}

    def guard(self, language: str) -> Guard:
        """The guard that reads ``language``, loaded at its first use."""
        if language not in self.guards:
            self.guards[language] = guard_of(folder_of(self._context, self._models[language]))
        return self.guards[language]

    def versions(self, subject: int) -> tuple[int, ...]:
        """The numbers under which a subject is read: as it is, and with its characters undone."""
        deeper = self._deeper.get(subject)
        return (subject,) if deeper is None else (subject, deeper)

    def text_of(self, subject: int, span: Span) -> str:
        """Folded characters of one subject."""
        return self.folded[subject].text[span.start : span.end]

    def own(self, subject: int) -> dict[Piece, Mapping[str, float]]:
        """The windows of one subject that were read, with their scores."""
        return {p: self.scores[p] for p in self.windows[subject] if p in self.scores}

    def add_alone(self, piece: Piece) -> None:
        """Let a part of a window wait for the guards of its script, unless it was read before."""
        if piece not in self.scores:
            inside = languages_of(self.text_of(piece.subject, piece.span), self.known)
            self.add(piece, [name for name in inside if name in self.guards])

    def read_words(self, piece: Piece) -> None:
        """Have each word of a flagged sentence read alone."""
        for span in words(self.folded[piece.subject].text, piece.span):
            self.add_alone(Piece(piece.subject, span))

    def detail(self, piece: Piece, label: str) -> dict[str, str]:
        """Where in the original the words stand that flag by themselves."""
        folded = self.folded[piece.subject]
        read = [
            (span, self.scores[alone])
            for span in words(folded.text, piece.span)
            if (alone := Piece(piece.subject, span)) in self.scores
        ]
        places = [folded.to_original(span.start, span.end) for span in causes(read, label)]
        return {"words": written(places)} if places else {}

    def add(self, piece: Piece, languages: Iterable[str]) -> None:
        """Let ``piece`` wait for each of the guards."""
        for language in languages:
            self._waiting.setdefault(language, []).append(piece)

    def score(self) -> None:
        """Read everything that waits; the strictest guard's score stands.

        A window that is longer than announced is left out, so that coverage shows the gap.
        """
        waiting, self._waiting = self._waiting, {}
        for language, pieces in waiting.items():
            texts = [self.text_of(piece.subject, piece.span) for piece in pieces]
            guard = self.guard(language)
            read = read_exchanged(guard, texts) if language == "en" else read_plain(guard, texts)
            for piece, found in zip(pieces, read, strict=True):
                if found is None:
                    continue
                known = self.scores.setdefault(piece, {})
                for label, score in found.items():
                    known[label] = max(known.get(label, 0.0), score)


def _deeper(folded: Folded) -> Folded | None:
    """The text in simplified characters, offensive ones in halves put together; None if the same.

    Read beside the plain folding, which the guards have learned from: the stricter reading stands.
    """
    deep = join_halves(simplify(folded), _SPLIT_TO_HIDE)
    return None if deep.text == folded.text else deep
