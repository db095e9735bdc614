"""An altered quotation is shown with what the brief truly says, by check and by review show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aigc_guard.testing import FakeCheck, FakeRaisingCheck

ROOT = Path(__file__).resolve().parents[2]
QUOTING = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [news], channels: [web], languages: [en]}
rules:
  - {id: true-quotes, check: grounding, limits: {QUOTATION: 0.5}, action: review, message: Not so.}
  - {id: private, check: pii, with: {words: [Quill]}, limits: {word: 0.5}, action: flag, message: P}
"""
SAID = "Then the chair said: “We never promised delivery before the summer to Quill.” He left."
QUOTED = 'The chair said: "We always promised delivery before the summer to Quill."'
TRUE = "We never promised delivery before the summer to [word · 5]"
ROW = {
    "id": "b",
    "kind": "news",
    "language": "en",
    "channel": "web",
    "facts": [{"name": "headline", "value": "delivery"}],
    "sources": [{"title": "H", "text": SAID}],
}


class FakePii(FakeCheck):
    """The word check in the place of the one that looks for personal values."""

    id = "pii"
    labels = ()


class FakeBrokenPii(FakeRaisingCheck):
    """The same, but never measures."""

    id = "pii"


KINDS = pytest.mark.parametrize("kind", [FakePii, FakeBrokenPii])


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """``check`` of a text that quotes its brief wrongly."""
    monkeypatch.setenv("AIGC_GUARD_KINDS", str(ROOT / "kinds"))
    path, text, brief = tmp_path / "desk.yaml", tmp_path / "a.txt", tmp_path / "b.jsonl"
    path.write_text(QUOTING, encoding="utf-8")
    text.write_text(QUOTED, encoding="utf-8")
    brief.write_text(json.dumps(ROW), encoding="utf-8")
    return ("check", text, "--policy", path, "--brief", brief)


@KINDS
def test_check_says_it(kind: type[FakeCheck], asked, call, fake_checks) -> None:
    fake_checks({"pii": kind})
    shown = call(*asked)
    assert "true-quotes" in shown.out, shown.err
    assert "Quill" not in shown.out
    if kind is FakePii:
        line = next(one for one in shown.out.splitlines() if "The brief says" in one)
        assert line == f"    The brief says (source 1): {TRUE}"
    else:
        assert "The true wording is not shown" in shown.out
        assert "never promised" not in shown.out


@KINDS
def test_check_says_it_to_programs(kind: type[FakeCheck], asked, call, fake_checks) -> None:
    fake_checks({"pii": kind})
    shown = call(*asked, "--format", "json")
    assert "Quill" not in shown.out
    findings = json.loads(shown.out)["files"][0]["findings"]
    (own,) = [one for one in findings if one["rule"] == "true-quotes"]
    words = TRUE if kind is FakePii else None
    assert own["true_wording"] == {"in": "source", "number": 1, "words": words}
    assert {one["true_wording"] for one in findings if one is not own} <= {None}


@KINDS
def test_review_show_says_it(kind: type[FakeCheck], call, fake_checks, tmp_path: Path) -> None:
    fake_checks({"pii": kind})
    place = tmp_path / "desk"
    (place / "policies").mkdir(parents=True)
    (place / "briefs").mkdir()
    shutil.copytree(ROOT / "kinds", place / "kinds")
    (place / "aigc_guard.toml").write_text("[limits]\ncheck_seconds = 20\n", encoding="utf-8")
    (place / "policies" / "desk.yaml").write_text(QUOTING, encoding="utf-8")
    row = {**ROW, "text": QUOTED, "origin": {"writer": "a person"}}
    (place / "briefs" / "news.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert call("-C", place, "run").code == (1 if kind is FakePii else 4)
    waiting = json.loads(call("-C", place, "review", "list", "--format", "json").out)["waiting"]
    draft = waiting[0]["draft"]
    shown = call("-C", place, "review", "show", draft)
    machine = call("-C", place, "review", "show", draft, "--format", "json")
    assert "Quill" not in shown.out + machine.out
    (told,) = json.loads(machine.out)["true_wordings"]
    assert QUOTED[told["start"] : told["end"]].startswith("We always")
    if kind is FakePii:
        assert f"The brief says (source 1): {TRUE}" in shown.out
        assert told["words"] == TRUE
    else:
        assert "The true wording is not shown" in shown.out
        assert told["words"] is None
    revealed = call("-C", place, "review", "show", draft, "--reveal")
    assert TRUE.replace("[word · 5]", "Quill") in revealed.out
