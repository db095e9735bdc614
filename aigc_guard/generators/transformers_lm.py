"""Writers from any local causal LM directory, batched, seeded and held to the brief's values.

The embedded writers are slot-trained: their vocabulary has placeholders. Any other causal LM is
asked with the kind's plain instruction and its text is compared with the brief.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from aigc_guard.errors import GenerationError, ModelUnavailable, said
from aigc_guard.generators.adapters import TOKENS, base_of, tokens_folder, with_adapter
from aigc_guard.generators.decode import Decoding, Vocabulary
from aigc_guard.generators.free_writing import WHOLE_TEXT, write_freely
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.generators.runtime import runtime_name
from aigc_guard.generators.slot_writing import LEAST_SCORE, VARIETY, Limits, write_with_slots
from aigc_guard.generators.slots import PLACEHOLDERS
from aigc_guard.generators.watermark.scheme import Asked, Watermark
from aigc_guard.kinds import Kind
from aigc_guard.records import Brief, Draft, digest_of, dump

_SETTINGS_VERSION = 6


def _nobody_asks(_brief: Brief) -> Asked | None:
    """No policy asks for a watermark."""
    return None


class TransformersGenerator(Generator):
    """A causal LM in a folder of safetensors, with or without a PEFT adapter beside it."""

    def __init__(
        self,
        name: str,
        folder: Path,
        kinds: Mapping[str, Kind],
        *,
        model_digest: str,
        watermark_for: Callable[[Brief], Asked | None] = _nobody_asks,
    ) -> None:
        """Keep where the model lies; it is loaded at the first `write`."""
        self._watermark_for = watermark_for
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
            texts = self._texts(kind, group, number, attempt)
            for i, (text, notes) in zip(places, texts, strict=True):
                written[i] = self.draft(
                    briefs[i], text, seed=seed, attempt=attempt, faithful=not notes, notes=notes
                )
        return [written[i] for i in range(len(briefs))]

    def settings_for(self, brief: Brief) -> str:
        """The watermark is part of a draft's identity where the draft bears one."""
        mark = self._marked(brief)
        if mark is None:
            return self.settings_digest
        return digest_of([self.settings_digest, mark.settings_digest])

    def mark_of(self, brief: Brief) -> Mapping[str, str]:
        """The key of the watermark that the brief's drafts bear, or why they bear none."""
        asked = self._watermark_for(brief)
        if asked is None:
            return {}
        if not self._is_free(self.kinds[brief.kind]):
            return {"without": "slots"}
        if asked.min_tokens > self._room(self.kinds[brief.kind]):
            return {"without": "short"}
        return {"key": asked.watermark.key_id}

    def may_mark(self) -> bool:
        """Whether it writes freely for some kind."""
        return any(self._is_free(kind) for kind in self.kinds.values())

    def tokens_of(self, text: str) -> Sequence[int]:
        """The token ids of a finished text; loads the tokenizer alone."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    @cached_property
    def _tokenizer(self) -> Any:
        return tokenizer_in(self.folder)

    @cached_property
    def _has_slots(self) -> bool:
        """As the tokenizer's files say: the answer is part of an identity, before any loading."""
        files = [tokens_folder(self.folder) / name for name in TOKENS]
        text = "".join(file.read_text("utf-8") for file in files if file.is_file())
        return all(f'"{token}"' in text for token in PLACEHOLDERS)

    def _is_free(self, kind: Kind) -> bool:
        return not (self._has_slots and prompt_format(kind).passes)

    @staticmethod
    def _room(kind: Kind) -> int:
        return max(WHOLE_TEXT, decoding_of(kind).max_new_tokens)

    def _marked(self, brief: Brief) -> Watermark | None:
        asked = self._watermark_for(brief)
        return asked.watermark if asked and "key" in self.mark_of(brief) else None

    def _texts(
        self, kind: Kind, briefs: list[Brief], seed: int, attempt: int
    ) -> list[tuple[str, tuple[str, ...]]]:
        decoding, form = decoding_of(kind), prompt_format(kind)
        if not self._is_free(kind):
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
        texts: dict[int, tuple[str, tuple[str, ...]]] = {}
        marks = [self._marked(brief) for brief in briefs]
        for mark in dict.fromkeys(marks):
            places = [i for i, one in enumerate(marks) if one == mark]
            how = replace(decoding, watermark=mark)
            same = [briefs[i] for i in places]
            drawn = write_freely(self.loaded, form, same, how, seed=seed)
            texts |= dict(zip(places, drawn, strict=True))
        return [texts[i] for i in range(len(briefs))]


class LoadedModel:
    """A model on its device with its tokenizer and the vocabulary the decoder needs."""

    def __init__(self, folder: Path) -> None:
        """Load from safetensors only, widened to float32 on a CPU, without the network."""
        try:
            import torch
            from transformers import AutoModelForCausalLM
        except ImportError as error:
            raise ModelUnavailable(
                said("writing with {folder} needs {error}", folder=folder.name, error=error.name),
                hint=said('install it: pip install "aigc-guard[models]"'),
            ) from None
        options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.float32 if self.device == "cpu" else "auto"
        base, adapter = base_of(folder)
        no_bars_in_logs()
        try:
            self.tokenizer = tokenizer_in(folder)
            model = AutoModelForCausalLM.from_pretrained(str(base), dtype=dtype, **options)
            if adapter:
                model = with_adapter(model, folder)
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


def no_bars_in_logs() -> None:
    """Progress bars while weights load are for somebody who waits at a terminal."""
    from importlib import import_module

    if not sys.stderr.isatty():
        import_module("transformers.utils.logging").disable_progress_bar()


def tokenizer_in(folder: Path) -> Any:
    """A model folder's tokenizer, without the network."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(tokens_folder(folder)), local_files_only=True)


def decoding_of(kind: Kind) -> Decoding:
    """Read a kind's `[decoding]`; what it does not say stays as it is."""
    own = [name for name in Decoding.__slots__ if name != "watermark"]
    known = {name: kind.decoding[name] for name in own if name in kind.decoding}
    return Decoding(**known)


def limits_of(kind: Kind) -> Limits:
    """Read what a kind allows its writer to say of itself."""
    table = kind.decoding
    return Limits(
        terms=_terms(kind),
        leaks=tuple(table.get("leaks", ())),
        belongs={word: tuple(owners) for word, owners in table.get("belongs", {}).items()},
        misplaced={slot: tuple(words) for slot, words in table.get("misplaced", {}).items()},
        closes=tuple(table.get("closes", ())),
        against={act: tuple(words) for act, words in table.get("against", {}).items()},
        least_score=float(table.get("least_score", LEAST_SCORE)),
        variety=float(table.get("variety", VARIETY)),
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
