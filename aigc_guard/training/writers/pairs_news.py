"""News pairs: who, what, when, where, reason, figures and quotations cut out of real sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aigc_guard.generators.extract import NAME, Value, names, sentences, values
from aigc_guard.generators.linearise import value_type
from aigc_guard.training.writers.pairs import Pair, cut_values, renumbered
from aigc_guard.training.writers.sources import group_of, read_records, tidy
from aigc_guard.training.writers.splits import split_of

FILES = (
    ("gen_news_gov", "data.jsonl.xz"),
    ("gen_news_onestop", "data.jsonl.xz"),
    ("gen_news_gum", "data.jsonl.gz"),
)
_VERB = (
    r"(?:will|has|have|had|is|are|was|were|can|could|may|must|plans?|announced|launched|opened"
    r"|released|approved|began|started|hosted|held|won|agreed|decided|reported|found|published"
    r"|created|received|joined|voted|wants?|hopes?|offers?|provides?|introduced|developed|became"
    r"|made|took|signed|built|used|called|asked|helped|worked|added|increased|rose|fell|killed"
    r"|died|closed|banned|warned|expects?|does not|do not|did not|recently \w+ed|also \w+ed)"
)
_SUBJECT_VERB = re.compile(rf"^((?:[\w'.-]+ ){{0,8}}?[\w'.-]+) ({_VERB}\b .+?)([.!])$")
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = (
    rf"(?:on {_DAYS}|(?:last|this|next) (?:week|month|year|spring|summer|fall|winter|{_DAYS})"
    r"|today|yesterday|tomorrow|recently|in recent years|(?:in|on|by|since|until|at the end of) "
    r"(?:(?:early|late|mid-?) ?)?(?:(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)(?: \d{1,2})?(?:, \d{4}| \d{4})?|(?:19|20)\d\d))"
)
_TRAIL_TIME = re.compile(rf",? ({_TIME})(?=[.,]?$)")
_LEAD_TIME = re.compile(rf"^({_TIME}),? ", re.IGNORECASE)
_WHERE = re.compile(rf" (?:in|at) ((?:the )?{NAME})$")
_REASON = re.compile(r" ((?:to|because|after|as part of|so that|in order to) [^,]{15,110})$")
_SPEAKER = re.compile(
    rf"(?:said|says|told|added|adds|explained|explains|noted|according to|wrote) ({NAME})"
    rf"|({NAME})(?:, [^,\"]{{4,70}},)? (?:said|says|told|added|adds|explained|explains|noted)"
)
_ROLE = re.compile(r"^, ((?:an? |the |a former )?[a-z][^,.\"]{4,70})(?=[,.])")
_PRONOUN = re.compile(r"^(?:We|You|They|I|He|She|It)'")
_COMMON_WORDS = """
the a an and or but of to in on at by for from with as is are was were be been has have had it
its he she they we his her their this that these said says told added adds explained noted
according also will who which more about not after before when while
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def fine_values(sentence: str) -> list[Value]:
    """Find a sentence's quotation, speaker, role, names, figures and dates."""
    found = list(values(sentence))

    def add(start: int, end: int, name: str, kind: str) -> None:
        if not any(v.start < end and start < v.end for v in found):
            found.append(Value(start, end, name, kind))

    for match in _SPEAKER.finditer(sentence):
        group = 1 if match.group(1) else 2
        add(*match.span(group), "speaker", "name")
        role = _ROLE.match(sentence[match.end(group) :])
        if role:
            start = match.end(group) + role.start(1)
            add(start, start + len(role[1]), "role", value_type("role", role[1]))
    for value in names(sentence):
        before = sentence[: value.start].lower().rstrip().rsplit(" ", 1)[-1]
        name = "where" if before in ("in", "at", "near") else "name"
        add(value.start, value.end, "who" if value.start < 5 else name, "name")
    return _with_units(sentence, found)


