"""ViGGO: slot error by a rule-based aligner, whose own error on people's texts stands beside it.

ViGGO's attributes are read, not copied, so the same aligner chooses among the candidates: a text
that it finds complete is preferred, as a kind's faithfulness rules prefer a faithful one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aigc_guard.generators.decode import Decoding
from aigc_guard.generators.post import MARK, realise
from aigc_guard.generators.transformers_lm import LoadedModel
from aigc_guard.training.writers import pairs_d2t, viggo_aligner
from aigc_guard.training.writers.bench_writing import Case, agreed, write_cases
from aigc_guard.training.writers.sources import read_records


def viggo(
    loaded: LoadedModel, data: Path, decoding: Decoding, split: str = "test"
) -> dict[str, Any]:
    """Return ViGGO's slot error on a split beside the aligner's error on people's texts."""
    records = [r for r in read_records(data / "d2t_viggo" / "data.jsonl.gz") if r["split"] == split]
    cases = [
        Case("data", r["act"].replace("_", " "), tuple(pairs_d2t.viggo_slots(r))) for r in records
    ]
    written = write_cases(loaded, cases, decoding)
    distinct: dict[str, tuple[Case, str]] = {}
    human = human_items = 0
    for case, record in zip(cases, records, strict=True):
        human += len(viggo_aligner.missing_attributes(case.slots, record["text"]))
        human_items += viggo_aligner.count_items(case.slots)
        identity = case.prompt + "|".join(s.value for s in case.slots)
        if identity not in distinct:
            distinct[identity] = (case, agreed(written[case.prompt], _counting(case)))
    wrong = Counter(e for c, t in distinct.values() for e in viggo_errors(c, t))
    items = sum(viggo_aligner.count_items(c.slots) for c, _ in distinct.values())
    return {
        "acts": len(distinct),
        "items": items,
        "slot_error": round(wrong.total() / items, 5),
        "wrong": dict(wrong.most_common()),
        "aligner_error_on_people": round(human / human_items, 5),
    }


def viggo_errors(case: Case, pattern: str) -> list[str]:
    """Name what a pattern misses, repeats and adds."""
    wrong = viggo_aligner.missing_attributes(case.slots, realise(pattern, case.slots))
    counts = Counter(MARK.findall(pattern))
    wrong += ["repeated"] * sum(max(0, n - 1) for n in counts.values())
    wrong += ["invented"] * len(
        viggo_aligner.invented_attributes(case.slots, MARK.sub(" ", pattern))
    )
    return wrong


def _counting(case: Case) -> Callable[[str], int]:
    return lambda pattern: len(viggo_errors(case, pattern))
