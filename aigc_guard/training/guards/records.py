"""Training records of the guards, and how a folder of JSONL data becomes lines."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.errors import ConfigError

TOXICITY_LABELS = ("toxicity", "obscene", "threat", "insult", "identity_attack")
NAME_LABELS = ("PERSON", "LOCATION", "ORGANIZATION", "ADDRESS")
UNKNOWN = -1.0


@dataclass(frozen=True, slots=True)
class ToxicText:
    """A text with one target per toxicity label; ``UNKNOWN`` where the source does not say."""

    text: str
    targets: tuple[float, ...]
    source: str
    split: str


@dataclass(frozen=True, slots=True)
class TaggedText:
    """A text with name spans; ``unsure`` are labels that the source may have left unmarked.

    ``unmarked`` are places where a name may stand that the source has not marked (``capitals``).
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    source: str
    split: str
    unsure: frozenset[str] = frozenset()
    unmarked: tuple[tuple[int, int], ...] = ()


def read_lines(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of ``data/name`` (.gz or .xz); says which file is missing."""
    path = data / name
    if not path.exists():
        raise ConfigError(f"training data {path} is missing", hint="give the data folder: DATA=DIR")
    with (lzma.open if path.suffix == ".xz" else gzip.open)(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def group_key(text: str) -> str:
    """Key shared by near-duplicates: retweet marks, handles, links, case and signs don't count."""
    text = re.sub(r"^\W*RT\b|@\w+|https?://\S+|&\w+;|&#\d+;", " ", text)
    letters = re.sub(r"[\W_]+", "", text.lower())
    return letters[:60] or text[:60]


def bucket(key: str, buckets: int = 100) -> int:
    """A stable number below ``buckets`` for a group's key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % buckets


def text_id(text: str) -> str:
    """Short digest under which a record is named in the committed splits."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
