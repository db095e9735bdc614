"""Which guard reads what: by script, in windows that every guard of a text reads whole.

Checks that cut a text here ask for the same windows, so that a guard reads each of them once.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from aigc_guard.checks.guard import Reader
from aigc_guard.checks.guard_folder import sentence_counter
from aigc_guard.folding import REMEMBERED, SHORT
from aigc_guard.records import Span
from aigc_guard.text import windows

LANGUAGES = ("en", "zh")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2}")


def languages_of(text: str, known: Collection[str] = LANGUAGES) -> list[str]:
    """The guards of ``known`` that read the folded ``text``; what is in neither script is Latin."""
    chinese = "zh" in known and bool(_CHINESE.search(text))
    latin = "en" in known and (not chinese or bool(_LATIN.search(text)))
    return [*(["en"] if latin else []), *(["zh"] if chinese else [])]


def guard_windows(
    text: str, reader_of: Callable[[str], Reader], known: Collection[str] = LANGUAGES
) -> list[tuple[Span, list[str]]]:
    """Windows of the folded ``text``, gapless, each with the guards to read it.

    ``reader_of`` gives the guard of a language; it is asked only for those that ``text`` needs.
    """
    tokenizers, limits = [], []
    for language in languages_of(text, known):
        reader = reader_of(language)
        tokenizers.append(reader.tokenizer)
        limits.append(reader.window)
    if not limits:
        return []
    return [
        (span, languages_of(text[span.start : span.end], known))
        for span in _cut(text, tuple(tokenizers), min(limits))
    ]


def _cut(text: str, tokenizers: tuple[Any, ...], limit: int) -> tuple[Span, ...]:
    """The windows; short texts' are kept for the next check of the batch, as their folding is."""
    if len(text) > SHORT:
        return _cut_anew(text, tokenizers, limit)
    with _ONE:
        return _cut_once(text, tokenizers, limit)


def _cut_anew(text: str, tokenizers: tuple[Any, ...], limit: int) -> tuple[Span, ...]:
    return tuple(windows(text, limit, sentence_counter(text, tokenizers)))


_ONE = threading.Lock()
_cut_once = lru_cache(maxsize=REMEMBERED)(_cut_anew)


def forget_windows() -> None:
    """Cut anew what was cut before (a benchmark reads the same texts again and again)."""
    _cut_once.cache_clear()
