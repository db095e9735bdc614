"""What a BERT's first layer asks of a word, multiplied once and kept.

Before the first layer a token is its word and its place, summed and normalised. A product is
linear: that of the sum is the sum of a word's product and a place's, each by one over the token's
standard deviation. So the first product of every pass becomes a sum of two kept rows.
"""

from __future__ import annotations

import threading
from typing import Any

MOST_BYTES = 256 << 20
"""Above this the rows of all words take more memory than they are worth."""


class WordProducts:
    """Embedded tokens, and ``weight @ normalised + bias`` of each, for ``BertEmbeddings``.

    A word's row is made when a text first holds it; memory that no row was written to is not used.
    """

    def __init__(self, embeddings: Any, weight: Any, bias: Any) -> None:
        import torch

        self._words = embeddings.word_embeddings.weight.detach()
        types = embeddings.token_type_embeddings.weight.detach()
        self._places = embeddings.position_embeddings.weight.detach() + types[0]
        norm = embeddings.LayerNorm
        self._norm = (tuple(norm.normalized_shape), norm.weight, norm.bias, norm.eps)
        weight = weight.detach()
        self._weight = weight * norm.weight.detach()
        words, places = len(self._words), len(self._places)
        self._rows = torch.empty(words + places + 1, len(weight))
        self._rows[words:-1] = self._product(self._places)
        self._rows[-1] = weight @ norm.bias.detach() + bias.detach()
        self._known = torch.zeros(words, dtype=torch.bool)
        self._lock = threading.Lock()

    @staticmethod
    def fit(embeddings: Any, width: int) -> bool:
        """Whether rows of ``width`` are worth their memory."""
        return 4 * width * len(embeddings.word_embeddings.weight) <= MOST_BYTES

    def __call__(self, ids: Any, places: Any) -> tuple[Any, Any]:
        """(tokens, width) states and their products of words and places, one each a token."""
        import torch

        summed = self._words[ids] + self._places[places]
        states, _, scale = torch.native_layer_norm(summed, *self._norm)
        self._learn(ids)
        last = torch.full_like(ids, len(self._rows) - 1)
        bags = torch.stack([ids, places + len(self._words), last], dim=1)
        weights = torch.cat([scale, scale, torch.ones_like(scale)], dim=1)
        products = torch.nn.functional.embedding_bag(
            bags, self._rows, per_sample_weights=weights, mode="sum"
        )
        return states, products

    def _learn(self, ids: Any) -> None:
        new = ids[~self._known[ids]].unique()
        if len(new):
            with self._lock:
                self._rows[new] = self._product(self._words[new])
                self._known[new] = True

    def _product(self, rows: Any) -> Any:
        """Of ``rows`` without their mean, which normalising takes away."""
        return (rows - rows.mean(dim=1, keepdim=True)) @ self._weight.T