def _with_units(sentence: str, found: list[Value]) -> list[Value]:
    """Widen a bare number to the noun it counts: `12,000 visitors` is one figure."""
    widened = []
    for value in found:
        if value.name == "figure":
            unit = re.match(r" [a-z]{3,}(?: [a-z]{4,}s)?(?=[ ,.])", sentence[value.end :])
            if unit and unit.group().strip() not in _COMMON:
                value = Value(value.start, value.end + unit.end(), "figure", "plural")
        widened.append(value)
    return [v for v in widened if sum(v.start < o.end and o.start < v.end for o in widened) == 1]


def chunk_values(sentence: str) -> list[Value]:
    """Cut a plain sentence into who, what, when, where and reason; empty when it is no such one."""
    if '"' in sentence:
        return []
    found: list[Value] = []
    start = 0
    lead = _LEAD_TIME.match(sentence)
    if lead:
        found.append(Value(lead.start(1), lead.end(1), "when", value_type("when", lead[1])))
        start = lead.end()
    match = _SUBJECT_VERB.match(sentence[start:])
    if (
        match is None
        or _PRONOUN.match(match[1])
        or len(match[1]) < 4
        or match[1].split()[0]
        in (
            "It",
            "There",
            "This",
            "That",
            "If",
            "When",
            "But",
            "What",
            "You",
            "They",
            "He",
            "She",
            "We",
            "I",
            "These",
            "Those",
        )
    ):
        return []
    who = (start, start + match.end(1))
    what_start, what_end = start + match.start(2), start + match.end(2)
    for name, pattern in (("when", _TRAIL_TIME), ("reason", _REASON), ("where", _WHERE)):
        hit = pattern.search(sentence[what_start:what_end])
        if hit and len(sentence[what_start : what_start + hit.start()].split()) >= 3:
            span = (what_start + hit.start(1), what_start + hit.end(1))
            found.append(Value(*span, name, value_type(name, sentence[span[0] : span[1]])))
            what_end = what_start + hit.start()
    words = sentence[who[0] : who[1]]
    found.append(Value(*who, "who", value_type("who", words)))
    found.append(Value(what_start, what_end, "what", "verb"))
    return found


def news(data: Path) -> Iterator[Pair]:
    """Yield sentence pairs whose every figure, name and quotation is a slot."""
    for source, file in FILES:
        for record in read_records(data / source / file):
            split = split_of(group_of(source, record))
            for paragraph in tidy(str(record["text"])).split("\n")[:14]:
                yield from _paragraph(source, sentences(paragraph)[:6], split)


def _paragraph(source: str, pieces: list[str], split: str) -> Iterator[Pair]:
    for number, piece in enumerate(pieces):
        if not 30 < len(piece) < 330 or not re.search(r"[.!?\"]$", piece):
            continue
        act = "lead" if number == 0 else "more"
        for found, least in ((chunk_values(piece), 3), (fine_values(piece), 2)):
            marked, slots = cut_values(piece, found)
            enough = len(slots) >= least or (
                least == 3 and len(slots) == 2 and hash_share(piece) < 9
            )
            if slots and enough and _residue(marked) <= 5 and not list(names(marked)):
                yield renumbered("news", "news", act, slots, marked, split)
        if number and len(piece) < 160 and '"' not in piece and hash_share(piece) < 3:
            whole = [Value(0, len(piece) - 1, "background", "clause")]
            marked, slots = cut_values(piece, whole)
            yield renumbered("news", "news", "more", slots, marked, split)


def hash_share(text: str) -> int:
    """A number 0-99 that is the same for the same text everywhere."""
    return sum(text.encode()) % 100


def _residue(marked: str) -> int:
    """Count the content words that stay outside the slots."""
    words = re.sub(r"\x00\d+\x00", " ", marked).lower()
    return sum(w not in _COMMON for w in re.findall(r"[a-z']+", words))
