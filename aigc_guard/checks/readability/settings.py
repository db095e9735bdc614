"""What the ``readability`` check takes for hard."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aigc_guard.checks.interface import Settings

Hard = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ReadabilitySettings(Settings):
    """From where on text is hard: a score of 0.5 there, of 1.0 at twice as much.

    Sentences below are not listed, but for the longest one of a draft: a rule's own limit, in
    ``values``, is compared with that one however low it is.
    """

    grade: Hard = Field(12.0, description="School grade (US) from which English text is hard.")
    sentence_words: Hard = Field(25, description="Words from which an English sentence is long.")
    sentence_characters: Hard = Field(
        50, description="Characters from which a Chinese sentence is long."
    )
    hard_characters: Hard = Field(
        5.0, description="Percentage of rare characters from which Chinese text is hard."
    )
    familiar: tuple[Annotated[str, Field(min_length=1, pattern=r"\S")], ...] = Field(
        (), description="Names and terms that readers know: they make no text harder."
    )
