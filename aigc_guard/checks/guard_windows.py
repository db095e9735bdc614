"""Which guard reads what: by script, in windows that every guard of a text reads whole.

Checks that cut a text here ask for the same windows, so that a guard reads each of them once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from aigc_guard.checks.guard import Reader
from aigc_guard.checks.guard_folder import sentence_counter
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
    """Windows of the folded ``text``, gapless with some overlap, each with the guards to read it.

    ``reader_of`` gives the guard of a language; it is asked only for those that ``text`` needs.
    """
    readers = [reader_of(language) for language in languages_of(text, known)]
    if not readers:
        return []
    measure = sentence_counter(text, [reader.tokenizer for reader in readers])
    limit = min(reader.window for reader in readers)
    return [
        (span, languages_of(text[span.start : span.end], known))
        for span in windows(text, limit, measure)
    ]
