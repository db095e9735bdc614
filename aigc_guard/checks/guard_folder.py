"""Guard encoders on disk: how a verified folder becomes a Detoxify model or a token classifier.

A guard folder holds ``config.json`` (its ``guard`` key names labels, tags and the window length),
``tokenizer.json``/``vocab.txt`` and ``model.safetensors``: a trunk ``bert.*``, the toxicity head
``classifier.*`` and the names head ``names.*``. A wide part (``guard_wide.py``) may lie beside.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard_tokens import Tokens
from aigc_guard.checks.guard_wide import PREFIX, add_wide_part
from aigc_guard.checks.interface import Context
from aigc_guard.errors import ModelError, ModelUnavailable
from aigc_guard.text import unbroken

NAMES_HEAD = "names."
_LOCK = threading.RLock()


def folder_of(context: Context, name: str) -> Path:
    """The verified folder of the model ``name``; raises ModelUnavailable with the mend."""
    if context.model_loader is None:
        raise ModelUnavailable(
            f"no models are installed, {name!r} among them",
            hint="set `models` in aigc_guard.toml to a folder with a models.lock",
        )
    folder: Path = context.model_loader.folder_of(name)
    return folder


def digest_of_models(context: Context, names: tuple[str, ...]) -> str:
    """One digest for the models a measurement depends on, as far as the lock knows them."""
    found = [str(context.models.get(name, {}).get("digest", "")) for name in names if name]
    return "+".join(digest for digest in found if digest)


def read_config(folder: Path) -> dict[str, Any]:
    """``config.json`` of a model folder."""
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder}/config.json can't be read: {type(error).__name__}",
            hint="restore the model folder, or export the model again",
        ) from error
    return config


def detoxify(folder: Path) -> Any:
    """The ``detoxify.Detoxify`` over a verified folder, loaded once per process.

    A folder with a ``.ckpt`` (detoxify's own form, its digest pinned by the lock) is given to
    Detoxify as it is; otherwise the checkpoint is built from safetensors in a private file.
    """
    with _LOCK:
        return _detoxify(folder)


def fresh_detoxify(folder: Path) -> Any:
    """The same, loaded anew: for who changes it."""
    return _detoxify.__wrapped__(folder)


@lru_cache(maxsize=4)
def _detoxify(folder: Path) -> Any:
    _be_quiet()
    try:
        from detoxify import Detoxify
    except ImportError as error:
        raise ModelUnavailable(
            "detoxify is not installed", hint="pip install 'aigc-guard[models]'"
        ) from error
    own = sorted(folder.glob("*.ckpt"))
    if own:
        return Detoxify(checkpoint=str(own[0]), huggingface_config_path=str(folder))
    from aigc_guard.models.weights import load_state

    state = load_state(folder)
    with tempfile.TemporaryDirectory(prefix="aigc-guard-") as private:
        path = Path(private) / "checkpoint.ckpt"
        _write_checkpoint(folder, state, path)
        model = Detoxify(checkpoint=str(path), huggingface_config_path=str(folder))
    add_wide_part(model.model, state, model.class_names, _frame(model.tokenizer))
    return model


def _frame(tokenizer: Any) -> list[int]:
    """The tokens that open, close and fill a row."""
    own = (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id)
    return [number for number in own if number is not None]


def _be_quiet() -> None:
    """No progress bars while weights load: standard error is for people."""
    from importlib import import_module

    import_module("transformers.utils.logging").disable_progress_bar()


def _write_checkpoint(folder: Path, state: dict[str, Any], path: Path) -> None:
    """Detoxify's checkpoint dict: it is unpickled at once, from bytes we have just made."""
    import torch

    config = read_config(folder)
    labels = config.get("id2label", {})
    if not labels or not config.get("architectures"):
        raise ModelError(
            f"{folder}/config.json names no labels or no architecture",
            hint="export the model with id2label and architectures",
        )
    classes = [labels[key] for key in sorted(labels, key=int)]
    own = {k: v for k, v in state.items() if not k.startswith((NAMES_HEAD, PREFIX))}
    arguments = {
        "model_type": str(folder),
        "model_name": config["architectures"][0],
        "tokenizer_name": "AutoTokenizer",
        "num_classes": len(classes),
    }
    settings = {"arch": {"args": arguments}, "dataset": {"args": {"classes": classes}}}
    torch.save({"config": settings, "state_dict": own}, path)


def token_classifier(folder: Path) -> tuple[Any, Any, tuple[str, ...]]:
    """(model, tokenizer, tags) of a folder's names head, or of any token classifier's folder."""
    with _LOCK:
        return _token_classifier(folder)


@lru_cache(maxsize=4)
def _token_classifier(folder: Path) -> tuple[Any, Any, tuple[str, ...]]:
    try:
        from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer
    except ImportError as error:
        raise ModelUnavailable(
            "transformers is not installed", hint="pip install 'aigc-guard[models]'"
        ) from error
    _be_quiet()
    from aigc_guard.models.weights import load_state

    raw = read_config(folder)
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    own = raw.get("guard", {}).get("tags")
    tags = (
        tuple(own) if own else tuple(raw["id2label"][k] for k in sorted(raw["id2label"], key=int))
    )
    config = AutoConfig.from_pretrained(
        str(folder),
        id2label=dict(enumerate(tags)),
        label2id={tag: number for number, tag in enumerate(tags)},
        local_files_only=True,
    )
    state = load_state(folder)
    if own:
        state = {
            key.replace(NAMES_HEAD, "classifier.") if key.startswith(NAMES_HEAD) else key: value
            for key, value in state.items()
            if not key.startswith(("classifier.", "bert.pooler.", PREFIX))
        }
    model = AutoModelForTokenClassification.from_config(config)
    missing = model.load_state_dict(state, strict=False).missing_keys
    if missing:
        raise ModelError(f"{folder}: the weights lack {missing[0]}", hint="export the model again")
    return model.eval(), tokenizer, tags


def count_tokens(tokenizer: Any, texts: Sequence[str]) -> list[int]:
    """Tokens of each text without the special ones, in one call."""
    if not texts:
        return []
    inner: Any = getattr(tokenizer, "backend_tokenizer", None)
    if hasattr(inner, "encode_batch_fast") and inner.truncation is None and inner.padding is None:
        # No places and no copies; what an earlier call asked for would cut or fill the rows.
        return [len(row) for row in inner.encode_batch_fast(list(texts), add_special_tokens=False)]
    rows = tokenizer(
        list(texts), add_special_tokens=False, return_attention_mask=False, verbose=False
    )
    return [len(ids) for ids in rows["input_ids"]]


def sentence_counter(
    texts: Collection[str], tokenizers: Sequence[Any], tokens: Sequence[Mapping[str, Tokens]]
) -> Callable[[str], int]:
    """A measure for ``windows``: the most tokens that any of ``tokenizers`` makes of a part.

    What ``windows`` asks for of ``texts`` is counted beforehand: from their ``tokens``, where a
    tokenizer's are known, else in one call.
    """
    known: dict[str, int] = {}
    for tokenizer, own in zip(tokenizers, tokens, strict=True):
        for part, size in _sizes(texts, tokenizer, own).items():
            known[part] = max(known.get(part, 0), size)

    def measure(part: str) -> int:
        if part not in known:
            known[part] = max(count_tokens(tokenizer, [part])[0] for tokenizer in tokenizers)
        return known[part]

    return measure


def _sizes(texts: Iterable[str], tokenizer: Any, tokens: Mapping[str, Tokens]) -> dict[str, int]:
    """How many tokens ``tokenizer`` makes of each sentence."""
    sizes: dict[str, int] = {}
    rest: list[str] = []
    for text in texts:
        own = tokens.get(text)
        for span in unbroken(text):
            part = text[span.start : span.end]
            range_ = own.within(span) if own and part not in sizes else None
            if range_:
                sizes[part] = range_[1] - range_[0]
            elif part not in sizes:
                rest.append(part)
    rest = list(dict.fromkeys(rest))
    return sizes | dict(zip(rest, count_tokens(tokenizer, rest), strict=True))
