"""Names in English text by their capitals, and whether the material knows them.

A capital at the head of a sentence or in a heading makes no name of an ordinary word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from aigc_guard.checks.grounding.values import Places
from aigc_guard.checks.grounding.vocabulary import Vocabulary, stem_of
from aigc_guard.ordinary import is_ordinary

_TITLE_WORDS = """
mr mrs ms miss dr prof professor sir dame lord lady president minister chancellor senator judge
justice governor mayor chairman chairwoman ceo captain general colonel sergeant reverend pope king
queen prince princess
"""
_ORGANISED_WORDS = """
inc ltd llc llp plc corp corporation company co gmbh ag sa group holdings bank university college
school institute ministry department agency authority commission committee council court
association federation union foundation trust society party club team fund board bureau office
administration service services partners industries systems technologies laboratories hospital
museum church press news times post network airlines motors pharmaceuticals
"""
_NO_NAME_WORDS = """
i i'm i'd i'll i've ain't shan't january february march april may june july august september
october november december monday tuesday wednesday thursday friday saturday sunday jan feb mar apr
jun jul aug sep sept oct nov dec am pm ok tv pdf faq eu us usa uk un
"""
_TITLES = frozenset(_TITLE_WORDS.split())
_ORGANISED = frozenset(_ORGANISED_WORDS.split())
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())
_SHORT = "Mr|Mrs|Ms|Dr|St|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Jr|Sr|Inc|Ltd|Corp|Co|Bros|No|vs"
_WORD = (
    rf"(?:(?:{_SHORT})\.|(?:\p{{Lu}}\.){{1,4}}|\p{{Lu}}[\p{{Latin}}\p{{M}}]*"
    r"(?:['’&-]\p{Latin}[\p{Latin}\p{M}]*)*|\p{Ll}\p{Lu}\p{Latin}+)(?![\p{Latin}\d])"
)
_JOINT = r"(?:(?:of|the|de|da|del|van|von|der|den|di|du|la|le|bin|al|el|dos|ter)\ ){0,2}"
_RUN = regex.compile(rf"(?<![\p{{L}}\d@#_-]){_WORD}(?:\ {_JOINT}{_WORD})*")
_TOKEN = regex.compile(r"[\p{Latin}\p{M}.'’&-]*\p{Latin}\.?")
_HEAD = regex.compile(r"(?:^|[.!?:;。！？：；\n\"“”'‘(\[•·*>|—–]|[-#]\s)\s*$")
_CONTRACTED = regex.compile(r"(?:(?<!ca|wo)n't|'(?:ll|re|ve|d|m|s|t))$")
_SPEECH = (
    "said|says|told|added|announced|argued|asked|believes|claimed|explained|noted|wrote|testified"
)
_SPOKE_AFTER = regex.compile(rf",?\s(?:who\s|also\s|has\s)?(?:{_SPEECH})\b")
_SPOKE_BEFORE = regex.compile(rf"\b(?:{_SPEECH}|by|according to)\s$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name at ``[start, end)`` that the material doesn't know, and how sure that is (0-1)."""

    start: int
    end: int
    label: str
    score: float


@lru_cache(maxsize=8192)
def _names_nobody(word: str) -> bool:
    """Whether it is an ordinary word, a contraction (isn't) or a compound (long-term) of some."""
    bare = _CONTRACTED.sub("", word)
    parts = [part for part in bare.split("-") if part]
    return all(is_ordinary(part) or len(part) == 1 for part in parts) if parts else True


def unknown_names(text: str, known: Vocabulary) -> Iterator[Name]:
    """Names of ``text`` of which some word is unknown to the material, in order."""
    headings = Places(_headings(text))
    for run in _RUN.finditer(text):
        tokens = list(_TOKEN.finditer(text, run.start(), run.end()))
        at_head = bool(_HEAD.search(text, max(0, run.start() - 8), run.start()))
        in_heading = headings.meet(run.start(), run.start() + 1)
        scores = [
            _strangeness(token[0], known, at_head and index == 0, in_heading, len(tokens) == 1)
            for index, token in enumerate(tokens)
        ]
        strange = [index for index, score in enumerate(scores) if score]
        if not strange or known.abbreviates([token[0] for token in tokens]):
            continue
        first, last = tokens[strange[0]], tokens[strange[-1]]
        yield Name(first.start(), last.end(), _label(text, run, tokens), max(scores))


def _strangeness(
    token: str, known: Vocabulary, at_head: bool, in_heading: bool, alone: bool
) -> float:
    """0 for a word the material knows or that names nothing, up to 0.9 for an unheard one."""
    word = stem_of(token)
    if not word or word in _NO_NAMES or word in _TITLES or known.knows(word):
        return 0.0
    if len(word) == 1 or (token.endswith(".") and len(word) < 5):
        return 0.0  # initials and abbreviated titles say too little to be traced
    if not _names_nobody(word) and word not in _ORGANISED:
        return 0.9
    if at_head or (token.isupper() and len(token) > 1):
        return 0.0
    return 0.3 if in_heading or (word in _ORGANISED and alone) else 0.6


def _headings(text: str) -> list[tuple[int, int]]:
    """Lines without an end of sentence most of whose longer words have a capital."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        words = [word for word in bare.split() if len(word) > 3 and word[0].isalpha()]
        capitals = sum(word[0].isupper() for word in words)
        if (
            bare
            and bare[-1] not in ".!?。！？"
            and len(words) < 25
            and capitals * 5 >= len(words) * 3
        ):
            found.append((at, at + len(line)))
        at += len(line)
    return found


def _label(text: str, run: regex.Match[str], tokens: list[regex.Match[str]]) -> str:
    words = [stem_of(token[0]) for token in tokens]
    if any(word in _ORGANISED for word in words) or (
        len(words) == 1 and tokens[0][0].isupper() and len(words[0]) > 1
    ):
        return "ORGANIZATION"
    before = text[max(0, run.start() - 24) : run.start()]
    titled = any(word in _TITLES for word in words)
    initialled = any(regex.fullmatch(r"(?:\p{Lu}\.)+", token[0]) for token in tokens)
    spoke = _SPOKE_AFTER.match(text, run.end()) or _SPOKE_BEFORE.search(before)
    return "PERSON" if titled or initialled or spoke else "NAME"
