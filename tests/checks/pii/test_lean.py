"""The lean way gives what presidio's own engine gives with the same recognizers."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.checks.pii.lean import LeanAnalyzer, _around_at, without_contained
from aigc_guard.checks.pii.recognizers import _recognizers, analyzer, presidio_engine
from aigc_guard.testing.tiny_guard import write_fake_guard
from aigc_guard.training.guards.identifiers import decoys, made

SEED = 20261129
FULL = "AIGC_GUARD_TEST_SOAK" in os.environ
TEXTS = 2_000 if FULL else 150
SIGNS = st.sampled_from([*"0123456789abfxABX.:-/@+() #,%", "192.168.", "::", "GB82", "bc1q"])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[LeanAnalyzer, object]:
    folder: Path = write_fake_guard(tmp_path_factory.mktemp("guard"))
    lean, namer = analyzer(folder, folder)
    return lean, presidio_engine(namer)


def corpus(count: int) -> Iterator[str]:
    """Identifiers of each kind in carrier sentences, numbers that are none, and several at once."""
    draw = random.Random(SEED)
    texts = [text for text, _, _ in made(SEED, each=1 + count // 14)] + list(decoys(SEED, count))
    draw.shuffle(texts)
    for number, text in enumerate(texts[:count]):
        yield text if number % 3 else " ".join([text, draw.choice(texts), draw.choice(texts)])


def by_presidio(engine: object, text: str, language: str) -> list[tuple[str, int, int, float]]:
    results = engine.analyze(text, language=language)  # type: ignore[attr-defined]
    return sorted((one.entity_type, one.start, one.end, one.score) for one in results)


def test_both_find_the_same(both: tuple[LeanAnalyzer, object]) -> None:
    lean, engine = both
    found = 0
    for number, text in enumerate(corpus(TEXTS)):
        expected = by_presidio(engine, text, "zh" if number % 5 == 0 else "en")
        assert sorted(lean.analyze(text)) == expected, f"text {number} of seed {SEED}"
        found += bool(expected)
    assert found > TEXTS * 0.5


@settings(max_examples=2_000 if FULL else 60, deadline=None)
@given(text=st.lists(SIGNS, min_size=1, max_size=40).map("".join))
def test_both_find_the_same_in_heaps_of_signs(both: tuple[LeanAnalyzer, object], text: str) -> None:
    lean, engine = both
    assert sorted(lean.analyze(text)) == by_presidio(engine, text, "en")


def test_every_language_has_the_same_recognizers() -> None:
    kinds = [
        [(type(one).__name__, one.name, tuple(one.supported_entities)) for one in own]
        for own in (_recognizers(code, _NoNames()) for code in ("en", "zh"))  # type: ignore[arg-type]
    ]
    assert kinds[0] == kinds[1]


class _NoNames:
    labels = ("PERSON",)


def test_only_the_labels_that_were_asked_for(both: tuple[LeanAnalyzer, object]) -> None:
    lean, _ = both
    hits = lean.analyze("Write to jo@example.org or (212) 555-0142.", ["EMAIL_ADDRESS"])
    assert {hit[0] for hit in hits} == {"EMAIL_ADDRESS"}


def test_a_hit_inside_a_weaker_one_stays() -> None:
    hits = [
        ("A", 0, 9, 0.4),
        ("A", 2, 5, 0.9),
        ("A", 2, 4, 0.5),
        ("B", 2, 4, 0.1),
        ("A", 1, 3, 0.0),
    ]
    assert without_contained(hits) == [("A", 0, 9, 0.4), ("A", 2, 5, 0.9), ("B", 2, 4, 0.1)]


def test_addresses_are_looked_for_in_stretches_without_a_gap() -> None:
    text = "a@b.org,c@d.org\te@f\n no@ @yes x"
    places = _around_at(text)
    assert [text[start:end] for start, end in places] == ["a@b.org,c@d.org", "e@f", "no@", "@yes"]
    assert _around_at("no sign") == []
    assert _around_at("x@y") == [(0, 3)]
