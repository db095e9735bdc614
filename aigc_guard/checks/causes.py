"""The words of a flagged sentence that flag by themselves: what a person is shown first.

Each word is read alone. On comments with agreed spans this marks what people marked far better
than the sentence does (docs/quality.md). Leaving words out one by one, or the gradient, did worse
at many times the cost: one of two insults is enough to flag. A sentence that offends by what it
says as a whole has no such word, and then none is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aigc_guard.patterns import Later
from aigc_guard.records import Span

FLAGGED = 0.5
# Chinese words have no ends of their own: every pair of characters is read.
_PIECE = Later(r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff]+)|[^\s\u3400-\u4dbf\u4e00-\u9fff]+")
_EDGE = Later(r"\A[^\w*@#$]+|[^\w*@#$]+\Z")


def words(text: str, span: Span) -> list[Span]:
    """Places in the folded ``text`` that are read alone, in order."""
    found = []
    for match in _PIECE.finditer(text, span.start, span.end):
        start, end = match.span()
        if match["han"]:
            found += [Span(at, min(at + 2, end)) for at in range(start, max(start + 1, end - 1))]
            continue
        word = text[start:end]
        bare = _EDGE.sub("", word)
        if bare:
            start += word.index(bare)
            found.append(Span(start, start + len(bare)))
    return found


def causes(scores: Sequence[tuple[Span, Mapping[str, float]]], label: str) -> list[Span]:
    """Places whose words flag for ``label`` when read alone, else for anything; joined."""
    own = [span for span, found in scores if found.get(label, 0.0) >= FLAGGED]
    any_ = [span for span, found in scores if max(found.values(), default=0.0) >= FLAGGED]
    joined: list[Span] = []
    for span in own or any_:
        # One blank apart is one place: "stupid idiot".
        if joined and span.start <= joined[-1].end + 1:
            joined[-1] = Span(joined[-1].start, max(span.end, joined[-1].end))
        else:
            joined.append(span)
    return joined


def written(places: Sequence[Span]) -> str:
    """``3-9,14-20``: places in the original text, as a finding's detail holds them."""
    return ",".join(f"{place.start}-{place.end}" for place in places)


def read_places(detail: Mapping[str, str]) -> list[Span]:
    """The places that a finding's detail names under ``words``; none when it names none."""
    pairs = (part.split("-") for part in detail.get("words", "").split(",") if part)
    return [Span(int(start), int(end)) for start, end in pairs]
