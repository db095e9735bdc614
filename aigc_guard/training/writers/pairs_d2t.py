"""Data-to-text pairs: RNNLG, ViGGO, E2E, SGD and FeTaQA in the writers' linear form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.generators.extract import names, sentences, values
from aigc_guard.generators.linearise import Slot, read_value, value_type
from aigc_guard.training.writers.pairs import Pair, mark_values, renumbered
from aigc_guard.training.writers.sources import read_records, tidy

PLURAL_MARK = "<r0>"
"""Stands for RNNLG's detached " -s", so that the benchmark's own tokens can be given back."""

ATTRIBUTES = {
    "isforbusinesscomputing": "business computing",
    "driverange": "drive size",
    "weightrange": "weight class",
    "batteryrating": "battery rating",
    "pricerange": "price range",
    "priceRange": "price range",
    "screensize": "screen size",
    "screensizerange": "screen size class",
    "ecorating": "eco rating",
    "hasusbport": "usb port",
    "hdmiport": "hdmi ports",
    "powerconsumption": "power",
    "goodformeal": "meal",
    "kidsallowed": "kids allowed",
    "dogsallowed": "dogs allowed",
    "hasinternet": "internet",
    "acceptscreditcards": "credit cards",
    "eatType": "category",
    "type": "category",
    "name": "product",
    "familyFriendly": "family friendly",
    "customer rating": "rating",
}
_ACRONYMS = ("usb", "hdmi", "lcd", "led", "tv", "gb", "tb", "cpu")


def attribute(name: str) -> str:
    """Return an attribute's name in plain words."""
    return ATTRIBUTES.get(name, name.replace("_", " "))


def detached(text: str, slots: Sequence[Slot]) -> str:
    """Write plurals of values as most of RNNLG does ("laptop -s"); its TV texts do not."""
    for slot in slots:
        if slot.copied:
            text = re.sub(rf"(?<!\S)({re.escape(slot.value)})e?s(?!\w)", r"\1 -s", text)
    return text


def attached(text: str) -> str:
    """Undo `detached`."""
    return re.sub(r"(ch|sh|s|x)? -s\b", lambda m: f"{m[1]}es" if m[1] else "s", text)


def rnnlg_text(text: str) -> str:
    """Join and recase RNNLG's lower-cased tokens; `bench_text` undoes it."""
    text = re.sub(r"\s+-s\b", PLURAL_MARK, text.strip())
    text = re.sub(r"\s+-(ly|er)\b", r"\1", text)
    text = re.sub(r"\s+([.,?!])", r"\1", text)
    text = re.sub(r"([.?!]) ([a-z])", lambda m: f"{m[1]} {m[2].upper()}", text)
    text = re.sub(r"\bi\b(?!')", "I", re.sub(r"\bi'", "I'", text))
    for word in _ACRONYMS[:5]:
        text = re.sub(rf"\b{word}\b", word.upper(), text)
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."


def bench_text(text: str) -> str:
    """Lower-case and tokenise a draft as RNNLG's references are (final stop left to the caller)."""
    text = text.lower().replace(PLURAL_MARK, " -s")
    text = re.sub("(?<=[\x00\x01])(ly|er)\\b", r" -\1", text)
    text = re.sub(r"\s*([,?!])", r" \1", text)
    text = re.sub(r"\s*\.(?=\s|$)", " .", text)
    return re.sub(r"\s+", " ", text).strip()


def rnnlg_slots(record: dict[str, Any]) -> list[Slot]:
    """Return the slots of one dialogue act."""
    slots = []
    for name, value in record["slots"]:
        word = read_value(value)
        words = attribute(name)
        slots.append(Slot(words, word) if word else Slot(words, value, value_type(words, value)))
    return slots


def rnnlg(data: Path) -> Iterator[Pair]:
    """Yield RNNLG's pairs under its own splits; texts that lack a copied value are left out."""
    for record in read_records(data / "d2t_rnnlg" / "data.jsonl.gz"):
        slots = rnnlg_slots(record)
        raw = " " + re.sub(r"\s+", " ", record["text"]) + " "
        raw = detached(raw, slots)
        marked = mark_values(
            raw, [s.value if s.copied else "" for s in slots], [s.name for s in slots]
        )
        lacking = any(s.copied and f"\x00{i}\x00" not in marked for i, s in enumerate(slots))
        if lacking and record["split"] != "test":
            continue
        text = rnnlg_text(marked)
        act = record["act"].lstrip("?").replace("_", " ")
        source = f"rnnlg-{record['domain']}"
        yield renumbered(source, "marketing", act, slots, text, record["split"])


