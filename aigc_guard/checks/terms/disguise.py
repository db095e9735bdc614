"""Listed words behind a spelling that hides them: leet, stretched, broken, masked, mistyped.

``fold`` undoes what any reader undoes; here the listed words themselves tell what an odd spelling
means. A word that is itself an ordinary word (or in the list) is never taken for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from aigc_guard.checks.terms.view import rewrite
from aigc_guard.folded import edited
from aigc_guard.ordinary import is_ordinary
from aigc_guard.spelling import is_common
from aigc_guard.text import Folded

_SIGNS = "a-z0-9@$!|+€£¡("
_SIMPLE = re.compile(rf"(?<![\w@])(?=[{_SIGNS}]*[a-z])[a-z0-9@$€£][{_SIGNS}]{{1,31}}(?!\w)")
_TO_LETTER = re.compile(
    r"(?<![\w@])(?=\S*[a-z])[a-z0-9@$€£][a-z0-9@$€£!|+¡(]{0,30}[a-z0-9@$€£](?!\w)"
)
_JOINED = re.compile(
    rf"(?<![\w@.])[{_SIGNS}]{{1,24}}(?:[._*#'’/~·|+-]{{1,2}}[{_SIGNS}]{{1,24}}){{1,24}}(?!\w)"
)
_PAIR = re.compile(r"(?<![^\W_])(?<!['’])([a-z]{1,16}) (?=([a-z]{1,16})(?![^\W_])(?!['’]))")
_LETTER_BY_LETTER = re.compile(
    rf"(?<![^\W_])[{_SIGNS}](?P<gap>[ ._*-])[{_SIGNS} ](?:(?P=gap)[{_SIGNS} ])+"
    rf"(?![^\W_])(?!(?!(?P=gap))[ ._*-][b-hj-z](?![^\W_]))"  # that one begins the next word
)
_CONTRACTION = re.compile(r".*(?:n['’]t|['’](?:ll|s|d|re|ve|m))")
_QUANTITY = re.compile(
    r"\d*(?:1st|2nd|3rd|[04-9]th)|\d+(?:s|am|pm|[kmg]b?|tb|[km]?[gmw]|k?hz|h|min|d|w|x|in|ft)"
)
_SPLIT = re.compile(r"[^a-z0-9@$!€£¡(]+")
_MASK = re.compile(r"[*#-]")
_LEET = str.maketrans("013456789@$!|+€¡(2£l", "oieasgtbgasiiteiczii")
_PIECE = re.compile(rf"[{_SIGNS}]+")
_MOST_PIECES = 16
_RUN = re.compile(r"(.)\1+")
_SHORTEST = 3
_SHORTEST_MISTYPED = 4


def skeleton(word: str) -> str:
    """What is left of a word when leet, repeated letters and signs don't count."""
    plain = re.sub(r"[^a-z]", "", word.translate(_LEET))
    return _RUN.sub(r"\1", plain)


_UNREAD = 3


class _Reading(NamedTuple):
    """How the pieces so far are read: what that costs, and the edits that write it plainly."""

    cost: int
    edits: tuple[tuple[int, int, str], ...]

    def and_then(self, cost: int, *edits: tuple[int, int, str]) -> _Reading:
        return _Reading(self.cost + cost, (*self.edits, *edits))


