"""Regular expressions that are compiled at their first use.

Compiling those of the checks takes longer than reading a policy file, and most commands never
search a text. A class of Chinese characters alone costs milliseconds: Python builds a table of the
whole plane for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any


class Later:
    """Like ``re.compile(pattern, flags)``, for the methods that are used here."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.pattern, self.flags)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match from ``start`` on."""
        return self.compiled.search(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self.compiled.fullmatch(text)

    def findall(self, text: str) -> list[Any]:
        """The groups of every match."""
        return self.compiled.findall(text)

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """Every match between ``start`` and ``end``."""
        return self.compiled.finditer(text, start, end)

    def split(self, text: str) -> list[str]:
        """The pieces between the matches; the patterns here have no groups to be among them."""
        return self.compiled.split(text)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        """The text with every match replaced."""
        return self.compiled.sub(new, text)
