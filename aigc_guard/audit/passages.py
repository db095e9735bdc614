"""A draft's text for a report: personal values masked, the words behind each reason marked."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aigc_guard.checks.causes import read_places
from aigc_guard.records import CheckReport, Reason, Span, Status
from aigc_guard.redact import MaskedSegment, mask, personal_findings
from aigc_guard.text import is_complete

PII_CHECK = "pii"
# Texts longer than this lose what lies far from any mark; the text itself is in the store.
SHOWN_WHOLE = 6000
KEPT_AROUND = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a draft as it is shown.

    ``label`` is set for a masked value (``text`` is empty then, ``length`` its size);
    ``reasons`` are the 1-based numbers of the reasons it belongs to, ``ends`` those ending here;
    ``left_out`` counts characters that are not shown. ``cause`` is set for the words that trip a
    rule by themselves, inside of what it is about. ``start`` is its place in the draft.
    """

    text: str
    label: str = ""
    length: int = 0
    reasons: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    left_out: int = 0
    cause: bool = False
    start: int = 0


def passages(
    text: str,
    reports: Iterable[CheckReport],
    reasons: Sequence[Reason],
    *,
    whole: bool = False,
    unmasked: bool = False,
) -> list[Piece] | None:
    """The pieces of ``text`` in order; None when nobody looked for personal values in all of it.

    Text that was not searched for personal values is not shown at all. ``whole`` leaves nothing
    out; ``unmasked`` is for somebody who was granted to see the values.
    """
    reports = list(reports)
    if not unmasked and not was_searched(text, reports):
        return None
    personal = () if unmasked else personal_findings(reports)
    masks = [segment for segment in mask(text, personal).segments if segment.label]
    cuts = {0, len(text)}
    for segment in masks:
        cuts |= {segment.source.start, segment.source.end}
    inside = {at for segment in masks for at in range(segment.source.start + 1, segment.source.end)}
    for reason in reasons:
        cuts |= {at for at in (reason.start, reason.end) if 0 <= at <= len(text)} - inside
    causes = causes_of(reports, reasons)
    cuts |= {at for place in causes for at in (place.start, place.end)} - inside
    pieces = _cut(text, sorted(cuts), masks, reasons, causes)
    return _shorten(pieces) if len(text) > SHOWN_WHOLE and not whole else pieces


def was_searched(text: str, reports: Iterable[CheckReport]) -> bool:
    """Whether somebody looked for personal values in all of ``text``."""
    return any(one.check == PII_CHECK and _complete(one, len(text)) for one in reports)


def causes_of(reports: Iterable[CheckReport], reasons: Sequence[Reason]) -> list[Span]:
    """Places of the words that trip one of ``reasons`` by themselves, as their check says."""
    about = {(one.check, one.label, one.start, one.end) for one in reasons}
    return [
        place
        for report in reports
        for found in report.findings
        if (found.check, found.label, found.start, found.end) in about
        for place in read_places(found.detail)
    ]


def visible(text: str) -> str:
    """``text`` with invisible and direction-changing characters written out as ``‹U+202E›``."""
    return "".join(
        f"‹U+{ord(char):04X}›" if _hides(text, index) else char for index, char in enumerate(text)
    )


def _complete(report: CheckReport, length: int) -> bool:
    return report.status is Status.OK and is_complete(report.coverage, length)


def _cut(
    text: str,
    cuts: Sequence[int],
    masks: Sequence[MaskedSegment],
    reasons: Sequence[Reason],
    causes: Sequence[Span],
) -> list[Piece]:
    labels = {segment.source.start: segment.label for segment in masks}
    open_at = [(number, r.start, r.end) for number, r in enumerate(reasons, 1) if r.end > r.start]
    pieces = []
    for start, end in itertools.pairwise(cuts):
        here = tuple(number for number, first, last in open_at if first < end and start < last)
        ends = tuple(number for number, _first, last in open_at if start < last <= end)
        if label := labels.get(start, ""):
            pieces.append(Piece("", label, end - start, here, ends, start=start))
        else:
            cause = any(place.start <= start and end <= place.end for place in causes)
            pieces.append(Piece(text[start:end], reasons=here, ends=ends, cause=cause, start=start))
    return pieces


def _shorten(pieces: Sequence[Piece]) -> list[Piece]:
    short = []
    for piece in pieces:
        left_out = len(piece.text) - 2 * KEPT_AROUND
        if piece.reasons or left_out <= 0:
            short.append(piece)
        else:
            short.append(Piece(piece.text[:KEPT_AROUND]))
            short.append(Piece("", left_out=left_out))
            short.append(Piece(piece.text[-KEPT_AROUND:]))
    return short


def _hides(text: str, index: int) -> bool:
    char = text[index]
    if char in "\n\t" or unicodedata.category(char) not in ("Cf", "Cc", "Co", "Cs"):
        return False
    # Joiners inside an emoji sequence are what they should be.
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return not (char == "\u200d" and _symbol(before) and _symbol(after))


def _symbol(char: str) -> bool:
    return bool(char) and unicodedata.category(char) in ("So", "Sk", "Mn")
