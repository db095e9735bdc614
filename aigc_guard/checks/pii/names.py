"""Names of people, places, organisations and addresses, by a token classifier, in any length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aigc_guard.checks.guard_folder import read_config, sentence_counter, token_classifier
from aigc_guard.errors import CheckError
from aigc_guard.records import Span
from aigc_guard.text import fold, windows

_BATCH = 32
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]{2}")
_CHINESE_PLACE = re.compile(
    "[路街巷弄村镇乡道里园苑区][^，。；]*[0-9一二三四五六七八九十〇零０-９]|号楼?|号院|单元|室$|[0-9]栋"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name: original offsets, and the mean probability of its tokens."""

    label: str
    start: int
    end: int
    score: float


class NamesReader:
    """A token classifier over windows that it reads whole."""

    def __init__(self, model: Any, tokenizer: Any, tags: Sequence[str], window: int) -> None:
        self._model, self.tokenizer, self._tags = model, tokenizer, tuple(tags)
        self.window = window
        self.labels = tuple(sorted({tag.split("-", 1)[-1] for tag in tags if tag != "O"}))

    @classmethod
    def load(cls, folder: Path) -> NamesReader:
        """The reader over a verified folder (a guard's, or any token classifier's)."""
        model, tokenizer, tags = token_classifier(folder)
        config = read_config(folder)
        longest = int(config.get("max_position_embeddings", 512)) - 2
        window = int(config.get("guard", {}).get("window_tokens", min(256, longest)))
        return cls(model, tokenizer, tags, min(window, longest) - 2)

    def read(self, texts: Sequence[str]) -> Iterator[tuple[int, Name]]:
        """(number of the text, name with offsets into it); raises CheckError on a bad score."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            yield from self._read_batch([texts[number] for number in chosen], chosen)

    def _read_batch(self, texts: list[str], numbers: list[int]) -> Iterator[tuple[int, Name]]:
        import torch

        encoded = self.tokenizer(
            texts, padding=True, truncation=False, return_offsets_mapping=True, return_tensors="pt"
        )
        offsets = encoded.pop("offset_mapping").tolist()
        with torch.inference_mode():
            chances = torch.softmax(self._model(**encoded).logits.float(), dim=-1)
        if not bool(torch.isfinite(chances).all()):
            raise CheckError("pii", "the names model answered a score that is not a number")
        tops = chances.max(dim=-1)
        for row, number in enumerate(numbers):
            tags = [self._tags[i] for i in tops.indices[row].tolist()]
            for name in join_tags(texts[row], offsets[row], tags, tops.values[row].tolist()):
                yield number, name


def join_tags(
    text: str, offsets: Sequence[Sequence[int]], tags: Sequence[str], scores: Sequence[float]
) -> Iterator[Name]:
    """Names from token tags: the pieces of one word go with its first piece."""
    label, start, end, found = "", 0, 0, [0.0]
    for (a, b), tag, score in zip(offsets, tags, scores, strict=True):
        if a == b:
            continue
        inner = label and end == a and _inside_a_word(text, a)
        if label and (inner or tag == f"I-{label}" or tag == label):
            end = b
            found.append(score)
            continue
        if label:
            yield Name(label, start, end, sum(found) / len(found))
        label = tag.split("-", 1)[-1] if tag != "O" else ""
        start, end, found = a, b, [score]
    if label:
        yield Name(label, start, end, sum(found) / len(found))


def _inside_a_word(text: str, at: int) -> bool:
    """Whether ``at`` lies between two letters or digits of one word (Chinese has no such words)."""
    return (
        text[at - 1].isalnum() and text[at].isalnum() and not _CHINESE.search(text[at - 1 : at + 1])
    )


def find_names(text: str, readers: Mapping[str, NamesReader]) -> list[Name]:
    """All names of one text; see ``find_all_names``."""
    return find_all_names([text], readers)[0]


def find_all_names(texts: Sequence[str], readers: Mapping[str, NamesReader]) -> list[list[Name]]:
    """All names of each text, each window read by the reader of its script (or by both).

    The windows of all texts go through a reader together, shortest first. Offsets are into the
    texts as given; the readers see them folded.
    """
    folded = [fold(text) for text in texts]
    limit = min(reader.window for reader in readers.values())
    tokenizers = [reader.tokenizer for reader in readers.values()]
    spans = [
        (number, span)
        for number, one in enumerate(folded)
        for span in windows(one.text, limit, sentence_counter(one.text, tokenizers))
    ]
    best: list[dict[tuple[int, int, str], float]] = [{} for _ in texts]
    for language, reader in readers.items():
        parts = [(n, s, folded[n].text[s.start : s.end]) for n, s in spans]
        parts = [part for part in parts if _reads(language, part[2], readers)]
        for index, name in reader.read([part for _, _, part in parts]):
            number, window, _ = parts[index]
            place = folded[number].to_original(window.start + name.start, window.start + name.end)
            place = _whole(texts[number], place)
            value = texts[number][place.start : place.end]
            if len(value) < 2 or not any(char.isalnum() for char in value):
                continue  # one character alone names nobody
            if not _is_written_as(name.label, texts[number], place):
                continue
            key = (place.start, place.end, _label(name.label, value))
            best[number][key] = max(best[number].get(key, 0.0), name.score)
    return [
        [Name(label, start, end, score) for (start, end, label), score in sorted(found.items())]
        for found in best
    ]


def _is_written_as(label: str, text: str, place: Span) -> bool:
    """Whether the original spelling allows the label: the reader sees folded, lower-case text.

    An address in a text that uses capitals has one ("212 otters" has none); a Chinese one names a
    kind of place. Only addresses are held to this: names in careless writing often lack capitals.
    """
    part = text[place.start : place.end]
    if label != "ADDRESS":
        return True
    if _CHINESE.search(part):
        return bool(_CHINESE_PLACE.search(part))
    return any(char.isupper() for char in part) or text == text.lower()


def _label(label: str, value: str) -> str:
    """What has no number is a place, not the address of somebody."""
    if label == "ADDRESS" and not any(char.isdigit() for char in value):
        return "LOCATION"
    return label


def _reads(language: str, part: str, readers: Mapping[str, NamesReader]) -> bool:
    chinese = bool(_CHINESE.search(part))
    if language == "zh":
        return chinese
    return bool(_LATIN.search(part)) or not chinese or "zh" not in readers


def _whole(text: str, span: Span) -> Span:
    """``span`` without white space and stray signs at its ends."""
    part = text[span.start : span.end]
    left = len(part) - len(part.lstrip(" \t\n,;:、，。"))
    right = len(part) - len(part.rstrip(" \t\n,;:、，。"))
    return Span(span.start + left, max(span.start + left, span.end - right))
