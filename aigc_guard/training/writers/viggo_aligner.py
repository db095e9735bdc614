"""Rules that tell which ViGGO attributes a text mentions; its own error on people is measured."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aigc_guard.generators.linearise import Slot

_NEGATION = (
    r"\b(?:no|not|nor|never|without|lacks?|lacking|neither|cannot|unavailable|only|un\w+"
    r"|excludes?|missing|other than|except)\b|n't|single|solo|alone|exclusive"
)
_GENRES = {
    "action-adventure": r"action|adventure",
    "driving/racing": r"driv|rac(?:e|ing|er)|cars?\b",
    "simulation": r"simulat|\bsims?\b",
    "real-time strategy": r"real.?time|rts",
    "turn-based strategy": r"turn.?based",
    "role-playing": r"role|rpg",
    "shooter": r"shoot|fps",
    "platformer": r"platform",
    "hack-and-slash": r"hack|slash",
    "vehicular combat": r"vehic|combat",
    "point-and-click": r"point",
    "trivia/board game": r"trivia|board",
    "text adventure": r"text|adventure",
    "MMORPG": r"mmo|massive",
    "sport": r"sport",
}
_PLATFORMS = {
    "PlayStation": r"playstation|\bps\d?\b|sony",
    "Xbox": r"xbox|microsoft",
    "Nintendo Switch": r"switch|nintendo",
    "Nintendo": r"nintendo",
    "PC": r"\bpcs?\b|computer|windows",
}
_VIEWS = {
    "first person": r"first|fps|1st",
    "third person": r"third|3rd",
    "bird view": r"bird|top.?down|above|overhead|aerial",
    "side view": r"side",
}
_ESRB = {
    "M": r"\bm\b|matur|adult",
    "T": r"\bt\b|teen",
    "E 10": r"10",
    "E": r"\be\b|everyone|all ages|any age",
}
_FLAGS = {
    "multiplayer": r"multi|online|friends?|co-?op|alone|single|solo|other (?:players|people)|others"
    r"|together",
    "available on steam": r"steam",
    "linux release": r"linux",
    "mac release": r"\bmacs?\b|macos|apple",
}


def missing_attributes(slots: Sequence[Slot], text: str) -> list[str]:
    """Name the attributes of `slots` that `text` does not mention, item by item for lists.

    Ratings and empty attributes are not judged: people express them in too many ways.
    """
    low = text.lower()
    missing = []
    for slot in slots:
        if slot.copied:
            if slot.value.lower() not in low:
                missing.append(slot.name)
            continue
        if slot.value in ("any", "none", "which"):
            continue
        for pattern in _patterns(slot):
            if not re.search(pattern, low):
                missing.append(slot.name)
        if slot.name in _FLAGS and slot.value == "no" and not re.search(_NEGATION, low):
            missing.append(slot.name)
    return missing


def count_items(slots: Sequence[Slot]) -> int:
    """Count what `missing_attributes` can find missing."""
    return sum(1 if s.copied else len(_patterns(s)) for s in slots)


def _patterns(slot: Slot) -> list[str]:
    items = [item.strip() for item in slot.value.split(",")]
    if slot.name == "genres":
        return [_GENRES.get(item, re.escape(item.lower())) for item in items]
    if slot.name == "platforms":
        return [_PLATFORMS.get(item, re.escape(item.lower())) for item in items]
    if slot.name == "player perspective":
        return [_VIEWS.get(item, re.escape(item.lower())) for item in items]
    if slot.name == "esrb":
        return [next((p for code, p in _ESRB.items() if slot.value.startswith(code)), r".")]
    if slot.name in _FLAGS:
        return [_FLAGS[slot.name]]
    if slot.name == "specifier":
        return [re.escape(slot.value.lower()[:5])]
    return []


def invented_attributes(slots: Sequence[Slot], own: str) -> list[str]:
    """Name platforms, flags and views that `own` (the text without its values) adds."""
    low = own.lower()
    names = {slot.name for slot in slots}
    wrong = [flag for flag in _FLAGS if flag != "multiplayer" and flag not in names
             and re.search(_FLAGS[flag], low)]  # fmt: skip
    if "multiplayer" not in names and re.search(r"multi-?player", low):
        wrong.append("multiplayer")
    if "player perspective" not in names and re.search(r"first.person|third.person|bird", low):
        wrong.append("player perspective")
    if "platforms" not in names and re.search(r"playstation|xbox|nintendo", low):
        wrong.append("platforms")
    return wrong
