"""Make ``aigc_guard/words.bin``: ``python -m aigc_guard.training.guards.words DATA BASE``.

Common words are the whole words of the base encoder's vocabulary (Apache-2.0) and what the writers'
prose has more than ten times, abbreviations mostly; strong ones are those of the profanity list
(MIT) from severity 1 with some plain insults; both as hashes.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path

from aigc_guard import spelling
from aigc_guard.training.writers.sources import prose

PROSE_CHARACTERS = 12_000_000
"""About two million words: what comes more than ten times is not a mistyped word."""

_INSULTS = {"idiot", "idiots", "stupid", "moron", "morons", "imbecile", "scumbag", "worthless"}


def _in_prose(data: Path) -> set[str]:
    found = Counter(re.findall(r"\b[a-z]{3,}\b", "\n".join(prose(data, PROSE_CHARACTERS)).lower()))
    return {word for word, count in found.items() if count > 10}


def main(argv: list[str]) -> None:
    """Write the file beside ``aigc_guard/spelling.py``."""
    data, base = Path(argv[0]), Path(argv[1])
    with (data / "tox_lexicons/profanity_en.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["severity_rating"]) >= 1.0]
    strong = {row["text"].lower() for row in rows} | _INSULTS
    strong = {word for word in strong if word.isascii() and word.isalpha() and len(word) >= 3}
    words = (base / "vocab.txt").read_text(encoding="utf-8").split()
    common = {word for word in words if word.isascii() and word.isalpha()}
    common = (common | _in_prose(data)) - strong
    place = Path(spelling.__file__).with_name("words.bin")
    place.write_bytes(spelling.pack(common, strong))


if __name__ == "__main__":
    main(sys.argv[1:])
