"""A policy asks for a watermark: the run's identity, what is noted, what a release states of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aigc_guard.errors import ConfigError
from aigc_guard.generators.transformers_lm import TransformersGenerator
from aigc_guard.generators.watermark.measuring import measure
from aigc_guard.pipeline.plan import start_run
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.watermarks import watermark_of, watermark_shown
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.proof.statement import read_statement
from aigc_guard.records import Brief
from aigc_guard.release.verify import State
from aigc_guard.signing import Use, secret_keys
from aigc_guard.testing import RecordedGenerator
from tests.generators.test_watermark import free_folder
from tests.pipeline.conftest import POLICY

ASKING = POLICY + "marks:\n  watermark: {min_tokens: 100}\n"
DRAFTS = {"a": "The bridge opened on Monday, and the s3cret stayed one.", "b": "It rained."}


class RecordedMarkedGenerator(RecordedGenerator):
    """Says of its recorded texts that they were marked; its tokens are the letters."""

    key = ""

    def mark_of(self, brief: Brief) -> Mapping[str, str]:
        return {"key": self.key}

    def tokens_of(self, text: str) -> Sequence[int]:
        return [ord(char) for char in text]


def with_writer(project: Project, writer: RecordedGenerator) -> Project:
    return replace(project, writers={"recorded": writer})


def stated(project: Project, release_id: str) -> dict[str, Any]:
    [kept] = project.store.statements(release_id=release_id)
    predicate = read_statement(read_envelope(kept.bundle.encode()).payload).predicate
    return dict(predicate["labels"])


def test_without_a_policy_that_asks_nothing_is_said(
    make_project: Callable[..., Project], briefs: Callable[..., Path]
) -> None:
    project = make_project(DRAFTS)
    produce(project, [briefs("a")])
    [release] = project.store.releases()
    assert "watermark" not in stated(project, release.release_id)
    assert project.secrets.of(Use.WATERMARK) == ()


def test_a_writer_that_knows_no_watermark_says_so(
    make_project: Callable[..., Project], briefs: Callable[..., Path]
) -> None:
    project = make_project(DRAFTS, policy=ASKING)
    produce(project, [briefs("b")])
    [release] = project.store.releases()
    assert stated(project, release.release_id)["watermark"] == {"applied": False, "why": "writer"}


def test_the_final_text_is_measured_with_the_key_it_was_written_with(
    make_project: Callable[..., Project], briefs: Callable[..., Path]
) -> None:
    from aigc_guard.pipeline.proofs import verify_release

    project = make_project(DRAFTS, policy=ASKING)
    key = project.secrets.ensure(Use.WATERMARK, at="2026-01-05T09:00:00Z")
    writer = RecordedMarkedGenerator(DRAFTS)
    writer.key = key.id
    project = with_writer(project, writer)
    produce(project, [briefs("a")])
    [release] = project.store.releases()
    draft = project.store.draft(release.draft_id)
    assert draft is not None
    assert draft.made_by == "redaction"  # not the text that was written: the one that went out
    found = measure(writer.tokens_of(draft.text), watermark_of(project, key.id))
    assert stated(project, release.release_id)["watermark"] == {
        "applied": True,
        "scheme": "synthid-text",
        "key_id": key.id,
        "tokens": len(draft.text),
        "counted": found.counted,
        "p_value": f"{found.chance:.3g}",
        "enough": False,
    }
    assert verify_release(project, release.release_id).state is State.VERIFIED

    project.secrets.rotate(Use.WATERMARK, at="2026-02-05T09:00:00Z")
    shown = watermark_shown(project, draft)
    assert shown is not None
    assert shown["key_id"] == key.id
    assert shown["p_value"] == f"{found.chance:.3g}"
    writer.model_digest = "another"
    shown = watermark_shown(project, draft)
    assert shown is not None
    assert (shown["p_value"], shown["why"]) == ("", "model")
    with pytest.raises(ConfigError, match="gone"):
        watermark_of(project, "0" * 16)


def test_a_run_with_the_mark_is_another_run_and_its_drafts_bear_it(
    make_project: Callable[..., Project],
    briefs: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With one key it is one text: a random model may end its texts at any token.
    drawn = SimpleNamespace(token_bytes=lambda count: b"k" * count, token_hex=secrets.token_hex)
    monkeypatch.setattr(secret_keys, "secrets", drawn)
    (tmp_path / "model").mkdir()
    folder = free_folder(tmp_path / "model")

    def opened(policy: str) -> Project:
        project = make_project({}, policy=policy)
        kinds = {"news": replace(project.kinds["news"], decoding={"candidates": 1})}
        writer = TransformersGenerator(
            "recorded", folder, kinds, model_digest="d" * 64, watermark_for=project.watermark_for
        )
        return replace(project, writers={"recorded": writer})

    plain = start_run(opened(POLICY), [briefs("a")], seed=3)
    project = opened(ASKING)
    marked = start_run(project, [briefs("a")], seed=3)
    assert plain.run_id != marked.run_id

    produce(project, [briefs("a")], seed=3)
    [kept] = project.store.drafts_of_run(marked.run_id)[:1]
    draft = project.store.draft(kept.draft_id)
    assert draft is not None
    shown = watermark_shown(project, draft)
    assert shown is not None
    assert shown["enough"] == (shown["tokens"] >= 100)
    assert shown["counted"] > 30
    assert float(shown["p_value"]) < 1e-3
    [event] = project.store.events(kind="draft.written", subject=draft.draft_id)
    key = project.secrets.of(Use.WATERMARK)[-1]
    assert event.body["watermark"] == {"key": key.id, "min_tokens": 100}
    assert key.id == shown["key_id"]
    record = json.dumps([dict(one.body) for one in project.store.events()])
    assert project.secrets.value(key).hex() not in record
