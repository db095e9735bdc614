"""What a candidate says beyond its brief, or fails to say: machine-readable, per candidate.

Notes: ``missing:<fact>``, ``repeated:<fact>``, ``invented:figure``, ``invented:name``,
``invented:quote``, ``invented:word``, ``unfinished``, ``repetition``. Notes name facts, never
values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from aigc_guard.generators.extract import names, values
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.post import MARK

_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|ninety|hundred|thousand|million|billion|half|double|dozen)\b|\d",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|tomorrow)\b"
)


def pattern_notes(
    pattern: str,
    slots: Sequence[Slot],
    *,
    repeatable: Collection[int] = (),
    terms: Collection[str] = (),
    leaks: Collection[str] = (),
) -> tuple[str, ...]:
    """Judge one written pattern against its slots; empty when it is faithful.

    `terms` are capitalised words a kind may use of itself (terms of art), `leaks` are words that
    come from the training data's own subjects ("laptop") and may stand only in a value.
    """
    notes = []
    counts = Counter(int(m) for m in MARK.findall(pattern))
    for index, slot in enumerate(slots):
        if slot.copied and not counts[index]:
            notes.append(f"missing:{slot.name}")
        if counts[index] > (3 if index in repeatable else 1):
            notes.append(f"repeated:{slot.name}")
    own = MARK.sub(lambda m: f" slot{'abcdefghijklmnopqrstuvwxyz'[int(m[1]) % 26]} ", pattern)
    notes += own_word_notes(own, terms=terms, leaks=leaks)
    if '"' in re.sub('"\x00\\d+\x00[,.?!]?"', "", pattern):
        notes.append("invented:quote")
    if not re.search(r"[.!?][\"')]?$", pattern.strip()) and not MARK.search(pattern[-4:]):
        notes.append("unfinished")
    return tuple(dict.fromkeys(notes))


def own_word_notes(
    own: str, *, terms: Collection[str] = (), leaks: Collection[str] = ()
) -> list[str]:
    """Judge the words that are the writer's own: no figure, date or name may be among them."""
    notes = []
    if _COUNTED.search(own) or _MONTHS.search(own) or values(own):
        notes.append("invented:figure")
    allowed = {"I", "It"} | set(terms)
    for value in names(own):
        words = own[value.start : value.end].split()
        if any(
            w not in allowed and w.rstrip("s") not in allowed and w[:1].isupper() for w in words
        ):
            notes.append("invented:name")
            break
    small = set(re.findall(r"[a-z]+", own.lower()))
    if any(word in small or f"{word}s" in small for word in leaks):
        notes.append("invented:word")
    if is_repetitive(own):
        notes.append("repetition")
    return notes


def is_repetitive(text: str) -> bool:
    """Whether a run of five words, or a word three times in a row, comes again."""
    words = re.findall(r"[a-z']+", text.lower())
    runs = Counter(tuple(words[i : i + 5]) for i in range(len(words) - 4))
    if any(count > 1 for count in runs.values()):
        return True
    return any(words[i] == words[i + 1] == words[i + 2] for i in range(len(words) - 2))


def text_notes(text: str, facts: Sequence[Slot]) -> tuple[str, ...]:
    """Judge a finished text of any model: every copied value there, no figure that is not given.

    For writers that are not slot-trained; names can't be told from other capitals there, so
    only figures, dates, amounts and quotations are looked for.
    """
    flat = _flat(text)
    notes = [f"missing:{f.name}" for f in facts if f.copied and _flat(f.value) not in flat]
    given = " ".join(_flat(f.value) for f in facts)
    for value in values(text):
        if _flat(text[value.start : value.end]) not in given:
            notes.append("invented:quote" if value.type == "quote" else "invented:figure")
    if is_repetitive(text):
        notes.append("repetition")
    return tuple(dict.fromkeys(notes))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
