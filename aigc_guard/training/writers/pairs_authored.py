"""Pairs the project wrote itself, for facts that no licensed source has (offers, contacts …)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.generators.linearise import Slot
from aigc_guard.training.writers.pairs import Pair, renumbered

FILE = Path(__file__).with_name("authored.txt")
BY_KIND = {
    f"authored-{kind}": Path(__file__).with_name(f"authored_{kind}.txt")
    for kind in ("marketing", "news")
}
"""By the sources' names, of the adapters of one kind: the shared writer has learnt from `FILE`."""


def authored(path: Path = FILE, source: str = "authored") -> Iterator[Pair]:
    """Yield the pairs of the file: `kind | act | target`, slots written `{name:type}` in place.

    `{family friendly=yes}` is a value that is read; it leaves no words behind. `[a|b]` is one
    pair per wording.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, act, sentence = (part.strip() for part in line.split(" | "))
        for worded in _worded(sentence):
            for target in _expanded(worded):
                yield _pair(source, kind, act, target)


def _worded(sentence: str) -> Iterator[str]:
    parts = re.split(r"\[([^\]]*)\]", sentence)
    choices = [part.split("|") if i % 2 else [part] for i, part in enumerate(parts)]
    for words in itertools.product(*choices):
        yield re.sub(r" {2,}", " ", "".join(words))


def _expanded(sentence: str) -> Iterator[str]:
    """Write out `{name:x/y}` as one sentence per type, several such slots in step."""
    choices = [m[1].split("/") for m in re.finditer(r":([a-z/]+)\}", sentence)]
    for turn in range(max((len(c) for c in choices), default=1)):
        picks = iter([c[turn % len(c)] for c in choices])
        parts = re.split(r":[a-z/]+\}", sentence)
        yield parts[0] + "".join(f":{next(picks)}}}{part}" for part in parts[1:])


def _pair(source: str, kind: str, act: str, target: str) -> Pair:
    slots: list[Slot] = []

    def mark(match: re.Match[str]) -> str:
        inner = match[1]
        if "=" in inner:
            slots.append(Slot(*inner.split("=")))
            return ""
        name, _, type_name = inner.partition(":")
        slot = Slot(re.sub(r" (?:two|three|four)$", "", name), name, type_name)
        if slot not in slots:
            slots.append(slot)
        return f"\x00{slots.index(slot)}\x00"

    marked = re.sub(r"\{([^}]*)\}", mark, target).strip()
    return renumbered(source, kind, act, slots, marked, "train")
