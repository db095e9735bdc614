"""``check`` and ``measure``: the shapes and exit codes other programs rely on."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from aigc_guard.testing import FakeCheck, FakeRaisingCheck

POLICY = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [news], channels: [web], languages: [en], jurisdictions: [EU]}
rules:
  - id: no-insult
    check: words
    with: {words: [insult], label: insult}
    limits: {insult: 0.5}
    action: block
    message: {en: "An insult.", zh: "侮辱性词语。"}
  - id: note-rumour
    check: words
    with: {words: [rumour], label: rumour}
    limits: {rumour: 0.5}
    action: flag
    message: {en: "A rumour.", zh: "传闻。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""


class FakeWords(FakeCheck):
    """Finds words under the label its settings name."""

    id = "words"
    labels = ()


class FakeBrokenWords(FakeRaisingCheck):
    """The same, but never measures."""

    id = "words"
    labels = ()


@pytest.fixture
def policy(tmp_path: Path, fake_checks) -> Path:
    fake_checks({"words": FakeWords})
    path = tmp_path / "desk.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return path


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


def test_offsets_are_those_of_the_file(call, policy: Path, tmp_path: Path) -> None:
    text = "🙂\r\n中文 " * 2000 + "a rumour and an insult."
    file = write(tmp_path / "a.md", text)
    result = call("check", file, "--policy", policy, "--format", "json")
    assert result.code == 1
    judged = json.loads(result.out)["files"][0]
    assert judged["file"] == str(file)
    assert judged["outcome"] == "block"
    assert judged["policy"] == "desk"
    assert judged["coverage"] == 1.0
    found = {finding["rule"]: finding for finding in judged["findings"]}
    assert set(found) == {"no-insult", "note-rumour"}
    for rule, words in (("no-insult", "insult"), ("note-rumour", "rumour")):
        assert text[found[rule]["start"] : found[rule]["end"]] == words
        assert {"check", "rule", "label", "score", "start", "end", "message"} <= set(found[rule])


def test_clean_files_exit_0_and_text_output_names_places(
    call, policy: Path, tmp_path: Path
) -> None:
    clean = write(tmp_path / "clean.txt", "All well.")
    assert call("check", clean, "--policy", policy).code == 0
    bad = write(tmp_path / "bad.txt", "One.\nTwo insult")
    both = call("check", clean, bad, "--policy", policy)
    assert both.code == 1
    assert "bad.txt: block (desk)" in both.out
    assert "2:5  block  no-insult  An insult." in both.out


def test_a_check_that_cannot_run_wins(call, fake_checks, policy: Path, tmp_path: Path) -> None:
    fake_checks({"words": FakeBrokenWords})
    result = call(
        "check", write(tmp_path / "a.txt", "insult"), "--policy", policy, "--format", "json"
    )
    assert result.code == 4
    assert json.loads(result.out)["files"][0]["outcome"] == "review"


def test_a_broken_policy_exits_3_and_missing_files_2(call, policy: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", "x")
    policy.write_text("policy: desk\n")
    assert call("check", file, "--policy", policy).code == 3
    assert call("check", file).code == 2
    policy.write_text(POLICY)
    missing = call("check", tmp_path / "none.txt", "--policy", policy)
    assert missing.code == 2
    assert "can't be read" in missing.err
    (tmp_path / "latin.txt").write_bytes(b"one\ncaf\xe9")
    latin = call("check", tmp_path / "latin.txt", "--policy", policy)
    assert latin.code == 2
    assert "latin.txt:2: is not UTF-8" in latin.err


def test_origin_comes_from_front_matter_and_options(policy: Path, tmp_path: Path) -> None:
    from aigc_guard.cli.finished import brief_for, wanted_of
    from aigc_guard.config import load_config
    from aigc_guard.pipeline import project as projects
    from aigc_guard.policy import load_policy

    project = projects.open_project(load_config(tmp_path, {}, required=False))
    chosen = load_policy(policy, project.checks)
    text = "---\norigin:\n  writer: desk-model\n  licence: MIT\n---\nBody\n"
    wanted = wanted_of("", "", "", ["US"], ["licence: Apache-2.0"])
    brief = brief_for(project, "a.md", text, chosen, wanted, None)
    assert brief.origin == {"writer": "desk-model", "licence": "Apache-2.0"}
    assert brief.text == text
    assert (brief.kind, brief.channel, brief.language) == ("news", "web", "en")
    assert brief.jurisdictions == ("US",)
    plain = brief_for(project, "a.md", "---\n: : [\n---\n", chosen, wanted, None)
    assert plain.origin == {"licence": "Apache-2.0"}


def test_measure_answers_each_line(call, tmp_path: Path) -> None:
    lines = [{"id": "a", "text": "We thank the source."}, {"id": 2, "text": "", "language": "zh"}]
    texts = write(tmp_path / "t.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    result = call("measure", texts, "--checks", "provenance", "--batch-size", "1")
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2]
    report = answers[0]["reports"]["provenance"]
    assert {"status", "coverage", "scores", "findings"} <= set(report)


def test_measure_reads_stdin_and_names_the_broken_line(
    call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = b'{"id": "a", "text": "x"}\n{"id": "b"}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    result = call("measure", "-", "--checks", "provenance")
    assert result.code == 2
    assert "-:2: this line lacks an id or a text" in result.err
    assert len(result.out.splitlines()) == 1
    texts = write(tmp_path / "t.jsonl", "")
    unknown = call("measure", texts, "--checks", "toxicty")
    assert unknown.code == 2
    assert "did you mean `toxicity`?" in unknown.err
