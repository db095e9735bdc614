"""Which guard reads what: by script, in windows that every guard of a text reads whole.

Checks that cut a text here ask for the same windows, so that a guard reads each of them once.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from aigc_guard.checks.guard import Reader
from aigc_guard.checks.guard_folder import sentence_counter
from aigc_guard.checks.guard_tokens import forget_tokens, remember, tokens_of
from aigc_guard.folding import REMEMBERED, SHORT
from aigc_guard.records import Span
from aigc_guard.text import windows

LANGUAGES = ("en", "zh")
Windows = list[tuple[Span, list[str]]]
"""Windows of one text, gapless, each with the guards to read it."""
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2}")
_Asked = tuple[str, tuple[Any, ...], int]
"""A text, the tokenizers of its guards, and how many tokens all of them read at once."""
_LOCK = threading.Lock()
_kept: OrderedDict[_Asked, list[Span]] = OrderedDict()
"""Windows of short texts, for the next check of the batch, as their folding is kept."""


def languages_of(text: str, known: Collection[str] = LANGUAGES) -> list[str]:
    """The guards of ``known`` that read the folded ``text``; what is in neither script is Latin."""
    chinese = "zh" in known and bool(_CHINESE.search(text))
    latin = "en" in known and (not chinese or bool(_LATIN.search(text)))
    return [*(["en"] if latin else []), *(["zh"] if chinese else [])]


def guard_windows(
    texts: Sequence[str],
    reader_of: Callable[[str], Reader],
    known: Collection[str] = LANGUAGES,
) -> list[Windows]:
    """The windows of each of the folded ``texts``; all are counted together.

    ``reader_of`` gives the guard of a language; it is asked only for those that a text needs.
    """
    asked: list[_Asked | None] = []
    for text in texts:
        readers = [reader_of(language) for language in languages_of(text, known)]
        limits = [reader.window for reader in readers]
        own = tuple(reader.tokenizer for reader in readers)
        asked.append((text, own, min(limits)) if readers else None)
    cut = _cut(one for one in asked if one is not None)
    return [
        [(span, languages_of(one[0][span.start : span.end], known)) for span in cut[one]]
        if one is not None
        else []
        for one in asked
    ]


def _cut(asked: Iterable[_Asked]) -> dict[_Asked, list[Span]]:
    with _LOCK:  # who comes at the same time finds them
        cut: dict[_Asked, list[Span]] = {}
        missing: dict[tuple[Any, ...], list[_Asked]] = {}
        for one in dict.fromkeys(asked):
            if one in _kept:
                cut[one] = _kept[one]
                _kept.move_to_end(one)
            else:
                missing.setdefault(one[1], []).append(one)
        for tokenizers, group in missing.items():
            texts = [text for text, _, _ in group]
            tokens = [tokens_of(tokenizer, texts) for tokenizer in tokenizers]
            measure = sentence_counter(texts, tokenizers, tokens)
            for one in group:
                cut[one] = windows(one[0], one[2], measure)
                for tokenizer, column in zip(tokenizers, tokens, strict=True):
                    if own := column.get(one[0]):
                        remember(tokenizer, own, cut[one])
                if len(one[0]) <= SHORT:
                    _kept[one] = cut[one]
        while len(_kept) > REMEMBERED:
            _kept.popitem(last=False)
    return cut


def forget_windows() -> None:
    """Cut anew what was cut before (a benchmark reads the same texts again and again)."""
    with _LOCK:
        _kept.clear()
    forget_tokens()
