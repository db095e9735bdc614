"""Mutated policies: a sound policy or one clear error, never a traceback."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import PolicyError
from aigc_guard.policy import parse_policy

SOUND = (Path(__file__).parents[1] / "data/policies/sound.yaml").read_text(encoding="utf-8")
MUTATIONS = 20_000  # in make soak
SNIPPETS = [
    "", " ", "\n", "\t", ":", "- ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "!x ", "|", ">", "#",
    "%", "@", "`", "~", "null", "true", "-1", "1e400", ".nan", "0x", "99999999999999999999", "? ",
    "---", "...", "<<: ", "2026-11-23", "🙂", "\x00", "\u2028", "\ud7ff", "辱骂", "en", "rules:",
    "limits: ", "policy", "a" * 300,
]  # fmt: skip


def mutated(chance: random.Random) -> str:
    text = SOUND
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            end = min(len(text), start + chance.randint(0, 12))
            text = text[:start] + chance.choice(SNIPPETS) + text[end:]
        elif kind == 1:
            lines = text.split("\n")
            chance.shuffle(lines) if chance.random() < 0.1 else lines.pop(
                chance.randrange(len(lines))
            )
            text = "\n".join(lines)
        elif kind == 2:
            lines = text.split("\n")
            at = chance.randrange(len(lines))
            lines[at] = " " * chance.randint(0, 8) + lines[at].lstrip()
            text = "\n".join(lines)
        else:
            at = chance.randrange(len(text) + 1)
            end = min(len(text), at + chance.randint(1, 60))
            text = text[:start] + text[at:end] + text[start:]
    return text


def _try(seed: int, types: Mapping[str, type[Check]]) -> bool:
    """Whether the mutated policy is sound; its error, if any, has a place and a mend."""
    caught: PolicyError | None = None
    try:
        parse_policy(mutated(random.Random(seed)), types)
    except PolicyError as error:
        caught = error
    if caught is not None:
        assert None not in (caught.line, caught.column)
        assert caught.message
        assert caught.hint
    return caught is None


def test_no_mutation_ends_in_a_traceback(types: Mapping[str, type[Check]]) -> None:
    sound = [_try(seed, types) for seed in range(150)]
    assert 0 < sum(sound) < 150  # the mutations reach both sides


@pytest.mark.parametrize("opened", ["- ", "? ", "-\t"])
def test_lists_within_lists_never_end_the_process(opened: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy("rules: \n" + opened * 20_000 + "a")


@pytest.mark.soak(cases=MUTATIONS, seed=f"0 to {MUTATIONS - 1}")
def test_no_mutation_ends_in_a_traceback_at_length(types: Mapping[str, type[Check]]) -> None:
    for seed in range(MUTATIONS):
        _try(seed, types)
