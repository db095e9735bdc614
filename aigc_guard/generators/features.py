"""What sort of words a feature is: teams write "a fold-flat handle", "folds flat", "waterproof"."""

from __future__ import annotations

import re

_ACTIONS = """
absorbs adapts adds adjusts allows blocks boils brews bends carries charges cleans collapses comes
connects cools cuts detaches dims dries fits floats folds gives goes grinds grows has heats helps
holds includes is keeps lasts learns leaves lets makes needs offers opens packs plays pours prevents
protects reads recharges recognises recognizes reduces reheats remembers removes repels resists
responds runs saves seals sharpens shows shuts sits slides slips snaps speaks stays stops stores
stretches supports switches syncs takes tells tilts tracks turns unfolds uses warms warns washes
weighs wipes withstands works
"""
"""Words that a feature begins with when it tells what the thing does. Those that are as often nouns
("lights", "clips", "stands", "covers") are left out: they are told by what follows them."""
_QUALITY = re.compile(
    r"(?:\b(?!(?:cable|table|vegetable|timetable|syllable|bible)s?$)\w{3,}(?:able|ible|less|proof)"
    r"|\b(?:safe|free|friendly|ready|resistant|repellent|compatible|certified|tested|approved"
    r"|organic|vegan|portable|ergonomic|compact|flexible|handmade|recycled|cordless|lightweight"
    r"|refillable|adjustable|antibacterial|automatic|hypoallergenic))$"
    r"|^(?:easy|ready|safe|free|made|built|suitable|resistant|compatible|gentle|able) "
    r"(?:to|for|of|in|with|by|on|from|enough)\b",
    re.IGNORECASE,
)
_THING = re.compile(r"^(?:an?|all|its|our|this|these)\s", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|will|(?<!\ba )can|does|do|itself|themselves|costs|opens"
    r"|takes|runs|comes|makes|needs|serves|stays|fits|folds|keeps|lasts|works)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r",? (?:that|which|who|where|whose)\b", re.IGNORECASE)


def feature_type(text: str) -> str | None:
    """Return the type of a feature whose form alone does not tell it; None where that does.

    ``verb`` for what the thing does, ``adjective`` for how it is; a word alone that is neither is
    the name of a part (``bare``).
    """
    words = text.split()
    if words and words[0].lower() in _ACTIONS.split() and len(words) > 1:
        return "verb"
    if _FINITE.search(_RELATIVE.split(text)[0]):
        return "clause" if len(words) > 3 else None
    if _THING.match(text):  # "a packable hood and taped seams" is no sentence
        return "phrase"
    if _QUALITY.search(text):
        return "adjective"
    if ", " in text:
        return "list"
    if text.endswith("ed") or (len(words) == 1 and not text.endswith("s")):
        return "bare"
    return None
