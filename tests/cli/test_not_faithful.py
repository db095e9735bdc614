"""A brief with a fact that its kind does not know: the draft waits, and says what it lacks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POLICY = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [marketing], channels: [web], languages: [en]}
rules:
  - {id: true-to-brief, check: provenance, limits: {faithful: true}, action: review, message: No.}
"""
ROW = {
    "id": "tent",
    "kind": "marketing",
    "language": "en",
    "channel": "web",
    "facts": [
        {"name": "product", "value": "Summit Tent"},
        {"name": "category", "value": "tent"},
        {"name": "deposit", "value": "two months of rent"},
    ],
}


def test_review_show_says_what_the_writer_left_out(
    call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGC_GUARD_MODELS", str(ROOT / "models"))
    place = tmp_path / "desk"
    (place / "policies").mkdir(parents=True)
    (place / "briefs").mkdir()
    shutil.copytree(ROOT / "kinds", place / "kinds")
    (place / "aigc_guard.toml").write_text('[writers.marketing]\nen = "writer-en"\n', "utf-8")
    (place / "policies" / "desk.yaml").write_text(POLICY, encoding="utf-8")
    (place / "briefs" / "a.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    assert call("-C", place, "run").code == 1
    waiting = json.loads(call("-C", place, "review", "list", "--format", "json").out)["waiting"]
    draft = waiting[0]["draft"]
    assert "Not faithful to its brief: left out: deposit." in call(
        "-C", place, "review", "show", draft
    ).out  # fmt: skip
    machine = json.loads(call("-C", place, "review", "show", draft, "--format", "json").out)
    assert (machine["faithful"], machine["notes"]) == (False, ["missing:deposit"])
    assert "two months" not in machine["text"]
