"""Sources of names in English text: PERSON, LOCATION, ORGANIZATION and ADDRESS spans.

Sources differ in what they mark. A label that a source may have left unmarked is ``unsure`` there:
the loss then accepts either reading of an unmarked token.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.capitals import places_of, stray_capitals
from aigc_guard.training.guards.name_spans import marked_in, skeleton
from aigc_guard.training.guards.records import TaggedText, bucket, group_key, read_lines

SYNTHETIC = "pii_presidio_synth/data.jsonl.gz"
_ROLES = {"lender", "borrower", "lenders", "borrowers", "agent", "guarantor", "company", "bank"}
_NO_ADDRESS = frozenset({"ADDRESS"})


def _split_of(key: str) -> str:
    number = bucket(key)
    return "test" if number < 15 else "dev" if number < 20 else "train"


def _documents(data: Path) -> Iterator[TaggedText]:
    unsure = frozenset({"LOCATION", "ORGANIZATION"})
    for row in read_lines(data, "pii_contextual_docs/data.jsonl.gz"):
        split = _split_of("docs:" + group_key(row["text"]))
        yield TaggedText(row["text"], marked_in(row), "docs", split, unsure)


def _synthetic(data: Path) -> Iterator[TaggedText]:
    held = held_out_skeletons(data, ("test",))
    taught = _skeletons(data, ("train",))
    own = _own_capitals(data)
    for row in read_lines(data, SYNTHETIC):
        split = _synthetic_split(row, taught)
        if split == "test" or _skeleton(row) not in held:
            unmarked = places_of(row["text"], _filled(row), own.get(_skeleton(row), ()))
            yield TaggedText(row["text"], marked_in(row), "synth", split, unmarked=tuple(unmarked))


def _own_capitals(data: Path) -> dict[str, set[str]]:
    """The capitals of each template's own words, in small letters: some are names.

    "Blink-182 on Fuse TV" is in every copy of one, and marked in none. Half of the copies are in
    small letters, so what one of them shows holds for all.
    """
    out: dict[str, set[str]] = {}
    for row in read_lines(data, SYNTHETIC):
        words = {word.lower() for word in stray_capitals(row["text"], _filled(row))}
        out.setdefault(_skeleton(row), set()).update(words)
    return out


def _filled(row: dict[str, Any]) -> list[tuple[int, int, str]]:
    """What fills the template, names or not."""
    return [(span["start"], span["end"], span["label"]) for span in row["spans"]]


def _template(row: dict[str, Any]) -> str:
    return f"template:{row['set']}:{row['template_id']}"


def _skeleton(row: dict[str, Any]) -> str:
    return skeleton(row["text"], [(span["start"], span["end"]) for span in row["spans"]])


def _skeletons(data: Path, splits: tuple[str, ...]) -> set[str]:
    return {
        _skeleton(row) for row in read_lines(data, SYNTHETIC) if _split_of(_template(row)) in splits
    }


def _synthetic_split(row: dict[str, Any], taught: Collection[str]) -> str:
    """By template; a development record whose words are ``taught`` in another template is, too.

    The same sentence stands under several numbers: a development split of those measures nothing.
    """
    split = _split_of(_template(row))
    return "train" if split == "dev" and _skeleton(row) in taught else split


def held_out_skeletons(data: Path, splits: tuple[str, ...]) -> set[str]:
    """What is left of the held-out templates without their values, of whatever kind they are."""
    taught = _skeletons(data, ("train",)) if "dev" in splits else set()
    return {
        _skeleton(row)
        for row in read_lines(data, SYNTHETIC)
        if _synthetic_split(row, taught) in splits
    }


def _news_and_web(data: Path) -> Iterator[TaggedText]:
    provided = {"wnut17": "split", "sec_filings": "split"}
    for name in ("wnut17", "wikigold", "crossner", "btc", "sec_filings"):
        for row in read_lines(data, f"ner_{name}/data.jsonl.gz"):
            text, spans = row["text"], marked_in(row)
            spans = tuple(s for s in spans if text[s[0] : s[1]].lower() not in _ROLES)
            own = row.get(provided.get(name, ""), "")
            split = own if own in ("train", "dev", "test") else _split_of(group_key(text))
            yield TaggedText(text, spans, name, split, _NO_ADDRESS)


def load_names(data: Path) -> list[TaggedText]:
    """Every record; templates and documents are never split between training and test."""
    records = [*_documents(data), *_synthetic(data), *_news_and_web(data)]
    seen = {r.text for r in records if r.split == "test"}
    return [r for r in records if r.split == "test" or r.text not in seen]
