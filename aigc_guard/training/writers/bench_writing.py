"""Writing for the benchmarks: candidates of every act, of which the best agreed one is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aigc_guard.generators.consensus import agreement
from aigc_guard.generators.decode import Decoding, Request, sample
from aigc_guard.generators.linearise import Slot, prompt_of
from aigc_guard.generators.slot_writing import pattern_text
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers.pairs_d2t import PLURAL_MARK

Drawn = tuple[str, float, bool]
"""A candidate's pattern, mean log-probability, and whether it came to its end."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to write: its slots in the order of the prompt."""

    kind: str
    act: str
    slots: tuple[Slot, ...]

    @property
    def prompt(self) -> str:
        """The linear form."""
        return prompt_of(self.kind, self.act, self.slots)


def write_cases(
    loaded: LoadedModel, cases: Sequence[Case], decoding: Decoding, seed: int = 1
) -> dict[str, list[tuple[str, float, bool]]]:
    """Sample the candidates of every distinct prompt: pattern, score, finished."""
    distinct = {case.prompt: case for case in cases}
    marks = loaded.vocabulary.placeholders
    free = replace(loaded.vocabulary, banned=_always_banned(loaded))
    requests = []
    for prompt, case in distinct.items():
        copied = sum(s.copied for s in case.slots)
        again = frozenset(
            marks[i]
            for i, s in enumerate([s for s in case.slots if s.copied])
            if case.kind == "legal" and s.name.startswith("party")
        )
        ids = tuple(loaded.tokenizer.encode(prompt, add_special_tokens=False))
        requests.append(Request(ids, marks[:copied], again))
    drawn = sample(loaded.model, requests, free, decoding, seed)
    return {
        prompt: [
            (pattern_text(loaded.tokenizer, c.ids, case.slots), c.score, c.finished)
            for c in candidates
        ]
        for (prompt, case), candidates in zip(distinct.items(), drawn, strict=True)
    }


def _always_banned(loaded: LoadedModel) -> tuple[int, ...]:
    """Control tokens only: ViGGO's and RNNLG's texts may hold figures and the plural mark."""
    known = loaded.tokenizer.get_vocab()
    marks = set(loaded.vocabulary.placeholders)
    keep = {known[PLURAL_MARK], loaded.vocabulary.end}
    return tuple(
        i for t, i in known.items()
        if t.startswith("<") and t.endswith(">") and i not in marks and i not in keep
    )  # fmt: skip


def agreed(candidates: Sequence[Drawn], errors: Callable[[str], int]) -> str:
    """Return the pattern with the fewest errors; among equals the one most like the others.

    The same choice as a shipped draft's (`slot_writing.ranked`), with the benchmark's own count
    of slot errors in the place of the kinds' rules.
    """
    counted = [errors(pattern) + (not finished) for pattern, _, finished in candidates]
    equals = [c[0] for c, n in zip(candidates, counted, strict=True) if n == min(counted)]
    told = agreement(equals)
    return equals[max(range(len(equals)), key=lambda i: told[i])]
