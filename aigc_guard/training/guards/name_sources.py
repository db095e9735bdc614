"""Sources of names in English text: PERSON, LOCATION, ORGANIZATION and ADDRESS spans.

Sources differ in what they mark. A label that a source may have left unmarked is ``unsure`` there:
the loss then accepts either reading of an unmarked token.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from aigc_guard.training.guards.records import TaggedText, bucket, group_key, read_lines

_PERSON = "PER person politician writer musicalartist scientist researcher NAME DOCTOR CLIENT_NAME"
_LABELS = {
    **dict.fromkeys(("PERSON " + _PERSON).split(), "PERSON"),
    **dict.fromkeys(["LOC", "LOCATION", "location", "country", "GPE", "CITY", "STATE"], "LOCATION"),
    **dict.fromkeys(
        (
            *("ORG", "ORGANIZATION", "organisation", "politicalparty", "university", "band"),
            *("corporation", "group", "COMPANY", "SCHOOL", "UNIVERSITY", "UNIVERSITY_NAME"),
            *("HOSPITAL", "BANK", "INSURER", "COURT"),
        ),
        "ORGANIZATION",
    ),
    **dict.fromkeys(["ADDRESS", "STREET_ADDRESS"], "ADDRESS"),
}
_ROLES = {"lender", "borrower", "lenders", "borrowers", "agent", "guarantor", "company", "bank"}
_NO_ADDRESS = frozenset({"ADDRESS"})


def _spans(row: dict[str, object]) -> tuple[tuple[int, int, str], ...]:
    spans = row["spans"]
    assert isinstance(spans, list)
    return tuple(
        (span["start"], span["end"], _LABELS[span["label"]])
        for span in spans
        if span["label"] in _LABELS
    )


def _split_of(key: str) -> str:
    number = bucket(key)
    return "test" if number < 15 else "dev" if number < 20 else "train"


def _documents(data: Path) -> Iterator[TaggedText]:
    unsure = frozenset({"LOCATION", "ORGANIZATION"})
    for row in read_lines(data, "pii_contextual_docs/data.jsonl.gz"):
        split = _split_of("docs:" + group_key(row["text"]))
        yield TaggedText(row["text"], _spans(row), "docs", split, unsure)


def _synthetic(data: Path) -> Iterator[TaggedText]:
    for row in read_lines(data, "pii_presidio_synth/data.jsonl.gz"):
        key = f"template:{row['set']}:{row['template_id']}"
        yield TaggedText(row["text"], _spans(row), "synth", _split_of(key))


def _news_and_web(data: Path) -> Iterator[TaggedText]:
    provided = {"wnut17": "split", "sec_filings": "split"}
    for name in ("wnut17", "wikigold", "crossner", "btc", "sec_filings"):
        for row in read_lines(data, f"ner_{name}/data.jsonl.gz"):
            text, spans = row["text"], _spans(row)
            spans = tuple(s for s in spans if text[s[0] : s[1]].lower() not in _ROLES)
            own = row.get(provided.get(name, ""), "")
            split = own if own in ("train", "dev", "test") else _split_of(group_key(text))
            yield TaggedText(text, spans, name, split, _NO_ADDRESS)


def load_names(data: Path) -> list[TaggedText]:
    """Every record; templates and documents are never split between training and test."""
    records = [*_documents(data), *_synthetic(data), *_news_and_web(data)]
    held = {_skeleton(r) for r in records if r.source == "synth" and r.split == "test"}
    kept = [r for r in records if r.split == "test" or _skeleton(r) not in held]
    seen = {r.text for r in kept if r.split == "test"}
    return [r for r in kept if r.split == "test" or r.text not in seen]


def _skeleton(record: TaggedText) -> str:
    """What is left of a filled template without its values: equal for copies of one template."""
    out, at = [], 0
    for start, end, _ in sorted(record.spans):
        out.append(record.text[at:start])
        at = max(at, end)
    out.append(record.text[at:])
    return re.sub(r"[\W\d_]+", "", "".join(out).lower())


class Refiller:
    """Fresh values for the templates' placeholders (Faker), outside the held-out templates."""

    _FIELDS: ClassVar[dict[str, str]] = {
        "person": "PERSON", "name": "PERSON", "name_male": "PERSON", "name_female": "PERSON",
        "first_name": "PERSON", "last_name": "PERSON", "first_name_male": "PERSON",
        "first_name_female": "PERSON", "first_name_nonbinary": "PERSON", "last_name_male": "PERSON",
        "last_name_female": "PERSON", "city": "LOCATION", "country": "LOCATION",
        "organization": "ORGANIZATION", "address": "ADDRESS",
    }  # fmt: skip

    def __init__(self, data: Path, held_out: set[str], seed: int) -> None:
        from faker import Faker

        self._faker = {
            name: Faker(name) for name in ("en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES")
        }
        for number, faker in enumerate(self._faker.values()):
            faker.seed_instance(seed + number)
        path = data / "pii_presidio_synth/templates.txt"
        lines = path.read_text(encoding="utf-8").splitlines()
        bare = [re.sub(r"[\W\d_]+", "", re.sub(r"{{\w+}}", "", line).lower()) for line in lines]
        self._templates = [
            line for line, rest in zip(lines, bare, strict=True) if line and rest not in held_out
        ]

    def draw(self, rng: random.Random) -> TaggedText:
        """One filled template with the spans of its names."""
        template = rng.choice(self._templates).replace("\\n", "\n")
        faker = self._faker[rng.choice(list(self._faker))]
        out, spans, length = [], [], 0
        for part in re.split(r"({{\w+}})", template):
            field = part[2:-2] if part.startswith("{{") else ""
            value = self._value(faker, field, rng) if field else part
            label = self._FIELDS.get(field)
            if label:
                spans.append((length, length + len(value), label))
            out.append(value)
            length += len(value)
        return TaggedText(
            "".join(out), tuple(spans), "refilled", "train", frozenset({"ADDRESS", "LOCATION"})
        )

    def _value(self, faker: object, field: str, rng: random.Random) -> str:
        names = {"organization": "company", "person": "name", "phone_number": "phone_number"}
        make = getattr(faker, names.get(field, field), None)
        if make is None:
            return str(rng.randint(1, 99))
        return str(make()).replace("\n", rng.choice([", ", "\n"]))


def held_out_skeletons(records: list[TaggedText]) -> set[str]:
    """Skeletons of the test templates, for ``Refiller``."""
    return {_skeleton(r) for r in records if r.source == "synth" and r.split != "train"}
