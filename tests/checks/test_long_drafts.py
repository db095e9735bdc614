"""A very long draft is read to its last sentence, and memory does not grow with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_MORE = 400_000
"""Kilobytes that reading ten times as much may take beyond what models and libraries take."""
SCRIPT = """
import json, resource, sys
from pathlib import Path
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.pii import PiiCheck
from aigc_guard.checks.runner import measure_all
from aigc_guard.checks.terms import TermsCheck
from aigc_guard.checks.terms.settings import TermsSettings
from aigc_guard.checks.toxicity import ToxicityCheck
from aigc_guard.models import ModelStore
from aigc_guard.records import sha256_text

store = ModelStore(Path(sys.argv[1]))
context = Context(models=store.facts(), model_loader=store)
words = "the council met and the plan for a library was read aloud by one of the clerks".split()
last = "You are a stupid idiot, so write to mia@example.org for a guaranteed miracle cure."
for length in (20_000, 200_000):
    parts, size, number = [], 0, 0
    while size < length - len(last):
        number += 1
        turn = number % len(words)
        parts.append(" ".join([*words[turn:], *words[:turn], f"in room {number}."]).capitalize())
        size += len(parts[-1]) + 1
    text = " ".join([*parts, last])
    subject = Subject(text, sha256_text(text))
    checks = [ToxicityCheck(), PiiCheck(), TermsCheck(TermsSettings(banned=("miracle cure",)))]
    measured = measure_all([(check, [subject]) for check in checks], context, seconds=280)
    print(json.dumps({
        "length": len(text),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "reports": {
            one.check.id: {
                "status": one.reports[0].status.value,
                "coverage": [[s.start, s.end] for s in one.reports[0].coverage],
                "found": [[f.label, text[f.start:f.end]] for f in one.reports[0].findings
                          if f.score >= 0.5 and f.start >= len(text) - len(last)],
            }
            for one in measured
        },
    }))
"""


@pytest.mark.models
@pytest.mark.soak(cases=1)
def test_the_last_sentence_of_200_000_characters_in_flat_memory() -> None:
    pytest.importorskip("resource", reason="peak memory is read from the system (not on Windows)")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "models")],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    short, long = (json.loads(line) for line in done.stdout.splitlines())
    assert long["length"] >= 200_000
    for read in (short, long):
        for report in read["reports"].values():
            assert report["status"] == "ok"
            assert report["coverage"] == [[0, read["length"]]]
        found = {check: report["found"] for check, report in read["reports"].items()}
        assert "insult" in {label for label, _ in found["toxicity"]}
        assert ["EMAIL_ADDRESS", "mia@example.org"] in found["pii"]
        assert "miracle cure" in {value for _, value in found["terms"]}
    assert long["peak"] - short["peak"] <= MOST_MORE
