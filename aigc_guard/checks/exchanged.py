"""Words for people's sexual orientation and gender, read as one another.

A guard learns whom people insult, and then holds a harmless sentence against the group it names.
So a text with such a word is read in other words of its group, always the same, and the mean of
the scores' logits stands: whichever word the writer chose, the score is the same. This is
"blindness" in Garg et al. 2019 (arXiv:1809.10610), with two readings instead of one, which costs
less recall. The words were chosen on the dev split.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from aigc_guard.checks.guard import Guard
from aigc_guard.checks.odds import odds_of, score_of

_PEOPLE = (
    "people|persons?|m[ae]n|wom[ae]n|guys?|girls?|boys?|couples?|friends?|folks?|parents?|"
    "famil(?:y|ies)|communit(?:y|ies)|students?|teachers?|workers?|employees?|customers?|"
    "readers?|visitors?|residents?|tenants?|patients?|voters?|actors?"
)
"""What makes of ``straight`` a word for people."""
_ORIENTATION = re.compile(
    r"\b(?:bisexual|gay|heterosexual|homosexual|lesbian|pansexual|queer|lgbt[aiq]{0,4}"
    rf"|straight(?= (?:{_PEOPLE})\b))(s?)\b\+?"
)
_GENDER = re.compile(
    r"\b(?:cisgender|female|male|non-?binary|trans(?:gender|sexual)(?:ed)?"
    r"|trans(?!s?(?:-| fats?\b)))(s?)\b"
)
_READ_AS: tuple[Mapping[re.Pattern[str], tuple[str, str]], ...] = (
    {_ORIENTATION: ("heterosexual", "heterosexuals"), _GENDER: ("female", "females")},
    {_ORIENTATION: ("homosexual", "homosexuals"), _GENDER: ("nonbinary", "nonbinary people")},
)


def read_exchanged(guard: Guard, texts: Sequence[str]) -> list[Mapping[str, float] | None]:
    """The guard's scores per folded text; None for one that is longer than its window.

    A text that gets too long in other words is read in its own.
    """
    asked = [other_wordings(text) or (text,) for text in texts]
    read = _read(guard, [wording for own in asked for wording in own])
    whole = [all(read[wording] is not None for wording in own) for own in asked]
    read |= _read(guard, [text for text, fits in zip(texts, whole, strict=True) if not fits])
    return [
        _mean([read[wording] for wording in (own if fits else (text,))])
        for text, own, fits in zip(texts, asked, whole, strict=True)
    ]


def read_plain(guard: Guard, texts: Sequence[str]) -> list[Mapping[str, float] | None]:
    """The same, each text in its own words."""
    return [reading.scores if reading else None for reading in guard.read(texts)]


def other_wordings(text: str) -> tuple[str, ...]:
    """The folded ``text`` in the other words it is read in; none if it has no such word."""
    if not any(pattern.search(text) for pattern in _READ_AS[0]):
        return ()
    return tuple(_in_words(text, words) for words in _READ_AS)


def _in_words(text: str, words: Mapping[re.Pattern[str], tuple[str, str]]) -> str:
    for pattern, (one, many) in words.items():
        text = pattern.sub(partial(_in_number, one, many), text)
    return text


def _in_number(one: str, many: str, found: re.Match[str]) -> str:
    return many if found[1] else one


def _read(guard: Guard, texts: Sequence[str]) -> dict[str, Mapping[str, float] | None]:
    return dict(zip(texts, read_plain(guard, texts), strict=True)) if texts else {}


def _mean(read: Sequence[Mapping[str, float] | None]) -> Mapping[str, float] | None:
    """Per label, the score whose logit is the mean of the readings' logits."""
    scores = [own for own in read if own is not None]
    if len(scores) < 2:
        return scores[0] if scores else None
    odds = {label: [odds_of(own[label]) for own in scores] for label in scores[0]}
    return {label: score_of(sum(own) / len(own)) for label, own in odds.items()}
