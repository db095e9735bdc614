"""A text is tokenised once for all who read it: for its size, for the trunk, for names' places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Place = tuple[int, int]
"""Where a token begins and ends in its text; (0, 0) for one that frames the row."""


class Rows:
    """The tokenised texts of one call, whatever passes they are read in.

    Without ``places`` none are asked for: not every tokenizer can tell them.
    """

    def __init__(self, tokenizer: Any, texts: Sequence[str], *, places: bool) -> None:
        self._tokenizer = tokenizer
        self._ids: dict[str, list[int]] = {}
        self._places: dict[str, list[Place]] = {}
        if not texts:
            return
        found = tokenizer(
            list(texts), return_attention_mask=False, return_offsets_mapping=places, verbose=False
        )
        self._ids = dict(zip(texts, found["input_ids"], strict=True))
        if places:
            self._places = dict(zip(texts, found["offset_mapping"], strict=True))

    def sizes(self) -> Mapping[str, int]:
        """Tokens of each text, those that frame it among them."""
        return {text: len(ids) for text, ids in self._ids.items()}

    def padded(self, texts: Iterable[str]) -> Any:
        """The rows of ``texts`` as the model's input: (texts, places) tensors."""
        rows = [{"input_ids": self._ids[text]} for text in texts]
        return self._tokenizer.pad(rows, return_tensors="pt", verbose=False)

    def places(self, texts: Iterable[str], width: int) -> list[list[Place]]:
        """The places of each text's tokens, padded to ``width`` on the tokenizer's side."""
        left = self._tokenizer.padding_side == "left"
        out = []
        for text in texts:
            own = self._places[text]
            rest = [(0, 0)] * (width - len(own))
            out.append([*rest, *own] if left else [*own, *rest])
        return out


class Prepared:
    """Stands before a Detoxify's tokenizer: ``rows``, where they hold a text, are its answer."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.rows: Rows | None = None

    def __call__(self, texts: Any, **wanted: Any) -> Any:
        """What Detoxify asks for: padded tensors."""
        return self.rows.padded(texts) if self.rows else self._tokenizer(texts, **wanted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)
