"""More sentences in which names may stand, for the names head: what a set of templates lacks.

``python -m aigc_guard.training.guards.contexts DATA GUARD OUT`` has a guard read prose and writes
the sentences whose names it is sure of; ``spoken`` takes the slots of dialogues. A training puts
other names into them (``refill``), so that what is learned is the sentence and not its names.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from aigc_guard.checks.pii.names import NamesReader, find_all_names
from aigc_guard.text import sentences
from aigc_guard.training.guards.capitals import stray_capitals
from aigc_guard.training.guards.name_spans import marked
from aigc_guard.training.guards.records import TaggedText, read_lines

PROSE = {
    "raw_classic_books/data.jsonl.xz": 0.46, "gen_news_gov/data.jsonl.xz": 0.2,
    "gen_news_onestop/data.jsonl.xz": 0.12, "gen_news_gum/data.jsonl.gz": 0.04,
    "raw_openstax/data.jsonl.xz": 0.18,
}  # fmt: skip
"""Share of the sentences that each set gives."""
DIALOGUES = "d2t_sgd/data.jsonl.xz"
SURE = 0.85
"""A sentence in which a name is less sure than this is left out."""
_NAMELESS = 0.06
"""Share of the sentences without a capital that are read, too: they teach what is no name."""
_SLOT_NAMES = {
    "PERSON": """artist doctor_name therapist_name recipient_account_name recipient_name receiver
        contact_name directed_by director actors starring""",
    "LOCATION": """city city_of_event origin_city destination_city from_location to_location
        origin destination where_to from_city to_city from to area""",
    "ORGANIZATION": "airlines restaurant_name stylist_name theater_name",
    "ADDRESS": "address street_address venue_address address_of_location",
}
_SLOTS = {slot: label for label, slots in _SLOT_NAMES.items() for slot in slots.split()}


def spoken(data: Path) -> Iterator[TaggedText]:
    """Utterances of dialogues whose capitals are all said to be names, or no names, by a slot."""
    for row in read_lines(data, DIALOGUES):
        if row["split"] != "train":
            continue
        text: str = row["text"]
        spans: list[tuple[int, int, str]] = []
        for _act, slot, value in row["acts"]:
            at = text.find(value) if value and slot in _SLOTS else -1
            if at >= 0 and not any(a < at + len(value) and at < b for a, b, _ in spans):
                spans.append((at, at + len(value), _SLOTS[slot]))
        if spans and not stray_capitals(text, spans):
            yield TaggedText(text, marked(text, spans), "spoken", "train")


def prose(data: Path, count: int, seed: int = 5) -> list[str]:
    """About ``count`` sentences of 25 to 230 characters, from all over the sets of prose."""
    rng = random.Random(seed)
    out: list[str] = []
    for name, share in PROSE.items():
        found = []
        for row in read_lines(data, name):
            text = row["text"]
            for _ in range(max(1, len(text) // 12_000)):
                at = rng.randrange(max(1, len(text) - 3000))
                part = text[at : at + 3000]
                kept = [" ".join(part[s.start : s.end].split()) for s in sentences(part)][1:-1]
                found += [
                    one for one in kept if 25 <= len(one) <= 230
                    and (stray_capitals(one, ()) or rng.random() < _NAMELESS)
                ]  # fmt: skip
        rng.shuffle(found)
        out += found[: round(count * share)]
    return list(dict.fromkeys(out))


def sure(texts: Sequence[str], reader: NamesReader) -> Iterator[TaggedText]:
    """Those of ``texts`` whose names the reader is sure of, with no capital left over."""
    for text, names in zip(texts, find_all_names(texts, {"en": reader}), strict=True):
        spans = tuple((one.start, one.end, one.label) for one in names)
        if all(one.score >= SURE for one in names) and not stray_capitals(text, spans):
            yield TaggedText(text, spans, "prose", "train")


def load(path: Path) -> list[TaggedText]:
    """What ``main`` wrote."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        TaggedText(row["text"], tuple((a, b, c) for a, b, c in row["spans"]), "prose", "train")
        for row in rows
    ]


def main(argv: list[str]) -> None:
    """Write the sentences as JSON lines; see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the training data")
    parser.add_argument("guard", type=Path, help="folder of the guard that reads")
    parser.add_argument("out", type=Path, help="file of sentences to write")
    parser.add_argument("--count", type=int, default=60_000, help="sentences that are read")
    given = parser.parse_args(argv)
    texts = prose(given.data, given.count)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    with given.out.open("w", encoding="utf-8") as file:
        for one in sure(texts, NamesReader.load(given.guard)):
            row = {"text": one.text, "spans": one.spans}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
