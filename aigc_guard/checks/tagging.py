"""From token tags to names: the pieces of one word go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aigc_guard.patterns import Later

_CHINESE = Later(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Name:
    """One name: its place in the text that was read, and the mean probability of its tokens.

    With ``if_capital`` it is one only if the text as written gives its words capitals, which the
    reader could not see; the score counts them in.
    """

    label: str
    start: int
    end: int
    score: float
    if_capital: bool = False


def labels_of(tags: Sequence[str]) -> tuple[str, ...]:
    """The labels that ``tags`` (``O``, ``B-PERSON``, ``I-PERSON``, …) can give."""
    return tuple(sorted({tag.split("-", 1)[-1] for tag in tags if tag != "O"}))


def join_tags(
    text: str, offsets: Sequence[Sequence[int]], tags: Sequence[str], scores: Sequence[float]
) -> Iterator[Name]:
    """Names from token tags: the pieces of one word go with its first piece."""
    label, start, end, found = "", 0, 0, [0.0]
    for (a, b), tag, score in zip(offsets, tags, scores, strict=True):
        if a == b or (tag == "O" and not label):
            continue
        inner = label and end == a and _inside_a_word(text, a)
        if label and (inner or tag == f"I-{label}" or tag == label):
            end = b
            found.append(score)
            continue
        if label:
            yield Name(label, start, end, sum(found) / len(found))
        label = tag.split("-", 1)[-1] if tag != "O" else ""
        start, end, found = a, b, [score]
    if label:
        yield Name(label, start, end, sum(found) / len(found))


def _inside_a_word(text: str, at: int) -> bool:
    """Whether ``at`` lies between two letters or digits of one word (Chinese has no such words)."""
    return (
        text[at - 1].isalnum() and text[at].isalnum() and not _CHINESE.search(text[at - 1 : at + 1])
    )
