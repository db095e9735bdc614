"""Quotations: where a text quotes, and whether it says (or the brief shows) whom.

Straight, curly, German and French marks and the Chinese corner brackets count; title marks don't.
A quotation that is never closed in its paragraph is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from aigc_guard.patterns import Later
from aigc_guard.records import Brief, Span

_CLOSERS = {
    "“": "”",
    "„": "“”",
    "‘": "’",
    "‚": "‘’",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
    "﹁": "﹂",
    "〝": "〞〟",
}
_REVERSED = {"»": "«", "›": "‹"}  # German books quote »so«
_STRAIGHT = {'"': '"', "＂": "＂"}
_MARKS = "".join(dict.fromkeys("".join([*_CLOSERS, *_CLOSERS.values(), *_REVERSED, *_STRAIGHT])))
_MARK = Later(f"[{re.escape(_MARKS)}]|\n")
_NEAR = 100  # characters around a quotation in which its speaker is looked for
_REPORTING = Later(
    r"\b(?:said|says|saying|told|tells|wrote|writes|written|reads?|shouted|shouting|yelled|called"
    r"|calling|testified|stated|states|ruled|replied|asked|claimed|quoted|quoting|quotes"
    r"|according to|in (?:his|her|their) words|messaged|posted|tweeted|heard)\b"
    r"|说|称|表示|写道|指出|喊|骂|问道|回答|答道|回应|引述|援引|据|宣读|陈述|认为|强调|透露",
    re.IGNORECASE,
)
_SKIP = Later(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """``outer`` includes the marks, ``inner`` is what stands between them."""

    outer: Span
    inner: Span


def quotations(text: str) -> tuple[Quotation, ...]:
    """The outermost quotations of ``text`` in order; linear in its length."""
    found: list[Quotation] = []
    open_marks: list[tuple[str, int]] = []  # closing characters awaited, and where it opened
    for match in _MARK.finditer(text):
        char, at = match[0], match.start()
        if char == "\n":
            open_marks.clear()
            continue
        depth = next(
            (i for i in reversed(range(len(open_marks))) if char in open_marks[i][0]), None
        )
        if depth is not None and _may_close(text, char, at):
            start = open_marks[depth][1]
            del open_marks[depth:]
            found.append(Quotation(Span(start, at + 1), Span(start + 1, at)))
        elif len(open_marks) < 16 and (closers := _opens(text, char, at)):
            open_marks.append((closers, at))
    return _outermost(found)


def _opens(text: str, char: str, at: int) -> str:
    """The marks that would close a quotation opened here; empty if this opens none."""
    if char in _CLOSERS:
        return _CLOSERS[char]
    before = text[at - 1] if at else " "
    if char in _STRAIGHT:
        return _STRAIGHT[char] if not (before.isalnum() and before.isascii()) else ""
    return _REVERSED.get(char, "") if not before.isalnum() else ""


def _may_close(text: str, char: str, at: int) -> bool:
    """An apostrophe inside a word closes nothing."""
    after = text[at + 1 : at + 2]
    return not (char == "’" and after.isalnum() and after.isascii())


def _outermost(found: Iterable[Quotation]) -> tuple[Quotation, ...]:
    out: list[Quotation] = []
    for one in sorted(found, key=lambda one: (one.outer.start, -one.outer.end)):
        if not out or one.outer.start >= out[-1].outer.end:
            out.append(one)
    return tuple(out)


def attributed(text: str, brief: Brief | None) -> tuple[Quotation, ...]:
    """The quotations whose words stand in the brief, or whose sentence names a speaker.

    Quotation marks alone excuse nothing: anybody can put an insult between them.
    """
    material = _material(brief)
    return tuple(
        one
        for one in quotations(text)
        if _stands_in(text[one.inner.start : one.inner.end], material) or _has_speaker(text, one)
    )


def holds(quotation: Quotation, text: str, start: int, end: int) -> bool:
    """Whether ``[start, end)``, less signs and white space at its edges, is quoted."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start < end and quotation.inner.start <= start and end <= quotation.inner.end


def _material(brief: Brief | None) -> str:
    if brief is None:
        return ""
    parts = [fact.value for fact in brief.facts] + [source.text for source in brief.sources]
    return "\n".join(_plain(part) for part in parts)


def _stands_in(words: str, material: str) -> bool:
    plain = _plain(words)
    return len(plain) >= 3 and plain in material


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_SKIP.sub(" ", folded).split())


def _has_speaker(text: str, one: Quotation) -> bool:
    before = text[max(0, one.outer.start - _NEAR) : one.outer.start].rpartition("\n")[2]
    after = text[one.outer.end : one.outer.end + _NEAR].partition("\n")[0]
    return bool(_REPORTING.search(before) or _REPORTING.search(after))


def cut_at_quotations(text: str, spans: Iterable[Span]) -> list[Span]:
    """``spans`` cut where a quotation begins or ends, so that each part is quoted or is not.

    Gapless as ``spans`` are; a part without a letter or digit stays with the one before it.
    """
    cuts = sorted({at for one in quotations(text) for at in (one.outer.start, one.outer.end)})
    parts: list[Span] = []
    for span in spans:
        inside = [at for at in cuts if span.start < at < span.end]
        edges = [span.start, *inside, span.end]
        pieces = [Span(start, end) for start, end in pairwise(edges)]
        for piece in pieces:
            wordless = not any(char.isalnum() for char in text[piece.start : piece.end])
            if wordless and parts and parts[-1].end == piece.start:
                parts[-1] = Span(parts[-1].start, piece.end)
            else:
                parts.append(piece)
    return parts
