"""Puts the values back into a written pattern and mends the joints between them and the text.

A pattern is a text in which ``\\x00i\\x00`` stands for slot i. The values themselves are never
altered, but for the case of their first letter at the start of a sentence (and of an article
inside one).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aigc_guard.generators.linearise import Slot

MARK = re.compile("\x00(\\d+)\x00")
_ARTICLES = ("a", "an", "the", "its", "our", "your", "their")
_DETERMINED = re.compile(
    r"(?:an?|the|its|our|your|their|his|her|this|these|all|every)\s", re.IGNORECASE
)
_PREPOSITIONS = ("on", "in", "at", "by", "from", "for", "near", "to", "since", "until", "of",
                 "with",
                 "between", "during", "before", "after")  # fmt: skip
_TELLS_TIME = (*_PREPOSITIONS, "early", "earlier", "late", "last", "next", "this", "today",
               "yesterday", "tomorrow")  # fmt: skip
_NO_DAY = re.compile(r"(?:[A-Z][a-z]+\.? )?\d{4}")
"""A month or a year: what happens then happens "in" it."""
_UNCOUNTED = re.compile(
    r"\b(?:\w*ware|\w+wear|\w*jewelle?ry|furniture|equipment|clothing|luggage|cutlery|crockery"
    r"|bedding|lighting|stationery|soap|coffee|tea|chocolate|honey|wine|beer|bread|cheese|paper|yarn"
    r"|paint|ink|water|juice|oil|gear|makeup|skincare|firewood|insurance|accommodation|sunscreen"
    r"|shampoo|toothpaste|rice|pasta|flour|milk|jam|marmalade|butter|sugar|salt|granola|muesli)$",
    re.IGNORECASE,
)
"""Categories that take no "a": "Ferndale is garden furniture"."""
_AS_WRITTEN = frozenset({"email", "url", "phone", "quote"})


def spaced(pieces: Sequence[str]) -> str:
    """Join decoded pieces; marks carry no space on their left, so it is put there."""
    text = ""
    for piece in pieces:
        if MARK.fullmatch(piece) and text and not _opens(text):
            text += " "
        text += piece
    return re.sub(r" {2,}", " ", text).strip()


def _opens(text: str) -> bool:
    if text[-1] in " ([“‘-/$£€#\n":
        return True
    return text[-1] == '"' and text.count('"') % 2 == 1


def article_for(word: str) -> str:
    """Return `a` or `an` as English says it before `word`."""
    if re.match(r"[FHLMNRSX](?:[A-Z\d]|\b)", word):
        return "an"
    if re.match(r"[A-Z]{2}", word):
        return "an" if word[0] in "AEIO" else "a"
    if re.match(r"(?:eu|one\b|once\b|uni|use|usu|uti|uk\b)", word, re.IGNORECASE):
        return "a"
    return (
        "an" if re.match(r"(?:[aeiou]|8|11\b|18\b|hour|heir|honest)", word, re.IGNORECASE) else "a"
    )


def realise(pattern: str, slots: Sequence[Slot]) -> str:
    """Return the pattern with the slots' values in place and every joint mended."""
    pattern = _capitalised(finish(_warranties(pattern, slots)))
    out, last = "", 0
    for match in MARK.finditer(pattern):
        slot = slots[int(match[1])]
        starts = _ends_sentence(pattern[: match.start()])
        out = _joined(out + pattern[last : match.start()], slot, starts)
        last = match.end() + _overlap(slot, pattern[match.end() :])
    return out + pattern[last:]


def _warranties(pattern: str, slots: Sequence[Slot]) -> str:
    """Say "a warranty of 2 years" and "a 5-year warranty", whichever the value's form allows."""
    for index, slot in enumerate(slots):
        if slot.name != "warranty":
            continue
        mark = f"\x00{index}\x00"
        if slot.value.endswith(("warranty", "guarantee")):
            pattern = re.sub(rf"{mark} (?:warranty|guarantee)\b", mark, pattern)
            continue
        rest = f"warranty of {mark}" if slot.value.endswith("s") else f"{mark} warranty"
        place = rf"\b([Aa])n? {mark}(?: warranty| guarantee)?"
        pattern = re.sub(place, rf"\g<1> {rest}", pattern)
    return pattern


def _capitalised(pattern: str) -> str:
    """Begin every sentence of the writer's own words with a capital.

    It looks at the pattern, where a value's own full stop ("Inc.") can't be taken for an end.
    """
    return re.sub(r"(^|[.!?]\"? |\n)([a-z])(?![A-Z])", lambda m: m[1] + m[2].upper(), pattern)


