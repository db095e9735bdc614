"""Chinese words from a word list: what the encoder learns beside its tasks, and lists of names.

The list is ``dict.txt`` of the PyPI package jieba 0.42.1 (MIT), taken as data: a word, how often it
was seen, and its class, one a line. Sentences are split into the most probable words; where words
begin, and of which class they are, is taught beside the names, which a small treebank teaches
poorly. Nothing of it ships but what the weights have learnt.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aigc_guard.errors import DigestMismatch
from aigc_guard.training.guards.chinese_people import SURNAMES
from aigc_guard.training.guards.model import IGNORED

if TYPE_CHECKING:
    import torch

WORDS_SHA256 = "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8"
CLASSES = ("nr", "nrt", "ns", "nt", "nz", "n", "v", "a", "m", "t", "d", "r", "other")
"""Word classes as the list names them: people, transliterated names, places, institutions, …"""
INSIDE = 0
WORD_TAGS = 1 + len(CLASSES)
"""``INSIDE`` a word, or the class of the word that begins here."""
_LONGEST = 8
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_PLACE_END = tuple("省市区县州乡镇村山河湖江岛海湾路街桥港岭峡洲寺国")
_INSTITUTION_END = tuple("部局会院校社党团司行队报馆所学厂台处署军")


class WordList:
    """Words with their log probability and class; splits text by the best path through them."""

    def __init__(self, words: Mapping[str, tuple[int, str]]) -> None:
        self._total = math.log(max(1, sum(count for count, _ in words.values())))
        places = {name: number + 1 for number, name in enumerate(CLASSES)}
        places["nrfg"] = places["nr"]
        self._words: dict[str, tuple[float, int]] = {}
        for word, (count, kind) in words.items():
            if len(word) <= _LONGEST:
                place = places.get(kind) or places.get(kind[:1]) or len(CLASSES)
                self._words[word] = (math.log(max(1, count)), place)
        self._starts = {w[:n] for w in self._words for n in range(1, len(w) + 1)}

    @classmethod
    def load(cls, path: Path) -> WordList:
        """Read the pinned list; raises DigestMismatch for any other file."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest != WORDS_SHA256:
            raise DigestMismatch(
                f"{path} has sha256 {digest}, not {WORDS_SHA256}",
                hint="pip download --no-deps jieba==0.42.1, unpack, give its jieba/dict.txt",
            )
        rows = (line.split() for line in content.decode("utf-8").splitlines())
        return cls({row[0]: (int(row[1]), row[2]) for row in rows if len(row) == 3})

    def tags(self, chars: Sequence[str]) -> list[int]:
        """One tag per character (of one or more letters each): ``INSIDE``, or a word's class."""
        text, size = "".join(char[:1] or "?" for char in chars), len(chars)
        best, step = [0.0] * (size + 1), [1] * size
        for at in range(size - 1, -1, -1):
            best[at] = best[at + 1] - self._total
            for end in range(at + 1, min(size, at + _LONGEST) + 1):
                part = text[at:end]
                if part not in self._starts:
                    break
                if known := self._words.get(part):
                    score = known[0] - self._total + best[end]
                    if score > best[at] or (end == at + 1 and score >= best[at]):
                        best[at], step[at] = score, end - at
        out, at = [INSIDE] * size, 0
        while at < size:
            known = self._words.get(text[at : at + step[at]])
            out[at] = known[1] if known else len(CLASSES)
            at += step[at]
        return out

    def names(self) -> dict[str, list[str]]:
        """Listed names by label, only those whose form agrees with their class: the list has noise.

        People are a common surname with two more characters, places and institutions end as such.
        """
        people, sounds, places, institutions = (CLASSES.index(c) + 1 for c in CLASSES[:4])
        out: dict[str, list[str]] = {"PERSON": [], "LOCATION": [], "ORGANIZATION": []}
        for word, (count, kind) in self._words.items():
            if not _CHINESE.fullmatch(word):
                continue
            surnamed = kind == people and len(word) == 3 and word[0] in SURNAMES
            sounded = kind == sounds and 3 <= len(word) <= 5 and count >= math.log(3)
            if surnamed or sounded:
                out["PERSON"].append(word)
            elif kind == places and (word.endswith(_PLACE_END) or (len(word) < 4 and count > 3)):
                out["LOCATION"].append(word)
            elif kind == institutions and len(word) > 2 and word.endswith(_INSTITUTION_END):
                out["ORGANIZATION"].append(word)
        return out


class WordTagger:
    """Word tags of a batch of token ids of a tokenizer that reads by characters."""

    def __init__(self, words: WordList, vocabulary: Mapping[str, int]) -> None:
        self._words = words
        self._chars = {number: token.removeprefix("##") for token, number in vocabulary.items()}
        self._special = {n for token, n in vocabulary.items() if token in ("[CLS]", "[SEP]")}

    def tags(
        self, ids: torch.Tensor, mask: torch.Tensor, names: torch.Tensor | None = None
    ) -> torch.Tensor:
        """(batch, tokens) tags; IGNORED for special tokens, padding, and inside marked names."""
        import torch

        out = torch.full_like(ids, IGNORED)
        for row, (numbers, used) in enumerate(zip(ids.tolist(), mask.tolist(), strict=True)):
            places = [at for at, n in enumerate(numbers) if used[at] and n not in self._special]
            chars = [self._chars[numbers[at]] for at in places]
            out[row, places] = torch.tensor(self._words.tags(chars), dtype=out.dtype)
        return out if names is None else out.masked_fill(names > 0, IGNORED)
