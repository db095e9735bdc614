"""Names of people, places, organisations and addresses, by a token classifier, in any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard import guard_of, has_names_head, names_of, window_of
from aigc_guard.checks.guard_folder import token_classifier
from aigc_guard.checks.guard_windows import guard_windows
from aigc_guard.checks.pii.capitals import (
    bears_capitals,
    keeps_to_capitals,
    lacks_capitals,
    uses_capitals,
    without_a_capital,
)
from aigc_guard.checks.pii.extent import Marked, extents, is_written_as, joined, label_of
from aigc_guard.checks.tagging import Name, join_tags, labels_of
from aigc_guard.errors import CheckError
from aigc_guard.records import Span
from aigc_guard.text import fold

__all__ = ["Name", "NamesReader", "find_all_names", "find_names", "join_tags"]

_BATCH = 32
_HAVE_CAPITALS = frozenset({"LOCATION", "ORGANIZATION"})
"""People are named in small letters often enough, in whatever text."""
ReadNames = Callable[[Sequence[str]], Sequence["tuple[Name, ...] | None"]]


class NamesReader:
    """Names in windows that are read whole: by a guard's second head, or any token classifier.

    ``read_names`` gives the names of each text, and None for a text beyond ``window`` tokens.
    """

    def __init__(
        self, read_names: ReadNames, tokenizer: Any, labels: Sequence[str], window: int
    ) -> None:
        self._read_names, self.tokenizer = read_names, tokenizer
        self.labels, self.window = tuple(labels), window

    @classmethod
    def load(cls, folder: Path) -> NamesReader:
        """The reader over a verified folder (a guard's, or any token classifier's)."""
        if has_names_head(folder):
            guard = guard_of(folder)

            def read_names(texts: Sequence[str]) -> list[tuple[Name, ...] | None]:
                return [one.names if one else None for one in guard.read(texts)]

            return cls(read_names, guard.tokenizer, guard.name_labels, guard.window)
        return cls.of_classifier(folder)

    @classmethod
    def of_classifier(cls, folder: Path) -> NamesReader:
        """The reader over a token classifier that is loaded for names alone."""
        model, tokenizer, tags = token_classifier(folder)

        def read_names(texts: Sequence[str]) -> list[tuple[Name, ...] | None]:
            found: list[tuple[Name, ...] | None] = [None] * len(texts)
            order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
            for at in range(0, len(order), _BATCH):
                chosen = order[at : at + _BATCH]
                rows = _classify([texts[number] for number in chosen], model, tokenizer, tags)
                for number, row in zip(chosen, rows, strict=True):
                    found[number] = row
            return found

        return cls(read_names, tokenizer, labels_of(tags), window_of(folder))

    def read(self, texts: Sequence[str]) -> Iterator[tuple[int, Name]]:
        """(number of the text, name with offsets into it); raises CheckError for one too long."""
        for number, names in enumerate(self._read_names(texts)):
            if names is None:
                raise CheckError("pii", "a window did not fit the names model")
            for name in names:
                yield number, name


def _classify(
    texts: list[str], model: Any, tokenizer: Any, tags: Sequence[str]
) -> list[tuple[Name, ...]]:
    import torch

    encoded = tokenizer(
        texts, padding=True, truncation=False, return_offsets_mapping=True, return_tensors="pt"
    )
    offsets = encoded.pop("offset_mapping").tolist()
    with torch.inference_mode():
        return names_of(texts, offsets, model(**encoded).logits, tags)


def find_names(text: str, readers: Mapping[str, NamesReader]) -> list[Name]:
    """All names of one text; see ``find_all_names``."""
    return find_all_names([text], readers)[0]


def find_all_names(texts: Sequence[str], readers: Mapping[str, NamesReader]) -> list[list[Name]]:
    """All names of each text, each window read by the reader of its script (or by both).

    The windows of all texts go through a reader together, shortest first. Offsets are into the
    texts as given; the readers see them folded.
    """
    folded = [fold(text) for text in texts]
    whole = [one.text for one in folded]
    cut = [
        (number, span, languages)
        for number, own in enumerate(guard_windows(whole, readers.__getitem__, readers))
        for span, languages in own
    ]
    best: list[dict[Marked, float]] = [{} for _ in texts]
    maybe: list[dict[Marked, float]] = [{} for _ in texts]
    dress = [(uses_capitals(text), keeps_to_capitals(text)) for text in texts]
    for language, reader in readers.items():
        parts = [(n, s, folded[n].text[s.start : s.end]) for n, s, who in cut if language in who]
        for index, name in reader.read([part for _, _, part in parts]):
            number, window, _ = parts[index]
            place = folded[number].to_original(window.start + name.start, window.start + name.end)
            for part in extents(name.label, texts[number], place):
                if not is_written_as(name.label, texts[number], part):
                    continue
                score = _by_capitals(name, texts[number], part, *dress[number])
                label = label_of(name.label, texts[number][part.start : part.end])
                into = maybe[number] if name.if_capital else best[number]
                key = (part.start, part.end, label)
                if score is not None:
                    into[key] = max(into.get(key, 0.0), score)
    return [
        _joined(text, _with_capitals(found, more))
        for text, found, more in zip(texts, best, maybe, strict=True)
    ]


def _by_capitals(name: Name, text: str, part: Span, uses: bool, keeps: bool) -> float | None:
    """The score of ``part`` as its capitals leave it; None where it needs one and has none.

    ``uses`` and ``keeps`` say how far the text itself does.
    """
    if name.if_capital:
        return name.score if uses and bears_capitals(text, part) else None
    if keeps and name.label in _HAVE_CAPITALS and lacks_capitals(text, part):
        return without_a_capital(name.score)
    return name.score


def _with_capitals(
    found: Mapping[Marked, float], more: Mapping[Marked, float]
) -> dict[Marked, float]:
    """``found`` and those of ``more`` that touch none of it, or hold all that they touch.

    What is held speaks for the whole, so that a name which was sure never falls below a limit.
    """
    out = dict(found)
    for (start, end, label), score in more.items():
        touched = [key for key in found if key[0] < end and start < key[1]]
        if all(label == key[2] and start <= key[0] and key[1] <= end for key in touched):
            out[start, end, label] = max(score, *(out.pop(key, 0.0) for key in touched), 0.0)
    return out


def _joined(text: str, found: Mapping[Marked, float]) -> list[Name]:
    """The names as they stand, parts of one in one; the surest part speaks for it."""
    return [
        Name(label, start, end, max(s for (a, b, _), s in found.items() if start <= a and b <= end))
        for start, end, label in joined(text, found)
    ]
