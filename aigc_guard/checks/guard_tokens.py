"""A text is tokenised once: for how long its sentences are, and for the windows they make.

BERT's tokenizer parts a text at white space and signs before it does anything else, so the tokens
of a part that begins and ends there are those of the whole that lie in it. Any other tokenizer is
asked again for each part.
"""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aigc_guard.folding import SHORT
from aigc_guard.records import Span

Place = tuple[int, int]
"""Where a token begins and ends in its text; (0, 0) for one that frames the row."""
Row = tuple[list[int], list[Place]]
"""Numbers and places of a text's tokens."""
_REMEMBERED = 1_024
_LOCK = threading.Lock()
_kept: OrderedDict[tuple[Any, str], Row] = OrderedDict()
"""Rows of windows that are about to be read, by tokenizer and text, without what frames them."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one text, in order, without those that frame it."""

    text: str
    ids: list[int]
    places: list[Place]
    starts: list[int]

    def within(self, span: Span) -> tuple[int, int] | None:
        """The range of tokens that ``span`` alone would give; None if that can't be said."""
        first, last = bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)
        edges = (span.start, first), (span.end, last)
        return (first, last) if all(self._is_edge(*edge) for edge in edges) else None

    def _is_edge(self, at: int, token: int) -> bool:
        """Whether the text is parted at ``at``, before ``token``, whatever surrounds it."""
        if at in (0, len(self.text)):
            return True
        reaches_over = token > 0 and self.places[token - 1][1] > at
        return not reaches_over and _parts(self.text[at - 1])


@lru_cache(maxsize=512)
def _parts(char: str) -> bool:
    """Whether no word goes on behind ``char``: a gap, or a sign, which is a word of its own."""
    return char in "\n\t" or unicodedata.category(char)[0] in "ZP"


def tokens_of(tokenizer: Any, texts: Iterable[str]) -> dict[str, Tokens]:
    """The tokens of the short ones of ``texts``, in one call; of none if it would be no use."""
    inner: Any = getattr(tokenizer, "backend_tokenizer", None)
    stages = (getattr(inner, "normalizer", None), getattr(inner, "pre_tokenizer", None))
    if [type(stage).__name__ for stage in stages] != ["BertNormalizer", "BertPreTokenizer"]:
        return {}
    if inner.truncation is not None or inner.padding is not None:
        return {}  # what an earlier call asked for would cut or fill the rows
    own = [text for text in dict.fromkeys(texts) if len(text) <= SHORT]
    found = inner.encode_batch(own, add_special_tokens=False)
    out = {}
    for text, one in zip(own, found, strict=True):
        places = one.offsets
        out[text] = Tokens(text, one.ids, places, [start for start, _ in places])
    return out


def remember(tokenizer: Any, tokens: Tokens, spans: Sequence[Span]) -> None:
    """Keep the rows of the windows ``spans``, for who reads them next."""
    with _LOCK:
        for span in spans:
            if range_ := tokens.within(span):
                ids, places = tokens.ids[slice(*range_)], tokens.places[slice(*range_)]
                moved = [(start - span.start, end - span.start) for start, end in places]
                _kept[tokenizer, tokens.text[span.start : span.end]] = ids, moved
        while len(_kept) > _REMEMBERED:
            _kept.popitem(last=False)


def recall(tokenizer: Any, text: str) -> Row | None:
    """The whole row of ``text``, framed, if it was kept."""
    with _LOCK:
        kept = _kept.get((tokenizer, text))
    if kept is None:
        return None
    before, behind = _frame(tokenizer)
    edges = [(0, 0)] * len(before), [(0, 0)] * len(behind)
    return [*before, *kept[0], *behind], [*edges[0], *kept[1], *edges[1]]


@lru_cache(maxsize=8)
def _frame(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The tokens that open and close a row."""
    found = tokenizer("a", return_special_tokens_mask=True)
    ids, special = found["input_ids"], found["special_tokens_mask"]
    first, last = special.index(0), len(ids) - special[::-1].index(0)
    return ids[:first], ids[last:]


def forget_tokens() -> None:
    """Tokenise anew what was tokenised before (a benchmark reads the same texts again)."""
    with _LOCK:
        _kept.clear()
