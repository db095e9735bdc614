"""Ordinary English words: those that are written small, whether rare or not, and name nobody.

``aigc_guard.training.guards.ordinary`` counts them out of open texts (see NOTICE).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("ordinary_en.txt")


@cache
def ordinary_words() -> frozenset[str]:
    """All of them, in small letters; lines that begin with ``#`` are remarks."""
    lines = FILE.read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_ordinary(word: str) -> bool:
    """Whether ``word``, in small letters, is one of them."""
    return word in ordinary_words()
