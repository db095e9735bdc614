"""What a list of 100,000 terms costs a text beside a list of 100: a ratio.

``python benchmarks/terms.py [--terms 100000] [--rounds 5]`` looks the same texts up with both lists
(English and Chinese terms, drawn from a seed), English, Chinese and English full of disguises;
rounds of both alternate. Exit code 1 where the long list takes more than twice the time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence

from aigc_guard.checks.terms.lexicon import Entry, Lexicon
from aigc_guard.ordinary import ordinary_words
from aigc_guard.training.guards.attacks import ATTACKS

SEED = 20261129
FEW = 100
FLOOR = 2.0
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]


def terms(count: int, draw: random.Random) -> list[str]:
    """Invented terms: words, pairs of words, and three to six Chinese characters."""
    made = []
    for number in range(count):
        words = ("".join(draw.choices(_LETTERS, k=draw.randint(6, 11))) for _ in range(2))
        chinese = "".join(draw.choices(_HAN, k=draw.randint(3, 6)))
        made.append((next(words), " ".join(words), chinese)[number % 3])
    return made


def texts(draw: random.Random) -> dict[str, str]:
    """A text of each sort, none of which holds a term but by chance."""
    words = draw.choices(sorted(ordinary_words()), k=4000)
    signs = (("".join(draw.choices(_HAN, k=draw.randint(5, 20)))) for _ in range(500))
    change = tuple(ATTACKS.values())
    odd = (draw.choice(change)(word, draw) if len(word) > 3 else word for word in words[:2000])
    return {
        "English": " ".join(words),
        "Chinese": "，".join(signs) + "。",
        "disguised": " ".join(odd),
    }


def seconds(lexicon: Lexicon, text: str) -> float:
    """Processor time of one lookup."""
    began = time.process_time()
    lexicon.hits(text)
    return time.process_time() - began


def compare(ways: Sequence[Lexicon], own: Sequence[str]) -> tuple[float, float]:
    """The median milliseconds of the last two lists, each text new to them.

    The first list only warms what all lists share.
    """
    taken = [[seconds(way, text) for way in ways][1:] for text in own]
    few, many = (1e3 * statistics.median(column) for column in zip(*taken, strict=True))
    return few, many


def main() -> int:
    """Print the table; 1 when the long list slows a text down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--terms", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    draw = random.Random(SEED)
    listed = terms(given.terms, draw)
    began = time.process_time()
    many = Lexicon(Entry("banned", term, guarded=True) for term in listed)
    print(f"{given.terms} terms are made ready once in {time.process_time() - began:.1f} s")
    first, few = (
        Lexicon(Entry("banned", term, guarded=True) for term in listed[at : at + FEW])
        for at in (FEW, 0)
    )
    worst = 0.0
    print(f"{'text':<12}{'characters':>12}{FEW:>10} terms{given.terms:>10} terms{'ratio':>8}")
    drawn = [texts(draw) for _ in range(given.rounds)]
    for name, text in drawn[0].items():
        short, long = compare((first, few, many), [one[name] for one in drawn])
        worst = max(worst, long / short)
        print(f"{name:<12}{len(text):>12}{short:>13.1f} ms{long:>13.1f} ms{long / short:>8.2f}")
    return int(worst > FLOOR)


if __name__ == "__main__":
    sys.exit(main())
