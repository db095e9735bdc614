"""What a candidate says beyond its brief, or fails to say: machine-readable, per candidate.

Notes: ``missing:<fact>``, ``repeated:<fact>``, ``misplaced:<fact>``, ``invented:figure``,
``invented:name``, ``invented:quote``, ``invented:word``, ``contradiction``, ``unfinished``,
``repetition``, ``garbled``, ``unsure``; of a model that knows no slots also ``unread``. Notes name
facts, never values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from aigc_guard.generators.extract import names, values
from aigc_guard.generators.grammar import is_garbled, named
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
    belongs: Mapping[str, Collection[str]] | None = None,
    misplaced: Mapping[str, Collection[str]] | None = None,
    closes: Collection[str] = (),
) -> tuple[str, ...]:
    """Judge one written pattern against its slots; empty when it is faithful.

    `terms` are capitalised words a kind may use of itself (terms of art), `leaks` are words that
    come from the training data's own subjects ("laptop") and may stand only in a value, and
    `belongs` names for a word ("price") the slots without which it claims something, and
    `misplaced` for a slot's name or type the words that can't stand right before it ("ends on"
    before the day of the beginning): a true value in a wrong place is a false statement. Behind a
    slot of `closes` no own words follow in its sentence ("perfect for picnics and salads").
    """
    notes = []
    counts = Counter(int(m) for m in MARK.findall(pattern))
    for index, slot in enumerate(slots):
        if slot.copied and not counts[index]:
            notes.append(f"missing:{slot.name}")
        if counts[index] > (3 if index in repeatable else 1):
            notes.append(f"repeated:{slot.name}")
    own = named(pattern)
    notes += own_word_notes(own, terms=terms, leaks=leaks)
    says_more = _claims(own, slots, belongs or {}) or _goes_on(pattern, slots, closes)
    if says_more and "invented:word" not in notes:
        notes.append("invented:word")
    notes += [f"misplaced:{name}" for name in _misplaced(pattern, slots, misplaced or {})]
    if is_garbled(pattern, slots):
        notes.append("garbled")
    if '"' in re.sub('"\x00\\d+\x00[,.?!]?"', "", pattern):
        notes.append("invented:quote")
    if not re.search(r"[.!?][\"')]?$", pattern.strip()) and not MARK.search(pattern[-4:]):
        notes.append("unfinished")
    return tuple(dict.fromkeys(notes))


_PART = re.compile(r"[.!?;:,]| and | but | or ")
_NEGATION = re.compile(r"\b(?:not?|never|without|neither|nor|cannot|unable|un\w+ly)\b|n't\b")


def read_notes(
    pattern: str, slots: Sequence[Slot], reads: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Judge what a pattern says of the slots whose yes or no stands in the writer's own words.

    `reads` names for such a slot the words that speak of it. What is not among them, or is neither
    yes nor no, the writer has not learnt to say: it counts as missing. ``contradiction`` where a
    yes is denied or a no is not.
    """
    parts = _PART.split(MARK.sub(" ", pattern).lower())
    notes = []
    for slot in slots:
        if slot.copied:
            continue
        words = tuple(reads.get(slot.name, ()))
        about = [part for part in parts if any(word in part for word in words)]
        if not about or slot.value not in ("yes", "no"):
            notes.append(f"missing:{slot.name}")
        elif any(bool(_NEGATION.search(part)) != (slot.value == "no") for part in about):
            notes.append("contradiction")
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


def _claims(own: str, slots: Sequence[Slot], belongs: Mapping[str, Collection[str]]) -> bool:
    words = set(re.findall(r"[a-z]+", own.lower()))
    given = {s.name for s in slots} | {s.type for s in slots}
    return any(
        (word in words or f"{word}s" in words) and not given & set(owners)
        for word, owners in belongs.items()
    )


def _goes_on(pattern: str, slots: Sequence[Slot], closes: Collection[str]) -> bool:
    """Whether own words alone follow one of the slots that close their sentence."""
    for match in MARK.finditer(pattern):
        if slots[int(match[1])].name in closes:
            rest = re.split(r"[.!?]", pattern[match.end() :], maxsplit=1)[0]
            if rest.strip() not in ("", "in mind") and not MARK.search(rest):
                return True
    return False


def _misplaced(
    pattern: str, slots: Sequence[Slot], misplaced: Mapping[str, Collection[str]]
) -> list[str]:
    """Names of the slots that stand behind words which are not theirs.

    Among these words `{}` is any other slot, `{reason}` the one of that name.
    """
    found = []
    for match in MARK.finditer(pattern):
        slot, before = slots[int(match[1])], pattern[: match.start()]
        some = MARK.sub("{}", before)
        named = MARK.sub(lambda m: f"{{{slots[int(m[1])].name}}}", before)
        ends = [re.sub(r" the$", "", f" {words.rstrip().lower()}") for words in (some, named)]
        phrases = {*misplaced.get(slot.name, ()), *misplaced.get(slot.type, ())}
        if any(end.endswith(f" {phrase}") for phrase in phrases for end in ends):
            found.append(slot.name)
    return found


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
