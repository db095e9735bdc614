"""Make ``aigc_guard/ordinary_en.txt``: ``python -m aigc_guard.training.guards.ordinary DATA``.

A word is ordinary when texts of several hands write it small: names, brands and codes are not.
Capitals at the head of a sentence tell nothing and are not counted. Profane words are left out.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigc_guard import ordinary

BOOKS = "raw_classic_books"
PRESENT = (
    "raw_openstax", "gen_news_gov", "gen_news_gum", "gen_news_onestop", "gen_legal_ada",
    "gen_legal_cfpb_regs", "gen_legal_cuad", "gen_legal_templates", "gen_marketing_products",
)  # fmt: skip
"""Sets of present-day English; the books add what these have no occasion to say."""

_WORD = re.compile(r"(?<![\w@./:#&=%'’-])[A-Za-z]{2,24}(?![\w@/=&]|\.\w|['’]\w)")
_OFTENER = {2: 20, 3: 4}
_INSIDE = re.compile(r"[a-z,;] $")
_HEAD = """\
# Ordinary English words, made by aigc_guard.training.guards.ordinary from the texts that NOTICE
# names: written small in at least a third of all places where a capital would mean a name.
"""


@dataclass
class Counts:
    """How often words stand small, with a capital inside a sentence, and in how many texts."""

    small: Counter[str] = field(default_factory=Counter)
    capital: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count the words of one text."""
        seen = set()
        for match in _WORD.finditer(text):
            word = match[0]
            if word.islower():
                self.small[word] += 1
                seen.add(word)
            elif _INSIDE.search(text, max(0, match.start() - 2), match.start()):
                self.capital[word.lower()] += 1
        self.texts.update(seen)


def _is_often(word: str, counts: Counts, times: int, texts: int) -> bool:
    """Whether it is no slip; short words, many of which are codes, have to stand far oftener."""
    least = times * _OFTENER.get(len(word), 1)
    return counts.small[word] >= least and counts.texts[word] >= texts


def choose(present: Counts, books: Counts, profane: Iterable[str]) -> set[str]:
    """The ordinary words of both."""
    chosen = set()
    for word in (present.small.keys() | books.small.keys()) - set(profane):
        small = present.small[word] + books.small[word]
        capital = present.capital[word] + books.capital[word]
        often = _is_often(word, present, 6, 3) or _is_often(word, books, 10, 10)
        if often and small * 2 >= capital:
            chosen.add(word)
    return chosen


def _rows(folder: Path) -> Iterator[Mapping[str, Any]]:
    opener: dict[str, Any] = {".xz": lzma.open, ".gz": gzip.open}
    for path in sorted(folder.glob("*.jsonl*")):
        with opener.get(path.suffix, open)(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def _count(data: Path, names: Iterable[str]) -> Counts:
    counts = Counts()
    for name in names:
        for row in _rows(data / name):
            counts.add("\n".join(value for value in row.values() if isinstance(value, str)))
    return counts


def _profane(data: Path) -> set[str]:
    with (data / "tox_lexicons/profanity_en.csv").open(encoding="utf-8") as file:
        return {row["text"].lower() for row in csv.DictReader(file)}


def main(argv: list[str]) -> None:
    """Write the file beside ``aigc_guard/ordinary.py``."""
    data = Path(argv[0])
    words = choose(_count(data, PRESENT), _count(data, (BOOKS,)), _profane(data))
    lines = textwrap.fill(" ".join(sorted(words)), 100, break_on_hyphens=False)
    ordinary.FILE.write_text(f"{_HEAD}{lines}\n", encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
