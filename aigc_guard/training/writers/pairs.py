"""A training pair, and the alignment that turns a text's values into placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aigc_guard.generators.extract import Value
from aigc_guard.generators.linearise import Slot, prompt_of
from aigc_guard.generators.slots import MAX_SLOTS, placeholder


@dataclass(frozen=True, slots=True)
class Pair:
    """What the writer is given and what it should write, values replaced by placeholders."""

    source: str
    kind: str
    act: str
    slots: tuple[Slot, ...]
    target: str
    split: str

    @property
    def prompt(self) -> str:
        """The linear form the model reads."""
        return prompt_of(self.kind, self.act, self.slots)


def renumbered(
    source: str, kind: str, act: str, slots: Sequence[Slot], target: str, split: str
) -> Pair:
    """Make a pair in which the placeholders are numbered as the prompt numbers them.

    `target` holds marks `\\x00i\\x00` for slot i; slots that it lacks are dropped when they are
    copied ones, so that the writer is only ever taught to use what it is given.
    """
    used = {int(m) for m in re.findall("\x00(\\d+)\x00", target)}
    kept = [i for i, slot in enumerate(slots) if not slot.copied or i in used]
    number = 0
    for i in kept:
        if slots[i].copied:
            number += 1
            target = target.replace(f"\x00{i}\x00", placeholder(number))
    return Pair(source, kind, act, tuple(slots[i] for i in kept), target, split)


def reordered(pair: Pair, order: Sequence[int]) -> Pair:
    """Give the same pair with its slots in another order; teams list facts as they please."""
    copied = [i for i, slot in enumerate(pair.slots) if slot.copied]
    marked = re.sub(r"<v(\d+)>", lambda m: f"\x00{copied[int(m[1]) - 1]}\x00", pair.target)
    slots = [pair.slots[i] for i in order]
    moved = {old: new for new, old in enumerate(order)}
    marked = re.sub("\x00(\\d+)\x00", lambda m: f"\x00{moved[int(m[1])]}\x00", marked)
    return renumbered(pair.source, pair.kind, pair.act, slots, marked, pair.split)


def fits(pair: Pair) -> bool:
    """Whether a pair has few enough slots and does have a text."""
    return sum(s.copied for s in pair.slots) <= MAX_SLOTS and len(pair.target) > 8


def mark_values(text: str, values: Sequence[str], generic: Sequence[str] = ()) -> str:
    """Replace each value's occurrences in `text` by `\\x00i\\x00`, longest values first.

    A one-word lower-case value ("good") is replaced once, nearest to a word of its attribute's
    name (`generic[i]`), because the same word elsewhere means something else.
    """
    order = sorted(range(len(values)), key=lambda i: -len(values[i]))
    for i in order:
        value = values[i].strip()
        if not value:
            continue
        pattern = re.compile(_loose(value), re.IGNORECASE)
        hits = [m.span() for m in pattern.finditer(text)]
        if not hits:
            continue
        if len(hits) > 1 and " " not in value and i < len(generic) and generic[i]:
            hits = [_nearest(text, hits, generic[i])]
        for start, end in reversed(hits):
            text = f"{text[:start]}\x00{i}\x00{text[end:]}"
    return text


def _loose(value: str) -> str:
    words = [re.escape(w) for w in re.split(r"[\s,-]+", value) if w]
    return r"(?<![\w.\x00$£])" + r"(?:\s?[,-]\s?|\s)".join(words) + r"(?![\w\x00]|\.\d)"


def _nearest(text: str, hits: list[tuple[int, int]], attribute: str) -> tuple[int, int]:
    places = [m.start() for w in attribute.split() for m in re.finditer(re.escape(w[:5]), text)]
    if not places:
        return hits[0]
    return min(hits, key=lambda hit: min(abs(hit[0] - p) for p in places))


def cut_values(text: str, found: Sequence[Value]) -> tuple[str, list[Slot]]:
    """Replace found spans by marks; equal values of one name share a slot."""
    slots: list[Slot] = []
    index: dict[str, int] = {}
    out, last = [], 0
    for value in sorted(found):
        if value.start < last:
            continue
        words = text[value.start : value.end]
        key = words.lower()
        if key not in index:
            index[key] = len(slots)
            slots.append(Slot(value.name, words, value.type))
        out.append(text[last : value.start] + f"\x00{index[key]}\x00")
        last = value.end
    out.append(text[last:])
    return "".join(out), slots
