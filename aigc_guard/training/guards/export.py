"""Write a trained guard in the form that ships: float16 safetensors, config, tokenizer.

The toxicity head is ``classifier.*`` as in BertForSequenceClassification, the names head
``names.*``; calibration is already inside the toxicity head's weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard_wide import PREFIX
from aigc_guard.training.guards.model import HEADS, TAGS

WORDS = "bert.embeddings.word_embeddings.weight"


def export(
    guard: Any,
    config: dict[str, Any],
    vocabulary: Path,
    folder: Path,
    *,
    labels: tuple[str, ...],
    window_tokens: int,
    positions: int = 256,
    frozen_words: bool = False,
) -> None:
    """Write ``folder`` anew; the weights are rounded to float16 here and nowhere else.

    Positions beyond ``positions`` tokens are left out: windows are shorter. ``frozen_words`` puts
    the word embeddings, which training never moved, into a file of their own: half of the weights,
    byte for byte the same whenever the rest is trained anew.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    state = {}
    for key, value in guard.state_dict().items():
        if key.endswith("position_ids") or key.startswith("words."):
            continue  # the words head is for training only
        name = key.replace("toxicity.", "classifier.") if key.startswith("toxicity.") else key
        if name.endswith("position_embeddings.weight"):
            value = value[:positions]
        state[name] = value.detach().to(torch.float16).contiguous()
    parts = {"model.safetensors": state}
    if frozen_words:
        parts["words.safetensors"] = {WORDS: state.pop(WORDS)}
    for name, tensors in parts.items():
        save_file(tensors, folder / name, metadata={"format": "pt"})
        (folder / name).chmod(0o644)
    shape = {k: v for k, v in config.items() if k not in HEADS}
    positions = min(positions, int(config["max_position_embeddings"]))
    settings = shape | {
        "max_position_embeddings": positions,
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "problem_type": "multi_label_classification",
        "guard": {"tags": list(TAGS), "window_tokens": window_tokens},
    }
    (folder / "config.json").write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
    _write_tokenizer(vocabulary, folder, positions)


def shipped_state(folder: Path) -> dict[str, Any]:
    """The weights of a shipped folder under the training's names: no frozen words, no wide part."""
    from aigc_guard.models.weights import load_state

    return {
        name.replace("classifier.", "toxicity.") if name.startswith("classifier.") else name: value
        for name, value in load_state(folder).items()
        if name != WORDS and not name.startswith(PREFIX) and not name.endswith("position_ids")
    }


def _write_tokenizer(vocabulary: Path, folder: Path, longest: int) -> None:
    """``tokenizer.json`` without white space; the vocabulary is in it."""
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast(vocab=str(vocabulary), do_lower_case=True)
    tokenizer.model_max_length = longest
    tokenizer.save_pretrained(str(folder))
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    (folder / "vocab.txt").unlink(missing_ok=True)
