"""The toxicity check reads everything, in one offset space, and fails closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.checks.interface import Context, Subject
from aigc_guard.checks.runner import measure_batch
from aigc_guard.checks.toxicity import ToxicityCheck, ToxicitySettings
from aigc_guard.errors import ModelUnavailable
from aigc_guard.records import Span, Status, sha256_text
from aigc_guard.testing.tiny_guard import FakeModelLoader, write_fake_guard


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = write_fake_guard(tmp_path_factory.mktemp("guard"))
    return Context(model_loader=FakeModelLoader(guard_en=folder, guard_zh=folder))


def subject(text: str) -> Subject:
    return Subject(text, sha256_text(text))


TEXTS = [
    "",
    "One sentence.",
    "🎉🎉 你好，世界！ Hello there. " * 40,
    "x" * 700,
    "\u200b\u200b",
    "12345 67890.\n" * 30,
    "\n\n  A line.\u200b \n",
]


def test_the_whole_text_is_covered_whatever_it_is(context: Context) -> None:
    reports = ToxicityCheck(ToxicitySettings(floor=0.0)).measure(
        [subject(t) for t in TEXTS], context
    )
    for text, report in zip(TEXTS, reports, strict=True):
        assert report.status is Status.OK
        assert report.coverage == ((Span(0, len(text)),) if text else ())
        for finding in report.findings:
            assert 0 <= finding.start <= finding.end <= len(text)
            assert text[finding.start : finding.end] == text[finding.start : finding.end].strip()


def test_every_score_stands_in_a_finding(context: Context) -> None:
    texts = ["Hello there. You again! Why not? " * 12]
    report = ToxicityCheck(ToxicitySettings(floor=0.0)).measure(
        [subject(t) for t in texts], context
    )[0]
    for label, score in report.scores.items():
        assert max(f.score for f in report.findings if f.label == label) == score


def test_a_batch_scores_as_each_text_alone(context: Context) -> None:
    check = ToxicityCheck()
    together = check.measure([subject(t) for t in TEXTS], context)
    for text, report in zip(TEXTS, together, strict=True):
        alone = check.measure([subject(text)], context)[0]
        assert alone.scores == pytest.approx(report.scores, abs=1e-4)


def test_a_disguise_scores_as_its_plain_form(context: Context) -> None:
    plain, disguised = ToxicityCheck().measure(
        [subject("you are stupid"), subject("You are Ѕ T U P I D")], context
    )
    assert plain.scores == pytest.approx(disguised.scores, abs=1e-5)


def test_without_a_model_nothing_passes() -> None:
    empty = Context(model_loader=FakeModelLoader())
    with pytest.raises(ModelUnavailable):
        ToxicityCheck().measure([subject("hello")], empty)
    report = measure_batch(ToxicityCheck(), [subject("hello")], empty)[0]
    assert report.status is Status.FAILED
    with pytest.raises(ModelUnavailable):
        ToxicityCheck().measure([subject("hello")], Context())


def test_a_missing_chinese_guard_fails_chinese_texts_only(tmp_path: Path) -> None:
    folder = write_fake_guard(tmp_path / "guard")
    context = Context(model_loader=FakeModelLoader(guard_en=folder))
    assert ToxicityCheck().measure([subject("hello")], context)[0].status is Status.OK
    with pytest.raises(ModelUnavailable):
        ToxicityCheck().measure([subject("你好")], context)


def test_detoxifys_own_checkpoints_bring_their_own_labels(tmp_path: Path) -> None:
    import json
    import shutil

    import torch

    from aigc_guard.models.weights import load_state

    guard = write_fake_guard(tmp_path / "guard")
    own = tmp_path / "own"
    shutil.copytree(guard, own)
    config = json.loads((own / "config.json").read_text())
    del config["guard"]
    config["id2label"] = {"0": "LABEL_0", "1": "LABEL_1", "2": "L2", "3": "L3", "4": "L4"}
    (own / "config.json").write_text(json.dumps(config))
    arguments = {
        "model_type": str(own), "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer", "num_classes": 5,
    }  # fmt: skip
    classes = ["toxic", "severe_toxic", "obscene", "sexual_explicit", "identity_hate"]
    settings = {"arch": {"args": arguments}, "dataset": {"args": {"classes": classes}}}
    state = {k: v for k, v in load_state(guard).items() if not k.startswith("names.")}
    torch.save({"config": settings, "state_dict": state}, own / "theirs.ckpt")
    (own / "model.safetensors").unlink()
    context = Context(model_loader=FakeModelLoader(unbiased=own))
    check = ToxicityCheck(ToxicitySettings(model="unbiased", model_zh=""))
    report = check.measure([subject("hello there")], context)[0]
    assert set(report.scores) == {
        "toxicity", "severe_toxicity", "obscene", "sexual_explicit", "identity_attack",
    }  # fmt: skip
