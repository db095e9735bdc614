"""Measure a guard as the checks use it, on the splits that no training touched.

``python -m aigc_guard.training.guards.evaluate DATA FOLDER [--language zh]`` prints one JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aigc_guard.checks.pii.names import NamesReader, find_all_names
from aigc_guard.checks.pii.recognizers import analyzer
from aigc_guard.training.guards.attacks import ATTACKS, attack_words
from aigc_guard.training.guards.card import add_facts
from aigc_guard.training.guards.chinese_sources import load_chinese_names, load_chinese_toxic
from aigc_guard.training.guards.figures import (
    accuracy,
    auc,
    f1,
    overlap_counts,
    span_counts,
    with_interval,
)
from aigc_guard.training.guards.identifiers import evaluate_identifiers
from aigc_guard.training.guards.identity import identity
from aigc_guard.training.guards.name_sources import load_names
from aigc_guard.training.guards.reading import read_scores
from aigc_guard.training.guards.records import (
    TOXICITY_LABELS,
    UNKNOWN,
    TaggedText,
    ToxicText,
)
from aigc_guard.training.guards.toxic_sources import load_toxic, obscene_words

NAME_FLOOR = 0.5
_FLOORS = {"wiki", "tweets", "stormfront", "hatemoji", "cold"}


def _sample(records: Sequence[Any], limit: int, seed: int = 1) -> list[Any]:
    rows = list(records)
    random.Random(seed).shuffle(rows)
    return rows[:limit]


def by_source(
    folder: Path,
    records: Sequence[ToxicText],
    limit: int,
    *,
    chinese: bool = False,
    labels: Sequence[str] = TOXICITY_LABELS,
    split: str = "test",
) -> dict[str, Any]:
    """AUC with interval per source and label, and accuracy at 0.5 of the maximum."""
    out: dict[str, Any] = {}
    sources = sorted({r.source for r in records if r.split == split} - {"templates", "drafts"})
    for source in sources:
        cap = limit if source in _FLOORS else limit // 2
        rows = _sample([r for r in records if r.source == source and r.split == split], cap)
        scores = read_scores(folder, [r.text for r in rows], chinese=chinese)
        found: dict[str, Any] = {}
        for column, label in enumerate(labels):
            known = [i for i, r in enumerate(rows) if r.targets[column] != UNKNOWN]
            truth = [rows[i].targets[column] >= 0.5 for i in known]
            if not any(truth) or all(truth):
                continue
            said = [scores[i].get(label, 0.0) for i in known]
            found[label] = with_interval(auc, said, truth)
        known = [i for i, r in enumerate(rows) if r.targets[0] != UNKNOWN]
        truth = [rows[i].targets[0] >= 0.5 for i in known]
        said = [max(scores[i].values(), default=0.0) for i in known]
        if any(truth) and not all(truth):
            found["accuracy_at_half"] = with_interval(accuracy, said, truth, draws=100)
        out[source] = found
    return out


def under_attack(
    folder: Path, records: Sequence[ToxicText], data: Path, limit: int, split: str = "test"
) -> dict[str, Any]:
    """Recall at 0.5 of the maximum on toxic texts with strong words, plain and disguised."""
    strong = obscene_words(data)
    rows = [
        r for r in records
        if r.split == split and r.source in ("wiki", "tweets", "civil") and r.targets[0] >= 0.5
        and len(r.text) < 400 and strong.search(r.text.lower())
    ]  # fmt: skip
    rows = _sample(rows, limit)
    words = re.compile(strong.pattern, re.IGNORECASE)

    def recall(texts: list[str]) -> float:
        scores = read_scores(folder, texts)
        return round(sum(max(s.values(), default=0.0) >= 0.5 for s in scores) / len(scores), 4)

    plain = recall([r.text for r in rows])
    out: dict[str, Any] = {"plain": plain, "n": len(rows), "lost_points": {}}
    for name in ATTACKS:
        rng = random.Random(f"attack:{name}")
        attacked = recall([attack_words(r.text, words, rng, name) for r in rows])
        out["lost_points"][name] = round(100 * (plain - attacked), 2)
    return out


ASIDE = "all, unmarked aside"
"""Key of a source's figures without what is found where a name may stand that it has not marked."""


