"""Whether a written pattern is language: what can stand before and behind which sort of value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aigc_guard.generators.linearise import GIVES_A_REASON, Slot
from aigc_guard.generators.post import MARK

_OPENS_CLAUSE = re.compile(
    r"(?:^|[.!?:\n\"“(]|\b(?:that|said|because|and|but),?)\s*$", re.IGNORECASE
)
_BEFORE_VERB = re.compile(
    r"(?:^|[.!?]|\b(?:is|are|was|were|has|have|had|announced|said|the|an?|of|for|with|to|in|on))\s*$",
    re.IGNORECASE,
)
_GARBLE = re.compile(
    r"\.{2,}|[.!?][A-Za-z]|[#|]|\(\s*\)|,\s*[.)]|\b(?:a|an|the|of|with|for|and|or)[.!?,]"
    r"|\b(?:they is|it are|these is|this are)\b|[.!?]\s+[.,;!?]|\b(\w+) \1\b|'s'"
    r"|[a-z] (?-i:It|They|This|You|The|With) (?:is|are|has|have|can|will|slot)"
    r"|\bwith slot\w and (?:it|they)\b|\bslot\w and (?!slot)(?-i:[a-z]+)[.!?]"
    r"|\ban? slot\w (?:battery|each|per)\b|\bfor slot\w after (?:the )?receipt\b",
    re.IGNORECASE,
)
_JOINED_CLAUSE = re.compile(r"(?:to|because|so|as|after|before|while|when|if|since|that)\b")
_SINGLE = re.compile(
    r"\b(?:an?|this|each|it is|slot\w is)(?: (?:new|nice|great|good|fine))?\s*$", re.IGNORECASE
)


_CANT_PRECEDE = {
    "duration": re.compile(r"\b(?:to|with|any|by|its|each|in|their)\s*$", re.IGNORECASE),
    "money": re.compile(r"\b(?:any|its|their|per)\s*$", re.IGNORECASE),
    "percent": re.compile(r"\b(?:any|its|their|per)\s*$", re.IGNORECASE),
    "date": re.compile(r"\b(?:to|with|any|its|their|of)\s*$", re.IGNORECASE),
    "verb": _BEFORE_VERB,
    "plural": _SINGLE,
}
_CANT_FOLLOW_NAME = re.compile(
    r"\s(?:thereafter|after the end|prior written|written notice|days?)\b"
)


_ASKS_A_REASON = re.compile(r"(?:because|reasons?(?: is| was|:)?|for)\s*$", re.IGNORECASE)
_DOES_IT = re.compile(r"(?:slot\w|\b(?:it|they|that|which|who|and|also),?)\s*$", re.IGNORECASE)
"""What a thing does follows the thing: "It saves an hour", and no "It features saves an hour"."""
_IS_SO = re.compile(r"(?:\b(?:is|are)(?: also| both)?|:)\s*$", re.IGNORECASE)
"""How a thing is follows what says so: "It is waterproof", and no "It comes with waterproof"."""
_LISTED = re.compile(r"(?:,|,? and)\s*$")
_SENTENCES = frozenset({"clause", "quote", "verb"})
"""Types of values that can stand as a sentence of their own; "Until Sunday." is none."""
_SHORT_SENTENCES = frozenset({"Questions"})
"""Openings of one word that are sound before their full sentence ("Questions? Call …")."""


def named(pattern: str) -> str:
    """Give every mark a word of its own, so that the writer's words can be read as a text."""
    return MARK.sub(lambda m: f"slot{'abcdefghijklmnopqrstuvwxyz'[int(m[1]) % 26]}", pattern)


def is_garbled(pattern: str, slots: Sequence[Slot]) -> bool:
    """Whether a pattern is broken language: loose stops, stumps of sentences, impossible joints.

    A clause must open a sentence or follow a colon or "that"; words that tell what somebody did
    can't follow "is" or an article.
    """
    if _GARBLE.search(named(pattern)):
        return True
    for opening, closing in ("()", "[]"):
        if pattern.count(opening) != pattern.count(closing):
            return True
    pieces = [s for s in re.split(r"[.!?]\s+", pattern) if s and s not in _SHORT_SENTENCES]
    if any(len(s.split()) < 3 and not MARK.search(s) for s in pieces):
        return True
    alone = [match for s in pieces if (match := MARK.fullmatch(s.rstrip(".!?")))]
    if any(slots[int(match[1])].type not in _SENTENCES for match in alone):
        return True
    for match in MARK.finditer(pattern):
        slot, before = slots[int(match[1])], named(pattern[: match.start()])
        own_sentence = slot.type == "clause" and not _JOINED_CLAUSE.match(slot.value)
        if own_sentence and not _OPENS_CLAUSE.search(before):
            return True
        if slot.name == "reason" and not (
            GIVES_A_REASON.match(slot.value) or _ASKS_A_REASON.search(before)
        ):
            return True
        if slot.name == "feature" and not _feature_fits(pattern, match, slots):
            return True
        unfit = _CANT_PRECEDE.get(slot.type)
        if unfit is not None and unfit.search(before):
            return True
        if slot.name != "warranty" and pattern.startswith(" warranty", match.end()):
            return True
        if slot.type == "name" and _CANT_FOLLOW_NAME.match(pattern, match.end()):
            return True
    return False


def _feature_fits(pattern: str, match: re.Match[str], slots: Sequence[Slot]) -> bool:
    """Whether what a thing does or how it is stands where such words can.

    "It folds flat and has a handle", but no "It folds flat, a handle and …"; "It is waterproof and
    washable", but no "It has a handle and waterproof".
    """
    sort, before = slots[int(match[1])].type, named(pattern[: match.start()])
    earlier = MARK.findall(pattern[: match.start()])
    if sort == "verb" and not _DOES_IT.search(before):
        return False
    listed = bool(_LISTED.search(before)) and bool(earlier)
    last = slots[int(earlier[-1])] if earlier else None
    if sort == "adjective" and not _IS_SO.search(before):
        return listed and last is not None and (last.name, last.type) == ("feature", "adjective")
    if sort in ("adjective", "verb") or not listed or last is None or last.name != "feature":
        return True
    return last.type not in ("adjective", "verb")