def _ends_sentence(before: str) -> bool:
    """Whether what comes next begins a sentence."""
    return not before.strip() or bool(re.search(r"[.!?]\"?\s*$|\n\s*$", before))


def _joined(before: str, slot: Slot, starts: bool) -> str:
    """Append a value, dropping a word before it that the value brings along itself."""
    value = slot.value
    word = re.search(r"([A-Za-z]+) $", before)
    if word and not starts:
        small, first = word[1].lower(), value.split()[0].lower()
        if small == "on" and slot.type == "date" and _NO_DAY.fullmatch(value):
            before = f"{before[: word.start()]}{'I' if word[1][0] == 'O' else 'i'}n "
        uncounted = slot.name == "category" and small in ("a", "an") and _UNCOUNTED.search(value)
        doubled = small == first or uncounted
        twice = small in _ARTICLES and _DETERMINED.match(value)
        stacked = small in _PREPOSITIONS and slot.type == "time" and first in _TELLS_TIME
        if doubled or twice or stacked:
            before = before[: word.start()]
            starts = _ends_sentence(before)
        elif small in ("a", "an"):
            right = article_for(value)
            before = (
                before[: word.start()] + (right.capitalize() if word[1][0] == "A" else right) + " "
            )
    elif word and slot.name == "warranty" and slot.type == "bare":
        before += article_for(value) + " "
    if starts and slot.type not in _AS_WRITTEN:
        value = value[:1].upper() + value[1:] if not value[1:2].isupper() else value
    elif not starts and slot.type in ("phrase", "clause", "time"):
        value = re.sub(r"^(The|An?|Its|Our|On|In|At)\b", lambda m: m[1].lower(), value)
    return before + value


_PLURAL_VERBS = {"is": "are", "has": "have", "was": "were", "does": "do"}


def with_plural_subject(pattern: str) -> str:
    """Turn the `It` of a pattern's sentences into `They` and `them`, its verbs with it."""

    def turn(match: re.Match[str]) -> str:
        return f"{match[1]}{'They' if match[2] == 'It' else 'they'} {_in_plural(match[3])}"

    pattern = re.sub(
        r"(?i)\b(get|have|choose|find|buy|wash|fold|recharge) it\b", r"\1 them", pattern
    )
    parts = re.split(r"(?<=[.!?]) ", pattern)
    for number, part in enumerate(parts):
        turned = re.sub(r"(^|[.!?,:] )(It|it) ([a-z]+)", turn, part)
        if turned != part:
            turned = re.sub(
                r"(\band|,) (is|has|comes|measures|weighs|holds|costs|brings)\b",
                lambda m: f"{m[1]} {_in_plural(m[2])}",
                turned,
            )
        parts[number] = turned
    return " ".join(parts)


def _in_plural(verb: str) -> str:
    return _PLURAL_VERBS.get(verb) or (verb[:-1] if verb.endswith("s") else verb)


def _overlap(slot: Slot, rest: str) -> int:
    """Count the characters of `rest` that repeat the value's end: its stop, or its last word.

    A comma stands for the end of a quotation; behind "Inc." it is the sentence's own.
    """
    value = slot.value
    if value[-1:] in ".!?" and (rest[:1] == "." or (rest[:1] == "," and slot.type != "name")):
        return 1
    words = value.split()
    tail = re.match(r"\s+([A-Za-z]+)\b", rest)
    last = words[-1].lower().strip(".,")
    if tail and (last == tail[1].lower() or (last.endswith("food") and tail[1] == "food")):
        return tail.end()
    return 0


def finish(text: str) -> str:
    """Mend the writer's own words before any value is in them.

    One space, none before a stop; doubled small words and stops become one.
    """
    text = re.sub(r"\s+([,.;:?!])", r"\1", text)
    text = re.sub(r"([,;])(?:\s*[,;])+", r"\1", text)
    text = re.sub(r",\s*\.", ".", text)
    text = re.sub(r"(?<![.])\.\.(?!\.)", ".", text)
    text = re.sub(r"\b(a|an|the|of|in|on|at|with|for|to) \1\b", r"\1", text)
    text = re.sub(r"\b([Aa])n? (?=[A-Za-z]+\b)", _article, text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _article(match: re.Match[str]) -> str:
    following = match.string[match.end() :]
    right = article_for(following)
    return (right.capitalize() if match[1] == "A" else right) + " "
