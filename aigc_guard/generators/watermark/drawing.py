"""The watermark's place in the sampler: it shifts what may be drawn next, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aigc_guard.generators.watermark.scheme import NGRAM, Watermark, processor_of

if TYPE_CHECKING:
    import torch


class Marker:
    """Knows what every row has written so far; a context that comes again is not marked again."""

    def __init__(self, watermark: Watermark, rows: int) -> None:
        self._processor = processor_of(watermark)
        self._written: list[tuple[int, ...]] = [()] * rows
        self._seen: list[frozenset[tuple[int, ...]]] = [frozenset()] * rows

    def go_on(self, sources: Sequence[int], tokens: Sequence[int]) -> None:
        """Row ``i`` goes on from the old row ``sources[i]`` with ``tokens[i]``."""
        seen = [
            kept | {written[1 - NGRAM :]} if len(written) >= NGRAM - 1 else kept
            for written, kept in zip(self._written, self._seen, strict=True)
        ]
        self._written = [
            (*self._written[source], token) for source, token in zip(sources, tokens, strict=True)
        ]
        self._seen = [seen[source] for source in sources]

    def marked(self, chances: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Chances of ``tokens`` (rows, some), shifted where the row's context is a new one."""
        import torch

        rows = [row for row in range(len(self._written)) if self._is_fresh(row)]
        if not rows:
            return chances
        at = torch.tensor(rows)
        context = torch.tensor([self._written[row][1 - NGRAM :] for row in rows])
        count = tokens.size(1)
        grams = torch.cat(
            [context[:, None, :].expand(-1, count, -1), tokens[at][:, :, None]], dim=2
        )
        flips = self._processor.sample_g_values(self._processor.compute_ngram_keys(grams))
        shifted = self._processor.update_scores(chances[at].log(), flips).softmax(-1)
        return chances.index_copy(0, at, shifted.to(chances.dtype))

    def _is_fresh(self, row: int) -> bool:
        written = self._written[row]
        return len(written) >= NGRAM - 1 and written[1 - NGRAM :] not in self._seen[row]
