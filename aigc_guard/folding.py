"""Reading through disguises: case, width, look-alikes, invisible signs, leetspeak, spacing, emoji.

Each character of a folded text knows which half-open range of the original it stands for.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

from aigc_guard import spelling
from aigc_guard.characters import plain, revealed
from aigc_guard.folded import Folded, replaced, unfolded
from aigc_guard.lookalikes import LEET, LOOK_ALIKES
from aigc_guard.patterns import Later

_ROUNDS = 8
SHORT, REMEMBERED = 4_000, 256
"""Characters of a text whose folding is kept for who asks next, and how many are."""


def fold(text: str) -> Folded:
    """Undo case, width, look-alikes, invisible characters, leetspeak, spacing and emoji.

    Folding a folded text changes nothing, so a guard reads an attack and its plain form alike.
    Checks that read the same drafts ask one after the other, so short texts are known again.
    """
    if len(text) > SHORT:
        return _fold(text)
    with _ONE:  # two checks that begin together would both do all of the work
        return _fold_once(text)


def _fold(text: str) -> Folded:
    folded = unfolded(text)
    kept: dict[int, str] = {}
    for _ in range(_ROUNDS):
        before = folded.text
        for number, stage in enumerate(_STAGES):
            if kept.get(number) == folded.text:
                continue  # it has seen this text and left it as it is
            last, folded = folded.text, stage(folded)
            if folded.text == last:
                kept[number] = last
        if folded.text == before:
            break
    return folded


_ONE = threading.Lock()
_fold_once = lru_cache(maxsize=REMEMBERED)(_fold)


def forget_folded() -> None:
    """Fold anew what was folded before (a benchmark reads the same texts again and again)."""
    _fold_once.cache_clear()


def reveal(text: str) -> Folded:
    """Only what nobody can see is undone: width, invisible characters, digits of other scripts.

    For identifiers, whose case and punctuation matter.
    """
    folded = unfolded(text)
    return replaced(folded, _NOT_PLAIN, lambda match: revealed(match[0]))


# Case, width, accents, invisible characters, emoji: character by character.

_DIFFERENT = Later(r"[^\t\n\x20-\x40\x5b-\x7e\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff]")
_NOT_PLAIN = Later(r"[^\t\n\x20-\x7e\u3001\u3002\u3400-\u4dbf\u4e00-\u9fff]")


def _fold_characters(folded: Folded) -> Folded:
    lower = folded.text.lower()
    if len(lower) == len(folded.text):  # the common case costs nothing: offsets stay
        folded = Folded(lower, folded.starts, folded.ends)
    return replaced(folded, _DIFFERENT, lambda match: plain(match[0]))


# Look-alikes: only in words that could be Latin as a whole, so that real Cyrillic or Greek stays.

# Begun at a word's start only: tried at each letter of a long unbroken run, it would never end.
_FOREIGN = Later("(?<![^\\W\\d_])[^\\W\\d_]*[" + "".join(LOOK_ALIKES) + "][^\\W\\d_]*")


def _fold_look_alikes(folded: Folded) -> Folded:
    if folded.text.isascii():
        return folded

    foreign = sum(char in LOOK_ALIKES for char in folded.text)
    mostly_latin = sum("a" <= char <= "z" for char in folded.text) > foreign

    def latin(match: re.Match[str]) -> str | None:
        word = match[0]
        if not mostly_latin and _is_foreign_word(word):
            return None
        if any(not ("a" <= char <= "z") and char not in LOOK_ALIKES for char in word):
            return None
        return "".join(LOOK_ALIKES.get(char, char) for char in word)

    return replaced(folded, _FOREIGN, latin)


def _is_foreign_word(word: str) -> bool:
    """Whether ``word`` is all Greek or all Cyrillic, as real words are and disguises rarely."""
    blocks = {ord(char) >> 8 for char in word}
    return len(blocks) == 1 and blocks <= {3, 4, 5}


# Spaced-out letters: three or more single letters with one and the same gap.

_SPACED = Later(
    r"(?<![^\W_])(?<!['’&.])[a-z$@013457](?:(?P<gap> |\.|-|_|\*|/|\||~|·|\+| - |\. )[a-z$@013457!]"
    r"(?:(?P=gap)[a-z$@013457!])+)(?![^\W_])(?!['’&])"
)


def _join_spaced(folded: Folded) -> Folded:
    def join(match: re.Match[str]) -> str | None:
        letters = match[0].replace(match["gap"], "")
        alphabetic = sum(char.isalpha() for char in letters)
        return letters if alphabetic >= 3 and alphabetic * 2 > len(letters) else None

    return replaced(folded, _SPACED, join)


# Leetspeak: signs and digits inside a word that is mostly letters. Sixty signs begin no word:
# without an end each of a long run's would be tried as a beginning, and the whole run behind it.

_LEET_WORD = Later(
    r"(?<![\w@$.:/#-])(?=[a-z]*[0-9@$!|+€£¡(])[a-z0-9@$!|+€£¡(]{0,60}[a-z][a-z0-9@$!|+€£¡(]*"
)
_NO_LEET = Later(
    r"\d{3}|[$£€]\d|^@(?!ss)|^[a-z]+\d+$"
    r"|^\d+(?:st|nd|rd|th|am|pm|[kmgt]bp?s?|[kmgt]?hz|min|yrs?|hrs?)$"
)
_DENSE_LEET = Later(r"[a-z01345]{5,}")


def _read_leet(folded: Folded) -> Folded:
    return replaced(folded, _LEET_WORD, _leet_word)


def _leet_word(match: re.Match[str]) -> str | None:
    word = match[0]
    body = word.rstrip("!(+|")
    letters = sum("a" <= char <= "z" for char in body)
    others = len(body) - letters
    if others and (strong := spelling.unleeted(body)):
        return strong + word[len(body) :]
    if others == 0 or len(body) < 3 or others > letters + 1 or _NO_LEET.search(body):
        return None
    dense = letters >= 2 and _DENSE_LEET.fullmatch(body)
    least = 3 if any(char.isdigit() for char in body) else 2
    if letters < least and "$$" not in body and not dense:
        return None
    if "@" in body and match.string[match.end() : match.end() + 1] in (".", "_", "-"):
        return None
    return "".join(LEET.get(char, char) for char in body) + word[len(body) :]


# Stretched words: three or more of one letter become two, of one other sign three.

_STRETCHED = Later(r"([^\W\d_])\1{2,}|([^\w\s])\2{3,}|( )\3+")
_FEW_SIGNS = 128
_STRETCHED_WORD = Later(r"(?<![^\W_])(?=[a-z]*?([a-z])\1{2})[a-z]+(?![^\W_])")


def _shorten(folded: Folded) -> Folded:
    if not _may_stretch(folded.text):
        return folded

    def word(match: re.Match[str]) -> str | None:
        return None if match[0] == "www" else spelling.unstretched(match[0])

    folded = replaced(folded, _STRETCHED_WORD, word)

    def short(match: re.Match[str]) -> str:
        if match[0] == "www":
            return match[0]
        return match[1] * 2 if match[1] else match[2] * 3 if match[2] else " "

    return replaced(folded, _STRETCHED, short)


def _may_stretch(text: str) -> bool:
    """Whether a sign stands three times in a row, or a gap twice: looking for it costs least."""
    signs = {sign for sign in set(text) if not sign.isdecimal()}
    return "  " in text or len(signs) > _FEW_SIGNS or any(sign * 3 in text for sign in signs)


# Chinese characters one by one with a sign between them.

_APART = Later(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]"
    r"(?:(?P<gap>[ .\-_*/|~+])[\u4e00-\u9fff](?:(?P=gap)[\u4e00-\u9fff])+)"
    r"(?![\u4e00-\u9fff])"
)


def _join_apart(folded: Folded) -> Folded:
    if folded.text.isascii():
        return folded
    return replaced(folded, _APART, lambda match: match[0].replace(match["gap"], ""))


# Strong words behind a sign, a gap or a typing error.

_MASKING = Later(r"[*#._'’-](?<=[a-z].)(?:(?<=[*#])|[a-z])")
"""What each masked word holds, and few texts do."""
_MASKED = Later(r"(?<![^\W_])[a-z]+(?:[*#._'’-][a-z]+|[*#]{2}[a-z]*|[*#])+(?![^\W_])")
_BROKEN = Later(r"(?<![^\W_])(?=([a-z]{1,12}) ([a-z]{1,12})(?![^\W_]))")
_WORD = Later(r"(?<![^\W_])[a-z]{3,24}(?![^\W_])")


def _repair(folded: Folded) -> Folded:
    if _MASKING.search(folded.text):
        folded = replaced(folded, _MASKED, lambda match: spelling.unmasked(match[0]))
    if " " in folded.text:
        folded = _join_broken(folded)
    if not any(map(spelling.untyped, _WORD.findall(folded.text))):
        return folded
    return replaced(folded, _WORD, lambda match: spelling.untyped(match[0]))


def _join_broken(folded: Folded) -> Folded:
    """Pieces overlap ("a b c"), so the places are found first and then taken out one by one."""
    if not spelling.holds_strong(map("".join, _BROKEN.findall(folded.text))):
        return folded
    gaps = {
        match.end(1)
        for match in _BROKEN.finditer(folded.text)
        if spelling.joined(match[1], match[2])
    }
    if not gaps:
        return folded
    kept = [i for i in range(len(folded.text)) if i not in gaps]
    return Folded(
        "".join(folded.text[i] for i in kept),
        [folded.starts[i] for i in kept],
        [folded.ends[i] for i in kept],
    )


_STAGES = (
    _fold_characters,
    _fold_look_alikes,
    _join_spaced,
    _join_apart,
    _read_leet,
    _shorten,
    _repair,
)
