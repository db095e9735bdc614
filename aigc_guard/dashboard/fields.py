"""What fields of forms and of the API may hold: text that has bytes and that every store takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field


def is_whole(text: str) -> bool:
    """Whether a text can be kept. Half of a character (a lone surrogate) has no bytes to be
    digested, and PostgreSQL takes no NUL."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


def _whole(text: str) -> str:
    if not is_whole(text):
        raise ValueError("half of a character, or NUL")
    return text


Whole = Annotated[str, AfterValidator(_whole)]
Text = Annotated[Whole, Field(max_length=10_000)]
Name = Annotated[Whole, Field(max_length=200)]
