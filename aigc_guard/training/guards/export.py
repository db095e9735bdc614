"""Write a trained guard in the form that ships: float16 safetensors, config, tokenizer.

The toxicity head is ``classifier.*`` as in BertForSequenceClassification, the names head
``names.*``; calibration is already inside the toxicity head's weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aigc_guard.training.guards.model import TAGS


def export(
    guard: Any,
    config: dict[str, Any],
    vocabulary: Path,
    folder: Path,
    *,
    labels: tuple[str, ...],
    window_tokens: int,
    positions: int = 256,
) -> None:
    """Write ``folder`` anew; the weights are rounded to float16 here and nowhere else.

    Positions beyond ``positions`` tokens are left out: windows are shorter.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    state = {}
    for key, value in guard.state_dict().items():
        if key.endswith("position_ids"):
            continue
        name = key.replace("toxicity.", "classifier.") if key.startswith("toxicity.") else key
        if name.endswith("position_embeddings.weight"):
            value = value[:positions]
        state[name] = value.detach().to(torch.float16).contiguous()
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    shape = {k: v for k, v in config.items() if k not in ("toxicity_labels", "name_tags")}
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
