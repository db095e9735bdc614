"""A text is tokenised once for all who read it: for its size, for the trunk, for names' places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aigc_guard.checks.guard_tokens import Place, recall


class Rows:
    """The tokenised texts of one call, whatever passes they are read in.

    Without ``places`` none are asked for: not every tokenizer can tell them.
    """

    def __init__(self, tokenizer: Any, texts: Sequence[str], *, places: bool) -> None:
        self._tokenizer = tokenizer
        self._ids: dict[str, list[int]] = {}
        self._places: dict[str, list[Place]] = {}
        new = []
        for text in texts:
            if row := recall(tokenizer, text):
                self._ids[text], self._places[text] = row
            else:
                new.append(text)
        if not new:
            return
        found = tokenizer(
            new, return_attention_mask=False, return_offsets_mapping=places, verbose=False
        )
        self._ids.update(zip(new, found["input_ids"], strict=True))
        if places:
            self._places.update(zip(new, found["offset_mapping"], strict=True))

    def sizes(self) -> Mapping[str, int]:
        """Tokens of each text, those that frame it among them."""
        return {text: len(ids) for text, ids in self._ids.items()}

    def padded(self, texts: Iterable[str]) -> Any:
        """The rows of ``texts`` as the model's input: (texts, places) tensors."""
        import torch
        from transformers import BatchEncoding

        rows = [self._ids[text] for text in texts]
        width = max(map(len, rows), default=0)
        ids = [self._filled(row, self._tokenizer.pad_token_id, width) for row in rows]
        mask = [self._filled([1] * len(row), 0, width) for row in rows]
        given = {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}
        return BatchEncoding(given)  # Detoxify moves it to its device

    def places(self, texts: Iterable[str], width: int) -> list[list[Place]]:
        """The places of each text's tokens, padded to ``width`` on the tokenizer's side."""
        return [self._filled(self._places[text], (0, 0), width) for text in texts]

    def _filled(self, row: list[Any], fill: Any, width: int) -> list[Any]:
        rest = [fill] * (width - len(row))
        return [*rest, *row] if self._tokenizer.padding_side == "left" else [*row, *rest]


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
