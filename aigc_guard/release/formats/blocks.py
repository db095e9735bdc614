"""A plain text as the parts a page is set from, which joined again are exactly the text."""

from __future__ import annotations

from dataclasses import dataclass

BREAK = "\n\n"
_TITLE_CHARACTERS = 90
_ENDS = "。！？.!?…：:；;，,"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, perhaps with line ends; the first may be the text's headline."""

    text: str
    is_title: bool = False


def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs; ``BREAK.join`` of their texts is the text."""
    parts = text.split(BREAK)
    title = len(parts) > 1 and _looks_like_title(parts[0])
    return tuple(Block(part, title and not at) for at, part in enumerate(parts))


def title_of(text: str) -> str:
    """What a file is called: its first line, shortened at a word."""
    first = next((line.strip(" #\t\r") for line in text.split("\n") if line.strip()), "")
    cut = first[:_TITLE_CHARACTERS]
    return cut if len(first) <= _TITLE_CHARACTERS else cut.rsplit(" ", 1)[0] + "…"


def _looks_like_title(part: str) -> bool:
    line = part.strip()
    return (
        bool(line) and "\n" not in part and len(line) <= _TITLE_CHARACTERS and line[-1] not in _ENDS
    )
