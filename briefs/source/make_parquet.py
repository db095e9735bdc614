"""Writes a Parquet brief file from JSONL, with real lists and objects in its columns.

python briefs/source/make_parquet.py briefs/source/legal.jsonl briefs/legal.parquet
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

TEXT = pa.string()
PAIR = pa.struct([("name", TEXT), ("value", TEXT)])
SOURCE = pa.struct([("title", TEXT), ("url", TEXT), ("licence", TEXT), ("text", TEXT)])
ORIGIN = pa.struct([("writer", TEXT), ("made_by", TEXT), ("licence", TEXT), ("declared_by", TEXT)])
SCHEMA = pa.schema(
    [
        *((name, TEXT) for name in ("id", "kind", "language", "channel")),
        ("jurisdictions", pa.list_(TEXT)),
        ("audience", TEXT),
        ("tone", TEXT),
        ("facts", pa.list_(PAIR)),
        ("sources", pa.list_(SOURCE)),
        ("required_terms", pa.list_(TEXT)),
        ("may_publish", pa.list_(TEXT)),
        ("text", TEXT),
        ("origin", ORIGIN),
    ]
)


def make_parquet(source: Path, target: Path) -> None:
    """Converts ``source`` (one JSON object a line) to ``target``."""
    lines = source.read_text(encoding="utf-8").splitlines()
    table = pa.Table.from_pylist([json.loads(line) for line in lines], schema=SCHEMA)
    parquet.write_table(table, target)


if __name__ == "__main__":
    make_parquet(Path(sys.argv[1]), Path(sys.argv[2]))
