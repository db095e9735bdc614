"""A guard read once for all who ask: one way through its trunk answers toxicity and names.

Checks that run side by side over one batch ask for the same windows. Whoever comes first has them
read; the other finds the answers. What is kept is bounded and holds digests, scores and places,
never text.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from aigc_guard.checks.guard_folder import fresh_detoxify, read_config
from aigc_guard.checks.guard_rows import Prepared, Rows
from aigc_guard.checks.guard_thread import in_own_thread
from aigc_guard.checks.guard_trunk import make_lean
from aigc_guard.checks.tagging import Name, join_tags, labels_of
from aigc_guard.errors import ModelError
from aigc_guard.records import sha256_text

MOST_ROWS = 128
MOST_TOKENS = 3072
"""Tokens of one pass, padding included: enough to keep the machine busy, few enough for caches."""
CAPITAL_ODDS = 2.0
"""What a capital inside a sentence adds to the log odds of a name; chosen on the dev split, where 5
of the documents' 504 people are missed instead of 14, at .7 points of precision."""
KEPT = 32_768
"""Windows whose answers are kept, about half a kilobyte each."""
_LOCK = threading.RLock()


class Reader(Protocol):
    """What windows are cut for: a tokenizer, and how many of its tokens are read at once."""

    @property
    def tokenizer(self) -> Any: ...

    @property
    def window(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pass says of a window: 0-1 per toxicity label, and names with places in it."""

    scores: Mapping[str, float]
    names: tuple[Name, ...]


class Guard:
    """A Detoxify over a verified folder, with the names head of the same trunk where it has one.

    ``window`` is how many tokens it reads at once, special ones not counted. Detoxify's own
    ``predict`` reads; what its trunk gave on the way is handed to the names head.
    """

    def __init__(self, model: Any, window: int, names: NamesHead | None) -> None:
        self.model, self.window = model, window
        self.tokenizer = model.tokenizer
        self._prepared = model.tokenizer = Prepared(model.tokenizer)
        self.name_labels = names.labels if names else ()
        self._names = names
        self._framing = self.tokenizer.num_special_tokens_to_add()
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._lock = threading.Lock()
        self._states: Any = None
        self.passes = 0
        if names:
            model.model.base_model.register_forward_hook(self._keep_states)

    def read(self, texts: Sequence[str]) -> list[Reading | None]:
        """One reading per text, in order; None for one that is longer than the window.

        Shortest first, so that padding costs little. Equal calls form equal passes, whoever else
        asks at the same time. Raises ModelError when a score is not a number.
        """
        found = self._known(dict.fromkeys(texts))
        own = [text for text in dict.fromkeys(texts) if text not in found]
        rows = Rows(self.tokenizer, own, places=self._names is not None)
        sizes, most = rows.sizes(), self.window + self._framing
        fitting = sorted((t for t in own if sizes[t] <= most), key=lambda t: (sizes[t], t))
        for part in _parts(fitting, sizes):
            found.update(self._read_part(part, rows))
        return [found.get(text) for text in texts]

    def _known(self, texts: Iterable[str]) -> dict[str, Reading]:
        """What was read of ``texts`` before: of all of them, or of none.

        A part of a call would make other passes, and with them other last digits.
        """
        found: dict[str, Reading] = {}
        with self._lock:
            for text in texts:
                key = sha256_text(text)
                if key not in self._kept:
                    return {}
                found[text] = self._kept[key]
                self._kept.move_to_end(key)
        return found

    def forget(self) -> None:
        """Drop all kept answers (a benchmark reads the same texts again and again)."""
        with self._lock:
            self._kept.clear()

    def _read_part(self, texts: list[str], rows: Rows) -> dict[str, Reading]:
        keys = {text: sha256_text(text) for text in texts}
        with self._lock:
            found = {text: self._kept[key] for text, key in keys.items() if key in self._kept}
            missing = [text for text in texts if text not in found]
            if missing:
                read = in_own_thread(partial(self._pass, missing, rows))
                found |= zip(missing, read, strict=True)
            for text, key in keys.items():
                self._kept[key] = found[text]
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _pass(self, texts: list[str], rows: Rows) -> list[Reading]:
        """Read ``texts`` together, in one pass through the trunk."""
        import torch

        self.passes += 1
        with torch.inference_mode():
            self._prepared.rows = rows
            try:
                columns = self.model.predict(texts)
            finally:
                self._prepared.rows = None
            states, self._states = self._states, None
            names = self._names.read(texts, rows, states) if self._names else [()]
        if len(texts) == 1:
            columns = {label: [score] for label, score in columns.items()}
        said = [{label: float(columns[label][i]) for label in columns} for i in range(len(texts))]
        if not all(math.isfinite(score) for one in said for score in one.values()):
            raise not_a_number()
        if not self._names:
            return [Reading(one, ()) for one in said]
        return [Reading(one, own) for one, own in zip(said, names, strict=True)]

    def _keep_states(self, _module: Any, _inputs: Any, output: Any) -> None:
        self._states = output[0]


class NamesHead:
    """The token head of a guard: a linear map from the trunk's states to tags."""

    def __init__(self, weight: Any, bias: Any, tags: Sequence[str]) -> None:
        self._weight, self._bias, self._tags = weight, bias, tuple(tags)
        self.labels = labels_of(tags)

    def read(self, texts: list[str], rows: Rows, states: Any) -> list[tuple[Name, ...]]:
        """Names of each text from (texts, tokens, width) states of the trunk."""
        import torch

        logits = torch.nn.functional.linear(
            states, self._weight.to(states.device), self._bias.to(states.device)
        )
        return names_of(texts, rows.places(texts, logits.shape[1]), logits, self._tags)


def names_of(
    texts: Sequence[str], offsets: Sequence[Any], logits: Any, tags: Sequence[str]
) -> list[tuple[Name, ...]]:
    """Names of each text from (texts, tokens, tags) logits; the likeliest tag of a token counts.

    People who are found only when no name is held less likely follow, as ``if_capital``. Raises
    ModelError when a score is not a number.
    """
    logits = logits.float()
    first = _likeliest(logits)
    found = [_names(*row, tags) for row in zip(texts, offsets, *first, strict=True)]
    if "O" not in tags:
        return found
    odds = logits.new_zeros(logits.shape[-1])
    odds[list(tags).index("O")] = CAPITAL_ODDS
    second = _likeliest(logits - odds)
    for at, (numbers, scores) in enumerate(zip(*second, strict=True)):
        if numbers != first[0][at]:
            others = _names(texts[at], offsets[at], numbers, scores, tags)
            found[at] = (*found[at], *_only_if_capital(found[at], others))
    return found


def _likeliest(logits: Any) -> tuple[list[list[int]], list[list[float]]]:
    """Number and chance of the likeliest tag of each token; raises as ``names_of``."""
    import torch

    chances = torch.softmax(logits, dim=-1)
    if not bool(torch.isfinite(chances).all()):
        raise not_a_number()
    tops = chances.max(dim=-1)
    return tops.indices.tolist(), tops.values.tolist()


def _names(
    text: str, places: Any, numbers: Sequence[int], scores: Sequence[float], tags: Sequence[str]
) -> tuple[Name, ...]:
    return tuple(join_tags(text, places, [tags[number] for number in numbers], scores))


def _only_if_capital(found: Sequence[Name], others: Sequence[Name]) -> Iterator[Name]:
    known = {(one.label, one.start, one.end) for one in found}
    for one in others:
        if one.label == "PERSON" and (one.label, one.start, one.end) not in known:
            yield replace(one, if_capital=True)


def not_a_number() -> ModelError:
    """The error for scores that can't be believed."""
    return ModelError(
        "the guard answered a score that is not a number",
        hint="restore the model folder: aigc-guard models verify",
    )


def guard_of(folder: Path) -> Guard:
    """The guard over a verified folder, loaded once per process for all checks."""
    with _LOCK:
        return _guard_of(folder)


@lru_cache(maxsize=4)
def _guard_of(folder: Path) -> Guard:
    return in_own_thread(partial(_load, folder))  # OpenMP's team is for the thread that loads, too


def _load(folder: Path) -> Guard:
    model = fresh_detoxify(folder)
    make_lean(model.model)
    return Guard(model, window_of(folder), _names_head(folder))


def window_of(folder: Path) -> int:
    """How many tokens a model reads at once, special ones not counted."""
    config = read_config(folder)
    longest = int(config.get("max_position_embeddings", 512)) - 2
    return min(int(config.get("guard", {}).get("window_tokens", min(256, longest))), longest) - 2


def has_names_head(folder: Path) -> bool:
    """Whether the folder is a guard of two heads, not some other model."""
    return bool(read_config(folder).get("guard", {}).get("tags"))


def _names_head(folder: Path) -> NamesHead | None:
    if not has_names_head(folder):
        return None
    from aigc_guard.models.weights import load_state

    state = load_state(folder)
    if "names.weight" not in state or "names.bias" not in state:
        raise ModelError(f"{folder}: the weights lack names.weight", hint="export the model again")
    tags = read_config(folder)["guard"]["tags"]
    return NamesHead(state["names.weight"], state["names.bias"], tags)


def _parts(texts: Sequence[str], sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Runs of ``texts`` (shortest first) that one pass takes."""
    part: list[str] = []
    for text in texts:
        if part and (len(part) == MOST_ROWS or (len(part) + 1) * sizes[text] > MOST_TOKENS):
            yield part
            part = []
        part.append(text)
    if part:
        yield part
