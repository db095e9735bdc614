"""How well the words that a finding names are those that people marked.

The spans of SemEval-2021 task 5 (its test split). Some of these comments' labels were trained on,
none of their spans; how a word is chosen was settled on the train split.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aigc_guard.checks.causes import FLAGGED, read_places
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.toxicity import ToxicityCheck, ToxicitySettings
from aigc_guard.records import CheckReport, Span, sha256_text
from aigc_guard.training.guards.records import read_lines

SPANS = "tox_civil_spans/semeval2021.jsonl.gz"
DRAWS = 200


class _Folder:
    """The measured guard, under the only name that is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def folder_of(self, _name: str) -> Path:
        return self.folder


def cause_figures(folder: Path, data: Path, limit: int) -> Mapping[str, Any]:
    """Mean character F1 (0-1) of the named words and of whole sentences, with 95 % intervals."""
    rows = [row for row in read_lines(data, SPANS) if row["split"] == "test" and row["toxic_chars"]]
    random.Random(4).shuffle(rows)
    rows = rows[:limit]
    context = Context(model_loader=_Folder(folder))
    check = ToxicityCheck(ToxicitySettings.model_validate({"model_zh": ""}))
    subjects = [Subject(row["text"], sha256_text(row["text"])) for row in rows]
    reports = check.measure(subjects, context)
    pairs = [(set(row["toxic_chars"]), report) for row, report in zip(rows, reports, strict=True)]
    flagged = [(truth, report) for truth, report in pairs if _sentences(report)]
    return {
        "texts": len(rows),
        "flagged": len(flagged),
        "words": _mean([_f1(_named(report), truth) for truth, report in flagged]),
        "sentences": _mean([_f1(_characters(_sentences(r)), truth) for truth, r in flagged]),
    }


def _sentences(report: CheckReport) -> list[Span]:
    return [Span(f.start, f.end) for f in report.findings if f.score >= FLAGGED]


def _named(report: CheckReport) -> set[int]:
    """Characters of the named words; of the whole sentence where it names none."""
    found: set[int] = set()
    for one in report.findings:
        if one.score >= FLAGGED:
            found |= _characters(read_places(one.detail) or [Span(one.start, one.end)])
    return found


def _characters(places: list[Span]) -> set[int]:
    return {at for place in places for at in range(place.start, place.end)}


def _f1(said: set[int], truth: set[int]) -> float:
    return 2 * len(said & truth) / (len(said) + len(truth)) if said or truth else 1.0


def _mean(values: list[float]) -> dict[str, float]:
    rng = random.Random(0)
    size = len(values) or 1
    drawn = sorted(sum(rng.choices(values, k=size)) / size for _ in range(DRAWS)) if values else [0]
    return {
        "value": sum(values) / size,
        "low": drawn[int(len(drawn) * 0.025)],
        "high": drawn[int(len(drawn) * 0.975) - 1],
    }
