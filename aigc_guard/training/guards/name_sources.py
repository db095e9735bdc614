"""Sources of names in English text: PERSON, LOCATION, ORGANIZATION and ADDRESS spans.

Sources differ in what they mark. A label that a source may have left unmarked is ``unsure`` there:
the loss then accepts either reading of an unmarked token.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

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
_NATIONALITIES = (
    "Italian",
    "Greek",
    "American",
    "Brazilian",
    "Russian",
    "Korean",
    "Kenyan",
    "Thai",
)
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
        spans = whole_values(row["text"], _spans(row))
        yield TaggedText(row["text"], spans, "synth", _split_of(key))


def whole_values(
    text: str, spans: tuple[tuple[int, int, str], ...]
) -> tuple[tuple[int, int, str], ...]:
    """Join the parts of a postal address, and first and last names.

    One half of the set marks "580", "60 Balsham Road" and "Paris" apart, the other half the whole
    line; a reader who has to hide an address means the line.
    """
    out: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans):
        last, between = (out[-1][2], text[out[-1][1] : start]) if out else ("", "")
        address = last == "ADDRESS" and label in ("ADDRESS", "LOCATION")
        person = last == label == "PERSON" and between == " "
        if person or (address and re.fullmatch(r"[\s,]{1,8}", between)):
            out[-1] = (out[-1][0], end, last)
        else:
            out.append((start, end, label))
    return tuple(out)


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
    """Fresh values (Faker's, and other records') in templates that are not held out."""

    _FIELDS: ClassVar[dict[str, str]] = {
        "person": "PERSON", "name": "PERSON", "name_male": "PERSON", "name_female": "PERSON",
        "first_name": "PERSON", "last_name": "PERSON", "first_name_male": "PERSON",
        "first_name_female": "PERSON", "first_name_nonbinary": "PERSON", "last_name_male": "PERSON",
        "last_name_female": "PERSON", "city": "LOCATION", "country": "LOCATION",
        "organization": "ORGANIZATION", "company": "ORGANIZATION", "address": "ADDRESS",
        "street_address": "ADDRESS", "zipcode": "ADDRESS", "secondary_address": "ADDRESS",
        "street_name": "ADDRESS", "building_number": "ADDRESS", "postcode": "ADDRESS",
        "state_abbr": "LOCATION",
    }  # fmt: skip

    def __init__(self, data: Path, records: list[TaggedText], seed: int) -> None:
        from faker import Faker

        held_out = held_out_skeletons(records)
        self._train = [r for r in records if r.source == "synth" and r.split == "train" and r.spans]
        self._pool: dict[str, list[str]] = {}
        for record in records:
            if record.source in ("synth", "docs", "wikigold") and record.split == "train":
                for start, end, label in record.spans:
                    self._pool.setdefault(label, []).append(record.text[start:end])

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
        """A filled template, or a synthetic sentence in which every name is another one."""
        return self._filled(rng) if rng.random() < 0.5 else self._exchanged(rng)

    def _exchanged(self, rng: random.Random) -> TaggedText:
        record = rng.choice(self._train)
        out, spans, at, length = [], [], 0, 0
        for start, end, label in sorted(record.spans):
            value = self._another(label, rng)
            length += start - at
            out += [record.text[at:start], value]
            spans.append((length, length + len(value), label))
            length, at = length + len(value), end
        out.append(record.text[at:])
        return TaggedText("".join(out), tuple(spans), "exchanged", "train", record.unsure)

    def _another(self, label: str, rng: random.Random) -> str:
        if rng.random() < 0.5:
            return rng.choice(self._pool[label])
        faker: Any = self._faker[rng.choice(list(self._faker))]
        makers = {
            "PERSON": (faker.name, faker.first_name, faker.last_name),
            "LOCATION": (faker.city, faker.country),
            "ORGANIZATION": (faker.company, faker.company, faker.last_name),
            "ADDRESS": (faker.address, faker.street_address),
        }
        return str(rng.choice(makers[label])()).replace("\n", rng.choice([", ", "\n", " "]))

    def _filled(self, rng: random.Random) -> TaggedText:
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
        text = "".join(out)
        return TaggedText(text, whole_values(text, tuple(spans)), "refilled", "train")

    def _value(self, faker: object, field: str, rng: random.Random) -> str:
        names = {"organization": "company", "person": "name", "ip_address": "ipv4"}
        if field.startswith("nation"):
            return rng.choice(_NATIONALITIES) + "s" * (field == "nation_plural")
        make = getattr(faker, names.get(field, field), None)
        if make is None:
            return str(rng.randint(1, 99))
        return str(make()).replace("\n", rng.choice([", ", "\n"]))


def held_out_skeletons(records: list[TaggedText]) -> set[str]:
    """Skeletons of the test templates, for ``Refiller``."""
    return {_skeleton(r) for r in records if r.source == "synth" and r.split != "train"}
