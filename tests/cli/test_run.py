"""From briefs to releases on the command line: run, report, review, release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aigc_guard.testing import FakeCheck, FakeRaisingCheck

ROOT = Path(__file__).resolve().parents[2]
SECRET = "hunter2secret"
POLICY = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
defaults:
  replace:
    en: {secret: "[secret]"}
rules:
  - id: no-insult
    check: words
    with: {words: [insult], label: insult}
    limits: {insult: 0.5}
    action: block
    message: {en: "An insult.", zh: "侮辱性词语。"}
  - id: look-at-rumour
    check: words
    with: {words: [rumour], label: rumour}
    limits: {rumour: 0.5}
    action: review
    message: {en: "A rumour.", zh: "传闻。"}
  - id: hide-secret
    check: words
    with: {words: [hunter2secret], label: secret}
    limits: {labels: [secret]}
    action: redact
    message: {en: "A secret.", zh: "机密。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""
TEXTS = {
    "calm": "The bridge opens on Monday.",
    "secret": f"The code is {SECRET}, they said.",
    "rumour": "There is a rumour about the bridge.",
    "insult": "This is an insult.",
}


class FakeWords(FakeCheck):
    """Finds words under the label its settings name."""

    id = "words"
    labels = ()


class FakeBrokenWords(FakeRaisingCheck):
    """The same, but never measures."""

    id = "words"
    labels = ()


@pytest.fixture
def folder(tmp_path: Path, fake_checks) -> Path:
    """A project folder with one policy and supplied texts for every outcome, and a bad row."""
    fake_checks({"words": FakeWords})
    place = tmp_path / "desk"
    (place / "policies").mkdir(parents=True)
    (place / "briefs").mkdir()
    shutil.copytree(ROOT / "kinds", place / "kinds")
    (place / "aigc_guard.toml").write_text("[limits]\ncheck_seconds = 20\n", encoding="utf-8")
    (place / "policies" / "desk.yaml").write_text(POLICY, encoding="utf-8")
    rows = [
        {
            "id": name,
            "kind": "news",
            "language": "en",
            "channel": "web",
            "facts": [{"name": "headline", "value": "Bridge opens"}],
            "text": text,
            "origin": {"writer": "a person"},
        }
        for name, text in TEXTS.items()
    ]
    rows.append({**rows[0], "id": "bad", "language": "xx"})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (place / "briefs" / "news.jsonl").write_text(lines, encoding="utf-8")
    return place


def test_from_briefs_to_releases(call, folder: Path) -> None:
    first = call("-C", folder, "run", "--format", "json")
    assert first.code == 1, first.err
    data = json.loads(first.out)
    assert data["outcomes"] == {"release": 1, "redact": 1, "review": 1, "block": 1}
    assert len(data["quarantined"]) >= 1
    html = Path(data["report"])
    assert html.is_file()
    states = {draft["brief"]: draft for draft in data["drafts"]}
    assert states["calm"]["state"] == "released"
    assert states["secret"]["state"] == "released"
    assert (html.parent / states["calm"]["folder"] / "release.aigc.json").is_file()
    published = {path.parent.name for path in (folder / "outbox").glob("*/release.aigc.json")}
    assert len(published) == 2

    again = call("-C", folder, "run")
    assert again.code == 1
    assert "Already released before: 2." in again.err
    assert {p.parent.name for p in (folder / "outbox").glob("*/release.aigc.json")} == published
    assert "Report: " in call("-C", folder, "report").out
    shown = call("-C", folder, "report", "--format", "json")
    assert json.loads(shown.out)["run"] == data["run"]

    waiting = json.loads(call("-C", folder, "review", "list", "--format", "json").out)["waiting"]
    assert [item["brief"] for item in waiting] == ["rumour"]
    held = waiting[0]["draft"]
    assert "look-at-rumour" in call("-C", folder, "review", "show", held[:8]).out
    words = ("--by", "Ada", "--reason", "checked with the city")
    other = call("-C", folder, "review", "approve", held[:8], *words, "--sha256", "0000")
    assert other.code == 2
    assert "is not the text you read" in other.err
    assert call("-C", folder, "review", "approve", held[:8], *words).code == 0
    done = call("-C", folder, "release")
    assert done.code == 0
    assert held in done.out
    assert len(list((folder / "outbox").glob("*/release.aigc.json"))) == 3
    assert call("-C", folder, "release").out == ""
    refused = call("-C", folder, "review", "reject", held, *words)
    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_texts_stay_out_of_what_is_printed(call, folder: Path) -> None:
    for words in (("run",), ("run", "--format", "json"), ("report",), ("review", "list")):
        result = call("-C", folder, *words)
        assert SECRET not in result.out + result.err
    # Nobody looked for personal values under this policy, so no text is shown.
    waiting = json.loads(call("-C", folder, "review", "list", "--format", "json").out)["waiting"]
    masked = call("-C", folder, "review", "show", waiting[0]["draft"])
    assert TEXTS["rumour"] not in masked.out
    revealed = call("-C", folder, "review", "show", waiting[0]["draft"], "--reveal")
    assert TEXTS["rumour"] in revealed.out


def test_out_and_seed(call, folder: Path, tmp_path: Path) -> None:
    result = call("-C", folder, "run", folder / "briefs", "--out", tmp_path / "o")
    assert result.code == 1
    assert (tmp_path / "o" / "outbox").is_dir()
    assert list((tmp_path / "o" / "reports").glob("*/report.html"))
    assert list((tmp_path / "o" / "quarantine").glob("*.csv"))
    assert not (folder / "outbox").exists()


def test_data_docs_lie_with_their_own_run(call, folder: Path, tmp_path: Path) -> None:
    first = json.loads(call("-C", folder, "run", "--format", "json").out)
    docs = Path(first["report"]).parent / first["docs"]
    before = docs.read_bytes()
    more = folder / "briefs" / "news.jsonl"
    row = json.loads(more.read_text(encoding="utf-8").splitlines()[0])
    more.write_text(json.dumps({**row, "id": "alone"}) + "\n", encoding="utf-8")
    second = json.loads(call("-C", folder, "run", "--format", "json").out)
    assert second["run"] != first["run"]
    other = Path(second["report"]).parent / second["docs"]
    assert other.read_bytes() != docs.read_bytes() == before
    assert sorted(path.name for path in (folder / "reports").iterdir()) == sorted(
        (first["run"], second["run"])
    )
    copied = call("-C", folder, "report", first["run"], "--copy", tmp_path / "mail", "--docs")
    assert str(tmp_path / "mail" / "report.html") in copied.out
    assert (tmp_path / "mail" / "intake" / "index.html").read_bytes() == before


def test_a_check_that_cannot_run_exits_4(call, folder: Path, fake_checks) -> None:
    fake_checks({"words": FakeBrokenWords})
    result = call("-C", folder, "run", "--format", "json")
    assert result.code == 4
    assert json.loads(result.out)["outcomes"]["review"] == 4
    assert not (folder / "outbox").exists() or not list((folder / "outbox").glob("*/release*"))
    draft = json.loads(call("-C", folder, "review", "list", "--format", "json").out)["waiting"][0]
    assert draft["unverified"] is True
    words = ("--by", "Ada", "--reason", "fine")
    refused = call("-C", folder, "review", "approve", draft["draft"], *words)
    assert refused.code == 2
    assert "can't be approved" in refused.err


def test_a_broken_policy_or_brief_file_is_one_message(call, folder: Path) -> None:
    (folder / "policies" / "desk.yaml").write_text("policy: desk\n")
    broken = call("-C", folder, "run")
    assert broken.code == 3
    assert "desk.yaml" in broken.err
    (folder / "policies" / "desk.yaml").write_text(POLICY)
    missing = call("-C", folder, "run", folder / "none.csv")
    assert missing.code == 2
    assert "Traceback" not in missing.err
    assert call("-C", folder, "report").code == 2


def test_messages_come_in_chinese(call, folder: Path) -> None:
    (folder / "aigc_guard.toml").write_text('language = "zh"\n', encoding="utf-8")
    result = call("-C", folder, "run")
    assert "报告：" in result.out
    assert "有稿件等待人工审核" in result.err
