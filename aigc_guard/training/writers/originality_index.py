"""The hash-only index of the writers' fine-tuning texts: source id and position, no word.

``python -m aigc_guard.training.writers.originality_index DATA models/originality-en`` writes the
index and its card; ``aigc-guard models add`` then names it in the lock. It holds the training side
of the clauses, contract templates, news and product texts as the writers saw them. The data-to-text
sets are left out: their sentences are a slot filler's, and would not fit beside the rest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.checks.originality.build import write_index
from aigc_guard.checks.originality.grams import LEAST
from aigc_guard.checks.originality.index import Document, open_index
from aigc_guard.checks.originality.labels import FILE
from aigc_guard.models.files import sha256_file
from aigc_guard.training.writers.pairs_legal import PUBLISHERS, clean_clause
from aigc_guard.training.writers.sources import group_of, read_records, tidy
from aigc_guard.training.writers.splits import split_of

LARGEST = 12_000_000
"""Bytes that the index may have: it lies in the repository."""
_LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class Origin:
    """One file of the data, the licence of its texts, and what the index calls it."""

    name: str
    folder: str
    file: str
    licence: str


ORIGINS = (
    Origin("cuad", "gen_legal_cuad", "clauses.jsonl.gz", "CC-BY-4.0"),
    Origin("templates", "gen_legal_templates", "documents.jsonl.gz", ""),
    Origin("accord", "gen_legal_templates", "accord_templates.jsonl.gz", "Apache-2.0"),
    Origin("gov", "gen_news_gov", "data.jsonl.xz", "CC0-1.0"),
    Origin("onestop", "gen_news_onestop", "data.jsonl.xz", "CC-BY-SA-4.0"),
    Origin("gum", "gen_news_gum", "data.jsonl.gz", ""),
    Origin("products", "gen_marketing_products", "data.jsonl.gz", "MIT-0, MIT"),
)
_CARD_LICENCES = {
    "gen_legal_templates": "CC0-1.0, CC-BY-4.0, CC-BY-SA-4.0, Apache-2.0",
    "gen_news_gum": "CC-BY-2.5, CC-BY-SA-3.0, CC-BY-4.0",
}


def group(origin: Origin, record: dict[str, Any]) -> str:
    """The group a record is split by, as its pairs are."""
    if origin.name == "cuad":
        return f"contract:{record['contract']}"
    if origin.name == "templates":
        return f"document:{record['path']}"
    if origin.name == "accord":
        return f"template:{record['id']}"
    if origin.name == "products":
        return f"product:{str(record['brief'].get('product', '')).lower()}"
    return group_of(origin.folder, record)


def text_of(origin: Origin, record: dict[str, Any]) -> str:
    """The text as the writers read it."""
    if origin.name == "cuad":
        return clean_clause(record["text"])
    if origin.name == "templates":
        return tidy(PUBLISHERS.sub("Company", record["text"]))
    return tidy(str(record["template"] if origin.name == "accord" else record["text"]))


def texts(data: Path, *, splits: tuple[str, ...] = ("train",)) -> Iterator[tuple[Document, str]]:
    """The texts of the splits with their ids; ``train`` is what the index holds."""
    for origin in ORIGINS:
        for number, record in enumerate(read_records(data / origin.folder / origin.file)):
            if split_of(group(origin, record)) not in splits:
                continue
            own = record.get("id") or record.get("path") or record.get("contract")
            own = str(own or record.get("story", "")).strip()[:_LONGEST_NAME]
            licence = str(record.get("licence") or origin.licence)
            yield Document(f"{origin.name}/{own}#{number}", licence), text_of(origin, record)


def card(data: Path, index: Path) -> dict[str, Any]:
    """What ``models add`` needs to know of the index."""
    header = open_index(index).header
    trained_on = [
        {
            "name": origin.folder,
            "licence": _CARD_LICENCES.get(origin.folder, origin.licence),
            "sha256": sha256_file(data / origin.folder / origin.file),
        }
        for origin in ORIGINS
        if origin.name != "accord"
    ]
    return {
        "role": "index",
        "licence": "Apache-2.0",
        "languages": ["en"],
        "source": "made by this project",
        "summary": "Hashes of every run of six tokens of the texts that the writers were fine-tuned"
        f" on, but for the data-to-text sets; shared runs of {LEAST} tokens and more are found."
        " It holds no words.",
        "trained_on": trained_on,
        "figures": {
            "texts": header["documents"],
            "tokens": header["tokens"],
            "bytes": index.stat().st_size,
        },
    }


def main() -> None:
    """Write the index and its card; fails when it has become too large for the repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    path = options.out / FILE
    about = {"title": "texts the writers were fine-tuned on", "licence": "named per text"}
    digest = write_index(texts(options.data), path, about=about, width=2)
    size = path.stat().st_size
    if size > LARGEST:
        parser.error(f"the index has {size:,} bytes, more than {LARGEST:,}")
    made = json.dumps(card(options.data, path), indent=2, ensure_ascii=False)
    (options.out / "model_card.json").write_text(made + "\n", encoding="utf-8")
    print(f"{path}: {size:,} bytes, digest {digest}")


if __name__ == "__main__":
    main()
