"""Disguises of listed terms, in English and Chinese, and whether the check finds them all."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.terms import TermsCheck, TermsSettings
from aigc_guard.hanzi import halves_of, traditional_of
from aigc_guard.ordinary import is_ordinary
from aigc_guard.records import sha256_text
from aigc_guard.spelling import is_common
from aigc_guard.training.guards.attacks import ATTACKS

SEED = 20261124
TERMS = ("cheap", "guaranteed", "best price", "miracle cure", "Zyntrix", "risk-free", "lowest")
TERMS_ZH = ("最低价", "国家级", "稳赚不赔", "免费领取", "保证治愈", "投资理财", "全网第一")
_AROUND = "Our new lamp is {} and it stands on the desk. Nobody else sells it."
_AROUND_ZH = "本店新品{}，欢迎选购。"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u202c"
_UNSEEN = re.compile(f"[{_INVISIBLE}]")


def traditional(term: str, rng: random.Random) -> str:
    """Traditional characters where there are some."""
    return "".join(rng.choice(traditional_of(char) or (char,)) for char in term)


def halves(term: str, rng: random.Random) -> str:
    """Each character that has halves may stand in them."""
    return "".join(
        rng.choice(found) if (found := halves_of(char)) and rng.random() < 0.7 else char
        for char in term
    )


def apart(term: str, rng: random.Random) -> str:
    """One sign between all characters."""
    return rng.choice((" ", ".", "-", "_", "*", "·")).join(term)


def unseen(term: str, rng: random.Random) -> str:
    """Characters of no width in between."""
    return "".join(char + rng.choice(("", rng.choice(_INVISIBLE))) for char in term)


def pinyin(term: str, rng: random.Random) -> str:
    """How the term is pronounced: with or without gaps and tones, some characters left."""
    from pypinyin import Style, lazy_pinyin

    style = rng.choice((Style.NORMAL, Style.TONE, Style.TONE3))
    syllables = lazy_pinyin(term, style=style)
    gap = rng.choice(("", " ", "-"))
    chosen = rng.randrange(len(term) + 1)  # one character may stay; else all are spelt
    return gap.join(term[at] if at == chosen else syllable for at, syllable in enumerate(syllables))


ATTACKS_ZH: Mapping[str, Callable[[str, random.Random], str]] = {
    one.__name__: one for one in (traditional, halves, apart, unseen, pinyin)
}


@cache
def _check(language: str) -> TermsCheck:
    terms = TERMS_ZH if language == "zh" else TERMS
    settings = {"banned": terms, "pinyin": language == "zh"}
    return TermsCheck(TermsSettings.model_validate(settings))


def _is_found(language: str, shown: str) -> bool:
    """Exact but for invisible characters at the edges, or a last letter that was cut off."""
    text = (_AROUND_ZH if language == "zh" else _AROUND).format(shown)
    subject = Subject(text, sha256_text(text), language)
    (report,) = _check(language).measure([subject], Context())
    visible = _UNSEEN.sub("", shown)
    for one in report.findings:
        seen = _UNSEEN.sub("", text[one.start : one.end])
        if seen == visible or (seen in visible and len(visible) - len(seen) <= 2):
            return True
    return False


def reads_otherwise(word: str) -> bool:
    """Whether ordinary words, a contraction or a bare number are left: that hides nothing."""
    if re.search("'(?:s|d|ll|re|ve|m)$|n't$", word.lower()):
        return True
    parts = [part for part in re.split(r"[^\w]+", word.lower()) if part]
    return not re.search("[^\\W\\d_]", word) or all(
        (is_common(part) or is_ordinary(part)) and (len(part) > 1 or part in "aio")
        for part in parts
    )


def _english(name: str, term: str, rng: random.Random) -> str | None:
    """``term`` with every word of it disguised; None if one of them reads otherwise."""
    plain = False

    def change(match: re.Match[str]) -> str:
        nonlocal plain
        out = ATTACKS[name](match[0], rng)
        plain |= out.lower() != match[0].lower() and reads_otherwise(out)
        return out

    out = re.sub("[A-Za-z]{3,}", change, term)
    return None if plain else out


def disguised_terms(rounds: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """(language, disguise, what is written for the term), ``rounds`` of each."""
    rng = random.Random(seed)
    for name in ATTACKS:
        for term in TERMS:
            for _ in range(rounds):
                if (shown := _english(name, term, rng)) is not None:
                    yield "en", name, shown
    for name, change in ATTACKS_ZH.items():
        for term in TERMS_ZH:
            for _ in range(rounds):
                yield "zh", name, change(term, rng)


def lost_terms(rounds: int, *, seed: int = SEED) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """How many terms of each disguise were looked for, and (disguise, text) of those not found."""
    tried: dict[str, int] = {}
    lost = []
    for language, name, shown in disguised_terms(rounds, seed):
        tried[name] = tried.get(name, 0) + 1
        if not _is_found(language, shown):
            lost.append((name, shown))
    return tried, lost
