"""A guard's wide part: what each word piece adds to a label by itself, beside the deep trunk.

"Wide & deep" (Cheng et al. 2016, arXiv:1606.07792): a trunk whose word embeddings are frozen learns
contexts and generalises; rare abusive words are better known one by one. A folder that has the part
holds it in ``wide.safetensors``: ``wide.LABEL`` (vocabulary,) per label that it knows, and
``wide.bias`` (labels,), what moves each label so that 0.5 stays its best cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aigc_guard.errors import ModelError, said

PREFIX = "wide."
BIAS = "wide.bias"


def add_wide_part(
    model: Any, state: Mapping[str, Any], labels: Sequence[str], special: Sequence[int]
) -> Any:
    """Let the classifier ``model`` add the wide part of ``state`` to its logits, if it has one.

    ``special`` are the tokens that open, close and fill a row: they weigh nothing. Gives the hook's
    handle, or None. Raises ModelError for a part that does not fit the model.
    """
    own = {name: tensor for name, tensor in state.items() if name.startswith(PREFIX)}
    if not own:
        return None
    words = int(model.config.vocab_size)
    for name, tensor in own.items():
        known = name == BIAS or name.removeprefix(PREFIX) in labels
        if not known or tuple(tensor.shape) != ((len(labels),) if name == BIAS else (words,)):
            raise ModelError(
                said("{name} does not fit the model's labels and words", name=name),
                hint=said("restore the model folder: aigc-guard models verify"),
            )

    def widen(_module: Any, _inputs: Any, given: Mapping[str, Any], output: Any) -> Any:
        added = wide_logits(given["input_ids"], given["attention_mask"], own, labels, special)
        output.logits = output.logits + added.to(output.logits.dtype)
        return output

    return model.register_forward_hook(widen, with_kwargs=True)


def wide_logits(
    ids: Any,
    mask: Any,
    part: Mapping[str, Any],
    labels: Sequence[str],
    special: Sequence[int],
) -> Any:
    """(texts, labels) of what the pieces add: their weights' sum over the root of their count.

    ``ids`` and ``mask`` are (texts, tokens).
    """
    import torch

    pieces = mask.bool() & ~torch.isin(ids, torch.tensor(special, device=ids.device))
    seen = pieces.to(torch.float32)
    root = seen.sum(dim=1).clamp(min=1.0).sqrt()
    none = torch.zeros_like(root)
    columns = [
        (part[name].to(ids.device)[ids] * seen).sum(dim=1) / root if name in part else none
        for name in (PREFIX + label for label in labels)
    ]
    added = torch.stack(columns, dim=1)
    return added + part[BIAS].to(ids.device) if BIAS in part else added
