"""The committed test splits: short digests of every held-out text, so that figures stay comparable.

``python -m aigc_guard.training.guards.splits DATA`` writes ``splits.json`` beside this file;
``differences`` says which sources of a data folder are no longer split as they were.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from aigc_guard.training.guards.chinese_sources import load_chinese_names, load_chinese_toxic
from aigc_guard.training.guards.name_sources import load_names
from aigc_guard.training.guards.records import TaggedText, ToxicText
from aigc_guard.training.guards.toxic_sources import load_toxic

FILE = Path(__file__).with_name("splits.json")
_DIGITS = 8


def ids_of(records: Iterable[ToxicText | TaggedText]) -> dict[str, list[str]]:
    """Sorted short digests of the test texts per source."""
    out: dict[str, set[str]] = {}
    for record in records:
        if record.split == "test" and record.source != "templates":
            digest = hashlib.sha256(record.text.encode()).hexdigest()[:_DIGITS]
            out.setdefault(record.source, set()).add(digest)
    return {source: sorted(digests) for source, digests in sorted(out.items())}


def current(data: Path) -> dict[str, dict[str, list[str]]]:
    """All test splits of a data folder. Identity templates are left out: they go by template."""
    return {
        "toxicity-en": ids_of(load_toxic(data)),
        "names-en": ids_of(load_names(data)),
        "toxicity-zh": ids_of(load_chinese_toxic(data)),
        "names-zh": ids_of(load_chinese_names(data)),
    }


def read() -> dict[str, dict[str, list[str]]]:
    """The committed splits."""
    packed = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        part: {
            source: [ids[i : i + _DIGITS] for i in range(0, len(ids), _DIGITS)]
            for source, ids in sources.items()
        }
        for part, sources in packed.items()
    }


def differences(data: Path) -> list[str]:
    """``part/source`` of every test split that is not the committed one."""
    committed, found = read(), current(data)
    return [
        f"{part}/{source}"
        for part in committed
        for source in sorted(set(committed[part]) | set(found[part]))
        if committed[part].get(source) != found[part].get(source)
    ]


def main(argv: list[str]) -> None:
    """Write the splits of the data folder given."""
    packed = {
        part: {source: "".join(ids) for source, ids in sources.items()}
        for part, sources in current(Path(argv[0])).items()
    }
    FILE.write_text(json.dumps(packed, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