def names(
    folder: Path,
    records: Sequence[TaggedText],
    limit: int,
    language: str = "en",
    split: str = "test",
) -> dict[str, Any]:
    """Exact-span F1 per source and label, and whether values are touched at all."""
    readers = {language: NamesReader.load(folder)}
    out: dict[str, Any] = {}
    for source in sorted({r.source for r in records if r.split == split}):
        rows = _sample([r for r in records if r.source == source and r.split == split], limit)
        labels = sorted({label for r in rows for _, _, label in r.spans})
        exact = {label: [0, 0, 0] for label in (*labels, "all", ASIDE)}
        touched = [0, 0, 0, 0]
        read = find_all_names([row.text for row in rows], readers)
        for row, own in zip(rows, read, strict=True):
            found = [
                (n.start, n.end, n.label) for n in own
                if n.score >= NAME_FLOOR and n.label in labels and n.label not in row.unsure
            ]  # fmt: skip
            true = [s for s in row.spans if s[2] not in row.unsure]
            for label in labels:
                counts = span_counts(
                    [s for s in found if s[2] == label], [s for s in true if s[2] == label]
                )
                exact[label] = [a + b for a, b in zip(exact[label], counts, strict=True)]
            for key, said in (("all", found), (ASIDE, without_unmarked(found, row))):
                counts = span_counts(said, true)
                exact[key] = [a + b for a, b in zip(exact[key], counts, strict=True)]
            touched = [a + b for a, b in zip(touched, overlap_counts(found, true), strict=True)]
        if not any(row.unmarked for row in rows):
            del exact[ASIDE]
        out[source] = {label: f1(*counts) for label, counts in exact.items() if counts[2]}
        said_count, found_count, reached, true_count = touched
        out[source]["touched"] = {
            "precision": round(said_count / max(1, found_count), 4),
            "recall": round(reached / max(1, true_count), 4),
        }
    return out


def without_unmarked(
    found: Sequence[tuple[int, int, str]], row: TaggedText
) -> list[tuple[int, int, str]]:
    """``found`` without what lies on an unmarked place and on no true name."""

    def on(one: tuple[int, int, str], places: Sequence[tuple[int, int]]) -> bool:
        return any(one[0] < end and start < one[1] for start, end in places)

    true = [(start, end) for start, end, _ in row.spans]
    return [one for one in found if on(one, true) or not on(one, row.unmarked)]


def main(argv: list[str]) -> None:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the data")
    parser.add_argument("folder", type=Path, help="folder of the exported guard")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--limit", type=int, default=1500, help="texts per source at most")
    parser.add_argument("--parts", default="sources,attacks,identity,names,identifiers")
    parser.add_argument("--split", choices=("test", "dev"), default="test")
    parser.add_argument("--card", action="store_true", help="put the figures into model_card.json")
    given = parser.parse_args(argv)
    parts = given.parts.split(",")
    out: dict[str, Any] = {}
    if given.language == "zh":
        toxic = load_chinese_toxic(given.data)
        out["toxicity"] = by_source(
            given.folder, toxic, given.limit, chinese=True, labels=("toxicity", "identity_attack")
        )
        out["names"] = names(given.folder, load_chinese_names(given.data), given.limit, "zh")
    else:
        records = load_toxic(given.data)
        if "sources" in parts:
            out["toxicity"] = by_source(given.folder, records, given.limit, split=given.split)
        if "attacks" in parts:
            limit = min(400, given.limit)
            out["attacks"] = under_attack(given.folder, records, given.data, limit, given.split)
        if "identity" in parts:
            out["identity"] = identity(given.folder, records, given.limit)
        if "names" in parts:
            out["names"] = names(
                given.folder, load_names(given.data), given.limit, split=given.split
            )
        if "identifiers" in parts:
            lean, _ = analyzer(given.folder, None)
            out["identifiers"] = evaluate_identifiers(lean, given.data, limit=given.limit)
    print(json.dumps(out, indent=1))
    if given.card:
        known = json.loads((given.folder / "model_card.json").read_text(encoding="utf-8"))
        add_facts(given.folder, {"figures": {**known.get("figures", {}), **out}})


if __name__ == "__main__":
    main(sys.argv[1:])