class Vocabulary:
    """The words of a list, ready to recognise their disguises.

    ``mistyped`` words (two letters swapped, one left out) are recognised only where asked for:
    in very long lists another rare word may be meant.
    """

    def __init__(self, words: Iterable[str], *, mistyped: bool = True) -> None:
        own = [word for word in words if word.isascii() and word.isalpha()]
        self.words = frozenset(own)
        self.by_skeleton = {skeleton(word): word for word in own}
        self.mistyped = mistyped
        self._by_edges: dict[tuple[str, str, int], list[str]] = {}
        for word in self.words:
            if len(word) >= _SHORTEST_MISTYPED:
                self._by_edges.setdefault((word[0], word[-1], len(word)), []).append(word)
        self.meant = lru_cache(maxsize=16384)(self._meant)

    def repair(self, folded: Folded) -> Folded:
        """``folded`` with every disguised listed word written plainly."""
        if not self.words:
            return folded
        folded = rewrite(folded, _LETTER_BY_LETTER, self._spelt)
        joined = _JOINED.finditer(folded.text)
        folded = edited(folded, (edit for match in joined for edit in self._in_groups(match)))
        folded = self._join_pairs(folded)
        for pattern in (_SIMPLE, _TO_LETTER):  # a sign behind a word is a letter, or just a sign
            folded = rewrite(folded, pattern, lambda match: self.meant(match[0]))
        return folded

    def _in_groups(self, match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
        """Edits for a run of pieces with signs between them, if it is made of words in the end.

        The reading with the fewest words stands; a piece that means nothing costs most.
        """
        pieces = [piece.span() for piece in _PIECE.finditer(match[0])]
        if len(pieces) > _MOST_PIECES:
            return
        ways: list[_Reading] = [_Reading(0, ())]
        for last in range(1, len(pieces) + 1):
            readings = []
            for first in range(last):
                start, end = pieces[first][0], pieces[last - 1][1]
                word = self._word(match[0][start:end])
                if word:
                    readings.append(ways[first].and_then(1, (start, end, word)))
                elif first == last - 1:
                    readings.append(ways[first].and_then(_UNREAD))
            ways.append(min(readings, key=lambda one: one.cost))
        offset = match.start()
        for start, end, word in ways[-1].edits:
            yield offset + start, offset + end, word

    def _word(self, token: str) -> str | None:
        """The word that ``token`` is or disguises; None if it is none."""
        if token in self.words or _is_word(token):
            return token
        return self.meant(token)

    def _spelt(self, match: re.Match[str]) -> str | None:
        """Letters with one sign between them, and spaces as letters of their own."""
        words = match[0][:: len(match["gap"]) + 1].split()
        plain = [word if word in self.words else self._run_together(word) for word in words]
        if not any(plain):
            return None
        return " ".join(one or word for one, word in zip(plain, words, strict=True))

    def _run_together(self, letters: str) -> str | None:
        """The listed word, or the two listed words, that ``letters`` spell."""
        if found := self.meant(letters):
            return found
        cuts = ((letters[:at], letters[at:]) for at in range(2, len(letters) - 1))
        both = ((self._word(first), self._word(second)) for first, second in cuts)
        return next((f"{a} {b}" for a, b in both if {a, b} <= self.words), None)

    def _meant(self, token: str) -> str | None:
        """The listed word that ``token`` disguises, if it does."""
        if token in self.words or _CONTRACTION.fullmatch(token) or _QUANTITY.fullmatch(token):
            return None
        if not any("a" <= char <= "z" for char in token):
            return None
        parts = [part for part in _SPLIT.split(token) if part]
        if all(_is_word(part) for part in parts) and not re.search(r"[*#._~|]", token):
            return None
        bare = skeleton(token)
        if len(bare) >= _SHORTEST and (found := self.by_skeleton.get(bare)):
            return found
        return self._unmasked(token) or (self._untyped(token) if self.mistyped else None)

    def _unmasked(self, token: str) -> str | None:
        holes = _MASK.findall(token)
        if not 1 <= len(holes) <= 2 or token[0] in "*#-" or token[-1] in "*#-":
            return None
        likely = self._by_edges.get((token[0], token[-1], len(token)), ())
        shape = [(at, char) for at, char in enumerate(token) if char not in "*#-"]
        return next((w for w in likely if all(w[at] == char for at, char in shape)), None)

    def _untyped(self, token: str) -> str | None:
        plain = token.translate(_LEET_LETTERS)
        if not plain.isalpha() or not plain.isascii() or len(plain) < _SHORTEST:
            return None
        for at in range(1, len(plain) - 2):
            other = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
            if other in self.words:
                return other
        likely = self._by_edges.get((plain[0], plain[-1], len(plain) + 1), ())
        return next((word for word in likely if _lacks_one(plain, word)), None)

    def _join_pairs(self, folded: Folded) -> Folded:
        """Two pieces without the space between them, unless both are words of their own."""
        gaps = {
            match.end(1)
            for match in _PAIR.finditer(folded.text)
            if self._is_broken(match[1], match[2])
        }
        if not gaps:
            return folded
        kept = [at for at in range(len(folded.text)) if at not in gaps]
        return Folded(
            "".join(folded.text[at] for at in kept),
            [folded.starts[at] for at in kept],
            [folded.ends[at] for at in kept],
        )

    def _is_broken(self, first: str, second: str) -> bool:
        if (_is_word(first) and _is_word(second)) or {first, second} & self.words:
            return False
        return skeleton(first + second) in self.by_skeleton


_LEET_LETTERS = str.maketrans("013456789@$!|+€¡(2£", "oieasgtbgasiiteiczl")


@lru_cache(maxsize=16384)
def _is_word(part: str) -> bool:
    """Whether a piece is a word by itself, so that two of them disguise nothing."""
    if len(part) < 2 or not part.isalpha():
        return part in ("a", "i", "o")
    return is_common(part) or is_ordinary(part)


def _lacks_one(shorter: str, word: str) -> bool:
    """Whether ``shorter`` is ``word`` without one of its inner letters."""
    at = 0
    while at < len(shorter) and shorter[at] == word[at]:
        at += 1
    return 0 < at < len(word) - 1 and shorter[at:] == word[at + 1 :]
