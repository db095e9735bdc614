"""Reads the JSONL data folders (gzip or xz) that the writers are trained on."""

from __future__ import annotations

import gzip
import json
import lzma
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aigc_guard.training.writers.splits import split_of

_STRAIGHT = str.maketrans(
    {"\u00a0": " ", "\t": " ", "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'}
)

PROSE_SHARES = {
    "gen_news_gov": 0.36,
    "raw_openstax": 0.30,
    "gen_legal_cuad": 0.16,
    "gen_news_onestop": 0.06,
    "gen_legal_templates": 0.05,
    "gen_legal_ada": 0.05,
    "gen_news_gum": 0.02,
}
"""Share of characters each source gives to the first stage: modern, close to the kinds."""


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of one JSONL file, compressed or not."""
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            if line.strip():
                yield json.loads(line)


def group_of(source: str, record: dict[str, Any]) -> str:
    """Name the group a record is split by: contract, article, story, product or document."""
    for key in ("contract", "story", "module", "path", "id"):
        if key in record:
            return f"{source}:{record[key]}"
    return f"{source}:{json.dumps(record, sort_keys=True)[:400]}"


def prose_files(data: Path) -> dict[str, Path]:
    """Map each source of the first stage to its file."""
    names = {"gen_legal_cuad": "clauses.jsonl.gz", "gen_legal_templates": "documents.jsonl.gz"}
    files = {}
    for source in PROSE_SHARES:
        folder = data / source
        pick = folder / names[source] if source in names else next(folder.glob("data.jsonl.*"))
        files[source] = pick
    return files


def tidy(text: str) -> str:
    """Straighten quotes and odd spaces, collapse runs of spaces and blank lines."""
    text = text.translate(_STRAIGHT)
    text = re.sub(r" {2,}", " ", text)
    return re.sub(r"\n{2,}", "\n", text).strip()


def prose(data: Path, characters: int, seed: int = 7) -> list[str]:
    """Draw paragraphs from the training side of the prose sources, about `characters` in all."""
    drawn: list[str] = []
    for source, path in prose_files(data).items():
        pool: list[str] = []
        for record in read_records(path):
            if split_of(group_of(source, record)) != "train":
                continue
            text = tidy(str(record["text"]))
            pieces = [text[i : i + 2400] for i in range(0, min(len(text), 24000), 2400)]
            pool.extend(piece for piece in pieces if len(piece) > 80)
        random.Random(seed).shuffle(pool)
        budget = int(characters * PROSE_SHARES[source])
        for piece in pool:
            if budget <= 0:
                break
            drawn.append(piece)
            budget -= len(piece)
    random.Random(seed + 1).shuffle(drawn)
    return drawn
