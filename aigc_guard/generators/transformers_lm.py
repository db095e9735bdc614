"""Writers from any local causal LM directory, batched, seeded and held to the brief's values.

The embedded writers are slot-trained: their vocabulary has placeholders. Any other causal LM is
asked with the kind's plain instruction and its text is compared with the brief.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from aigc_guard.errors import GenerationError, ModelUnavailable, said
from aigc_guard.generators.decode import Decoding, Vocabulary
from aigc_guard.generators.free_writing import write_freely
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.plan import PromptFormat, prompt_format
from aigc_guard.generators.runtime import runtime_name
from aigc_guard.generators.slot_writing import LEAST_SCORE, Limits, write_with_slots
from aigc_guard.generators.slots import PLACEHOLDERS
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief, Draft, digest_of, dump

_SETTINGS_VERSION = 2


class TransformersGenerator(Generator):
    """A causal LM in a folder of safetensors, with or without a PEFT adapter beside it."""

    def __init__(
        self, name: str, folder: Path, kinds: Mapping[str, Kind], *, model_digest: str
    ) -> None:
        """Keep where the model lies; it is loaded at the first `write`."""
        self.name = name
        self.folder = folder
        self.kinds = kinds
        self.model_digest = model_digest
        self.settings_digest = digest_of(
            {
                "version": _SETTINGS_VERSION,
                "runtime": runtime_name(folder),
                "kinds": {
                    kind.name: dump(
                        [kind.prompt, kind.decoding, kind.post, kind.facts, sorted(_terms(kind))]
                    )
                    for kind in kinds.values()
                },
            }
        )

    @cached_property
    def loaded(self) -> LoadedModel:
        """The model and its tokenizer; raises ModelUnavailable with the mend."""
        return LoadedModel(self.folder)

    def write(self, briefs: Sequence[Brief], *, seed: int, attempt: int) -> list[Draft]:
        """Write one draft per brief, in order; the whole sequence is one batch of work."""
        written: dict[int, Draft] = {}
        for kind_name in sorted({brief.kind for brief in briefs}):
            if kind_name not in self.kinds:
                raise GenerationError(
                    said(
                        "writer {writer}: no content kind {kind}",
                        writer=self.name,
                        kind=f"{kind_name!r}",
                    ),
                    hint=said("add the folder kinds/{kind}", kind=kind_name),
                )
            places = [i for i, brief in enumerate(briefs) if brief.kind == kind_name]
            group = [briefs[i] for i in places]
            kind = self.kinds[kind_name]
            number = batch_seed(seed, attempt, kind_name, [b.digest for b in group])
            texts = self._texts(kind, prompt_format(kind), group, number, attempt)
            for i, (text, notes) in zip(places, texts, strict=True):
                written[i] = self.draft(
                    briefs[i], text, seed=seed, attempt=attempt, faithful=not notes, notes=notes
                )
        return [written[i] for i in range(len(briefs))]

    def _texts(
        self, kind: Kind, form: PromptFormat, briefs: list[Brief], seed: int, attempt: int
    ) -> list[tuple[str, tuple[str, ...]]]:
        decoding = decoding_of(kind)
        if self.loaded.slot_trained and form.passes:
            return write_with_slots(
                self.loaded,
                kind.name,
                form,
                briefs,
                decoding,
                seed=seed,
                attempt=attempt,
                limits=limits_of(kind),
            )
        return write_freely(self.loaded, form, briefs, decoding, seed=seed)


class LoadedModel:
    """A model on its device with its tokenizer and the vocabulary the decoder needs."""

    def __init__(self, folder: Path) -> None:
        """Load from safetensors only, widened to float32 on a CPU, without the network."""
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise ModelUnavailable(
                said("writing with {folder} needs {error}", folder=folder.name, error=error.name),
                hint=said('install it: pip install "aigc-guard[models]"'),
            ) from None
        options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.float32 if self.device == "cpu" else "auto"
        base, adapter = _base_of(folder)
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(str(base), dtype=dtype, **options)
            if adapter:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, str(folder))
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnavailable(
                said(
                    "{folder} is no usable causal LM ({name})",
                    folder=folder,
                    name=type(error).__name__,
                ),
                hint=said("the folder needs config.json, tokenizer.json and model.safetensors"),
            ) from None
        if self.tokenizer.eos_token_id is None:
            raise ModelUnavailable(
                said("the tokenizer of {folder} names no end token", folder=folder),
                hint=said("set eos_token in its tokenizer_config.json"),
            )
        self.model = model.to(self.device).eval()
        self.context = int(getattr(model.config, "max_position_embeddings", 0) or 512)
        known = self.tokenizer.get_vocab()
        self.slot_trained = all(token in known for token in PLACEHOLDERS)
        end = self.tokenizer.eos_token_id
        pad = self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else end
        marks = tuple(known[t] for t in PLACEHOLDERS) if self.slot_trained else ()
        special = {i for t, i in known.items() if t.startswith("<") and t.endswith(">")}
        digits = {i for t, i in known.items() if any(c.isdigit() for c in t)}
        banned = (special | digits) - set(marks) - {end} if self.slot_trained else set()
        self.vocabulary = Vocabulary(int(pad), int(end), marks, tuple(sorted(banned)))


def _base_of(folder: Path) -> tuple[Path, bool]:
    """Return the folder of the base model, and whether `folder` is an adapter upon it.

    The base lies inside the adapter's folder: only there are its files in the lock and verified.
    """
    import json

    config = folder / "adapter_config.json"
    if not config.is_file():
        return folder, False
    try:
        settings = json.loads(config.read_text("utf-8"))
        named = str(settings["base_model_name_or_path"])
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    base = (folder / named).resolve()
    if not named or not base.is_relative_to(folder.resolve()) or not base.is_dir():
        raise ModelUnavailable(
            said(
                "the adapter in {folder} names a base model that is not inside that folder",
                folder=folder,
            ),
            hint=said(
                "put the base there as `base`, set base_model_name_or_path to it, add it again"
            ),
        )
    return base, True


def decoding_of(kind: Kind) -> Decoding:
    """Read a kind's `[decoding]`; what it does not say stays as it is."""
    known = {name: kind.decoding[name] for name in Decoding.__slots__ if name in kind.decoding}
    return Decoding(**known)


def limits_of(kind: Kind) -> Limits:
    """Read what a kind allows its writer to say of itself."""
    table = kind.decoding
    return Limits(
        terms=_terms(kind),
        leaks=tuple(table.get("leaks", ())),
        belongs={word: tuple(owners) for word, owners in table.get("belongs", {}).items()},
        against={act: tuple(words) for act, words in table.get("against", {}).items()},
        plural_of=str(kind.post.get("plural_of", "")),
        least_score=float(table.get("least_score", LEAST_SCORE)),
    )


def _terms(kind: Kind) -> frozenset[str]:
    """The capitalised words a kind may use of itself: `terms.txt` in its folder, one a line."""
    path = kind.folder / "terms.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(path.read_text(encoding="utf-8").split())


def batch_seed(seed: int, attempt: int, kind: str, digests: Sequence[str]) -> int:
    """Derive one batch's seed from what the batch is; the same batch draws the same numbers."""
    text = "\n".join([str(seed), str(attempt), kind, *digests])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
