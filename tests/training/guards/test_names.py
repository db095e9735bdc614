"""Names of the training: marked as the check gives them, and never from a held-out template."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pytest

from aigc_guard.training.guards.evaluate import without_unmarked
from aigc_guard.training.guards.name_sources import _synthetic, held_out_skeletons
from aigc_guard.training.guards.name_spans import marked_in, skeleton
from aigc_guard.training.guards.records import TaggedText, bucket
from aigc_guard.training.guards.refill import FRAMES, Refiller, made_organization, public_templates

SET = "pii_presidio_synth"


def record(template: int, text: str, *values: tuple[str, str]) -> dict[str, object]:
    spans = [
        {"start": text.index(value), "end": text.index(value) + len(value), "label": label}
        for value, label in values
    ]
    return {"text": text, "spans": spans, "template_id": template, "set": "one"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A training template and a held-out one, whose values are of a kind that is no name."""
    held = next(n for n in range(999) if bucket(f"template:one:{n}") < 15)
    kept = next(n for n in range(999) if bucket(f"template:one:{n}") >= 20)
    rows = [
        record(kept, "Mia lives in Bonn.", ("Mia", "PERSON"), ("Bonn", "GPE")),
        record(held, "The Czech boat of Ida sank.", ("Czech", "NRP"), ("Ida", "PERSON")),
    ]
    folder = tmp_path / SET
    folder.mkdir()
    with gzip.open(folder / "data.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    lines = ["{{first_name}} lives in {{city}}.", "The {{nationality}} boat of {{name}} sank."]
    (folder / "templates.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_no_held_out_template_is_refilled(data: Path) -> None:
    assert held_out_skeletons(data, ("test",)) == {"theboatofsank"}
    assert public_templates(data) == ["{{first_name}} lives in {{city}}."]


def test_a_sentence_under_two_numbers_is_taught_or_held_out_but_not_both(data: Path) -> None:
    buckets = [bucket(f"template:one:{n}") for n in range(999)]
    dev = next(n for n, at in enumerate(buckets) if 15 <= at < 20)
    train = next(n for n, at in enumerate(buckets) if at >= 20)
    rows = [
        record(train, "Mia lives here.", ("Mia", "PERSON")),
        record(dev, "Ida lives here.", ("Ida", "PERSON")),
        record(dev, "Ida sails.", ("Ida", "PERSON")),
    ]
    with gzip.open(data / SET / "data.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert [one.split for one in _synthetic(data)] == ["train", "train", "dev"]
    assert held_out_skeletons(data, ("test", "dev")) == {"sails"}


def test_what_a_template_names_itself_and_does_not_mark_is_set_aside(data: Path) -> None:
    kept = next(n for n in range(999) if bucket(f"template:one:{n}") >= 20)
    rows = [
        record(kept, "Did Ida hear Blink-182?", ("Ida", "PERSON")),
        record(kept, "did bo hear blink-182?", ("bo", "PERSON")),
    ]
    with gzip.open(data / SET / "data.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    first, second = _synthetic(data)
    assert [first.text[a:b] for a, b in first.unmarked] == ["Blink-182"]
    assert [second.text[a:b] for a, b in second.unmarked] == ["blink-182"]
    names = [(4, 7, "PERSON"), (13, 22, "ORGANIZATION"), (8, 12, "PERSON")]
    assert without_unmarked(names, first) == [names[0], names[2]]
    over_both = [(4, 22, "PERSON")]  # a wrong end is wrong, whatever else it covers
    assert without_unmarked(over_both, first) == over_both


def test_refilled_texts_are_marked_and_drawn_alike_every_time(data: Path) -> None:
    train = TaggedText("Mia lives in Bonn.", ((0, 3, "PERSON"), (13, 17, "LOCATION")), "synth",
                       "train")  # fmt: skip
    sources = ("wikigold", "crossner", "docs")
    records = [train, *(TaggedText(train.text, train.spans, s, "train") for s in sources)]

    def drawn() -> list[TaggedText]:
        refiller, rng = Refiller(data, records, 3), random.Random(5)
        return [refiller.draw(rng) for _ in range(60)]

    texts = drawn()
    assert texts == drawn()
    assert {text.source for text in texts} == {"refilled", "exchanged"}
    assert not any("{{" in text.text or " boat of " in text.text for text in texts)
    labels = {label for text in texts for _, _, label in text.spans}
    assert labels == {"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS"}


def test_what_is_unmarked_stays_so_when_names_are_exchanged(data: Path) -> None:
    text = "Did Ida hear Blink-182 with Bo on Fuse?"
    names = ((4, 7, "PERSON"), (28, 30, "PERSON"))
    own = TaggedText(text, names, "synth", "train", unmarked=((13, 22), (34, 38)))
    refiller, rng = Refiller(data, [own], 3), random.Random(2)
    for _ in range(20):
        other = refiller._exchanged(own, rng)
        assert [other.text[a:b] for a, b in other.unmarked] == ["Blink-182", "Fuse"]
        assert len(other.spans) == 2


def test_every_field_of_the_own_sentences_is_filled_with_its_kind(data: Path) -> None:
    refiller, rng = Refiller(data, [], 3), random.Random(1)
    from faker import Faker

    unknown = {
        field
        for line in FRAMES.read_text(encoding="utf-8").splitlines()
        for field in re.findall(r"{{(\w+)}}", line)
        if refiller._value(Faker("en_US"), field, rng).isdigit()
    }
    assert unknown <= {
        "number",
        "age",
        "year",
        "postcode",
        "building_number",
        "credit_card",
        "phone",
    }


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("I am Mr. Ortiz.", [("Mr. Ortiz", "PERSON")], [("Ortiz", "PERSON")]),
        ("My zip code is 29687", [("29687", "ZIP_CODE")], [("29687", "ADDRESS")]),
        ("Acme in Bonn 6091 won", [("6091", "ZIP_CODE")], []),
        (
            "450 Elm Road 15\nBonn nan 53111",
            [("Elm Road 15", "STREET_ADDRESS"), ("Bonn", "GPE"), ("53111", "ZIP_CODE")],
            [("450 Elm Road 15\nBonn nan 53111", "ADDRESS")],
        ),
        (
            "RT @ mia says",
            [("@", "PER"), ("mia", "PER")],
            [("mia", "PERSON")],
        ),
        ("The corner of Inna Loop", [("Inna Loop", "STREET_ADDRESS")], [("Inna Loop", "LOCATION")]),
    ],
)
def test_two_halves_of_a_set_are_marked_alike(
    text: str, names: list[tuple[str, str]], wanted: list[tuple[str, str]]
) -> None:
    found = marked_in(record(1, text, *names))
    assert [(text[start:end], label) for start, end, label in found] == wanted


def test_a_skeleton_forgets_the_values() -> None:
    assert skeleton("Hi Mia, 3 o'clock", [(3, 6)]) == skeleton("hi Bo, 12 o'clock", [(3, 5)])


def test_made_names_are_many() -> None:
    rng = random.Random(2)
    assert len({made_organization(rng) for _ in range(200)}) > 150