def e2e(data: Path) -> Iterator[Pair]:
    """Yield E2E pairs; a value the text paraphrases is read, not copied."""
    for record in read_records(data / "d2t_e2e_cleaned" / "data.jsonl.gz"):
        yield _aligned("e2e", "marketing", "inform", record["slots"], record["text"], "train")


def _aligned(
    source: str, kind: str, act: str, pairs: list[list[str]], text: str, split: str
) -> Pair:
    slots = []
    for name, value in pairs:
        word = read_value(value)
        words = attribute(name)
        slots.append(Slot(words, word) if word else Slot(words, value, value_type(words, value)))
    text = tidy(text)
    marked = mark_values(text, [s.value if s.copied else "" for s in slots])
    loose = [
        s if not s.copied or f"\x00{i}\x00" in marked else Slot(s.name, s.value)
        for i, s in enumerate(slots)
    ]
    return renumbered(source, kind, act, loose, marked, split)


VIGGO_COPIED = ("name", "developer", "release_year", "exp_release_date")


def viggo_slots(record: dict[str, Any]) -> list[Slot]:
    """Return ViGGO's slots: names, years and dates copied, the rest read item by item."""
    slots = []
    for name, value in record["slots"]:
        words = name.replace("_", " ").removeprefix("has ")
        if name in VIGGO_COPIED and read_value(value) is None:
            slots.append(Slot(words, value, value_type(words, value)))
        else:
            slots.append(Slot(words, read_value(value) or value))
    return slots


def viggo(data: Path) -> Iterator[Pair]:
    """Yield ViGGO's pairs under its own splits."""
    for record in read_records(data / "d2t_viggo" / "data.jsonl.gz"):
        slots = viggo_slots(record)
        text = tidy(record["text"])
        marked = mark_values(text, [s.value if s.copied else "" for s in slots])
        missing = any(s.copied and f"\x00{i}\x00" not in marked for i, s in enumerate(slots))
        if missing and record["split"] == "train":
            continue
        act = record["act"].replace("_", " ")
        yield renumbered("viggo", "data", act, slots, marked, record["split"])


def sgd(data: Path) -> Iterator[Pair]:
    """Yield SGD turns in which every value is found."""
    for record in read_records(data / "d2t_sgd" / "data.jsonl.xz"):
        acts = [a for a in record["acts"] if len(a) == 3 and a[2]]
        if len(acts) < 3 or record["split"] != "train" or "?" in record["text"]:
            continue
        slots = [(n, v) for _, n, v in acts]
        pair = _aligned("sgd", "data", acts[0][0].lower(), [list(s) for s in slots],
                        record["text"], "train")  # fmt: skip
        if all(s.copied or read_value(s.value) for s in pair.slots):
            yield pair


def fetaqa(data: Path) -> Iterator[Pair]:
    """Yield FeTaQA sentences whose names and figures all come from the table."""
    for record in read_records(data / "d2t_fetaqa" / "data.jsonl.gz"):
        facts = [(k, str(v)) for cell in record["facts"] for k, v in cell.items() if v]
        facts = list(dict.fromkeys([("title", record["title"]), *facts]))[:12]
        text = tidy(record["text"])
        marked = mark_values(text, [v for _, v in facts])
        slots = [Slot(n, v, value_type(n, v)) for n, v in facts]
        pair = renumbered("fetaqa", "data", "tell", slots, marked, "train")
        bare = re.sub(r"<v\d+>", "it", pair.target)
        if len(pair.slots) >= 2 and not values(bare) and not list(names(bare)):
            yield pair


_WHOLE = re.compile(
    r"(?:It|Its|They|This|These|The|You|With|There|Both)\b|<v\d+>.* (?:is|are|has) "
)
"""A later sentence must have a subject: RNNLG has many ("has a touchscreen") that have none."""


def sentence_pairs(pair: Pair) -> Iterator[Pair]:
    """Cut a pair of several sentences into one pair each; later ones have the act `more`.

    This is how a brief of many facts is written: a few facts at a time, going on from the first.
    """
    pieces = sentences(pair.target)
    if len(pieces) < 2 or any(not s.copied for s in pair.slots):
        return
    for number, piece in enumerate(pieces):
        marked = re.sub(r"<v(\d+)>", lambda m: f"\x00{int(m[1]) - 1}\x00", piece)
        act = pair.act if number == 0 else "more"
        if number and not _WHOLE.match(piece):
            continue
        cut = renumbered(pair.source, pair.kind, act, pair.slots, marked, pair.split)
        if cut.slots:
            yield cut
