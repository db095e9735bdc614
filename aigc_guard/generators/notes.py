"""A draft's notes in words: why it is not called faithful to its brief."""

from __future__ import annotations

from collections.abc import Sequence

from aigc_guard.errors import Said, said


def in_words(notes: Sequence[str]) -> tuple[str, ...]:
    """What each machine-readable note says, in the order given; an unknown one stays as it is."""
    return tuple(_in_words(note) for note in notes)


def _in_words(note: str) -> str:
    kind, _, what = note.partition(":")
    if kind == "missing":
        return said("left out: {fact}", fact=what)
    if kind == "repeated":
        return said("said more than once: {fact}", fact=what)
    if kind == "misplaced":
        return said("in a wrong place: {fact}", fact=what)
    return _whole().get(note, note)


def _whole() -> dict[str, Said]:
    return {
        "invented:figure": said("a figure that the brief does not give"),
        "invented:name": said("a name that the brief does not give"),
        "invented:quote": said("a quotation that the brief does not give"),
        "invented:word": said("a claim that the brief does not make"),
        "contradiction": said("the opposite of what the brief says"),
        "repetition": said("the same words over and over"),
        "garbled": said("broken language"),
        "unfinished": said("it breaks off"),
        "unread": said("the writer could not read the whole brief"),
        "unsure": said("words that the writer itself finds unlikely"),
    }
