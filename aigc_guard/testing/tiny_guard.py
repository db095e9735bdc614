"""A guard folder in the shipped form with random weights: for tests of loading and reading."""

from __future__ import annotations

from pathlib import Path

from aigc_guard.errors import ModelUnavailable


class FakeModelLoader:
    """Stands in for ``ModelStore``: a name it knows is a folder, the rest is not installed."""

    def __init__(self, **folders: Path) -> None:
        self._folders = {name.replace("_", "-"): folder for name, folder in folders.items()}

    def folder_of(self, name: str) -> Path:
        """The folder of ``name``; raises ModelUnavailable as the store does."""
        if name not in self._folders:
            raise ModelUnavailable(f"model {name!r} is not in models.lock", hint="models add")
        return self._folders[name]


def write_fake_guard(folder: Path, *, seed: int = 0, window_tokens: int = 48) -> Path:
    """Write a guard with 16 hidden units that reads letters and Chinese characters."""
    import torch

    from aigc_guard.training.guards.chinese import write_vocabulary
    from aigc_guard.training.guards.export import export
    from aigc_guard.training.guards.model import build
    from aigc_guard.training.guards.records import TOXICITY_LABELS

    torch.manual_seed(seed)
    vocabulary = write_vocabulary(["你好世界，这是一个测试句子。.,!?'@-()"] * 3, folder)
    words = len(vocabulary.read_text(encoding="utf-8").splitlines())
    config = {
        "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2,
        "num_hidden_layers": 1, "vocab_size": words, "max_position_embeddings": 160,
        "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 0,
    }  # fmt: skip
    guard = build(config)
    with torch.no_grad():
        for parameter in guard.parameters():
            parameter.mul_(20.0)
    export(guard, config, vocabulary, folder, labels=TOXICITY_LABELS, window_tokens=window_tokens)
    return folder
