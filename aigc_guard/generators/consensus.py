"""Choosing among sampled texts by what they agree on (minimum Bayes risk decoding).

A single draw, or the likeliest one, can be an odd sentence. The text whose word runs are most
often found in the other draws is the one the model as a whole would write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_TOKEN = re.compile("\x00\\d+\x00|[\\w'-]+|[^\\w\\s]")
_LONGEST = 4


def agreement(texts: Sequence[str]) -> list[float]:
    """Return for every text its mean smoothed sentence-BLEU (0-1) against the other ones.

    Equal texts vouch for each other; a text alone agrees with nothing and gets 0.
    """
    import numpy as np

    distinct = list(dict.fromkeys(texts))  # candidates are often the same words
    tokens = [_TOKEN.findall(text.lower()) for text in distinct]
    bleu = _bleu(tokens)
    place = {text: number for number, text in enumerate(distinct)}
    votes = np.bincount([place[text] for text in texts], minlength=len(distinct))
    shares = (bleu @ votes - bleu.diagonal()) / max(1, len(texts) - 1)
    told = [max(0.0, float(share)) for share in shares]
    return [told[place[text]] for text in texts]


def _bleu(tokens: Sequence[Sequence[str]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Smoothed sentence-BLEU of each text (rows) against each (columns): (texts, texts)."""
    import numpy as np

    lengths = np.array([len(own) for own in tokens], dtype=np.float64)
    logs = np.zeros((len(tokens), len(tokens)))
    with np.errstate(divide="ignore", invalid="ignore"):
        for size in range(1, _LONGEST + 1):
            shared = _shared([Counter(_runs(own, size)) for own in tokens])
            smooth = size > 1
            whole = np.maximum(0, lengths - size + 1) + smooth
            logs += np.log((shared + smooth) / whole[:, None])
        brevity = np.minimum(1.0, np.exp(1 - lengths[None, :] / lengths[:, None]))
        bleu = brevity * np.exp(logs / _LONGEST)
    return np.where(np.isnan(bleu), 0.0, bleu)


def _runs(tokens: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(tokens[start:] for start in range(size)), strict=False))


def _shared(counts: Sequence[Counter[tuple[str, ...]]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How many word runs each two texts have in common, each as often as both have it.

    A run that comes twice is two columns of a text's row, so that a product of rows counts.
    """
    import numpy as np

    column: dict[tuple[Any, int], int] = {}
    cells = [
        (row, column.setdefault((run, time), len(column)))
        for row, own in enumerate(counts)
        for run, count in own.items()
        for time in range(count)
    ]
    held = np.zeros((len(counts), len(column)))
    if cells:
        held[tuple(zip(*cells, strict=True))] = 1.0
    return held @ held.T
