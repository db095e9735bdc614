from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aigc_guard.checks.interface import Check
from aigc_guard.errors import ReviewError
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Outcome
from aigc_guard.testing import FAKE_CHECKS, RecordedGenerator

from .conftest import FakeWords, MakeProject

DRAFTS = {
    "plain": "The bridge opened on Tuesday.",
    "rude": "The mayor is an insult.",
    "leak": "The code is s3cret, they said, and hunter2 as well; s3cret again.",
    "doubt": "A rumour went round.",
    "again": ["A clumsy try.", "A good try."],
    "never": "Always clumsy.",
}
Briefs = Callable[..., Path]


def published(project: Project) -> list[str]:
    """Names of the release folders; hidden files are the outbox's own."""
    outbox = project.config.outbox
    found = outbox.iterdir() if outbox.is_dir() else ()
    return sorted(path.name for path in found if not path.name.startswith("."))


def writer_of(project: Project) -> RecordedGenerator:
    writer = project.writers["recorded"]
    assert isinstance(writer, RecordedGenerator)
    return writer


def test_each_outcome_arises_and_only_what_may_go_is_released(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS)
    done = produce(project, [briefs(*DRAFTS)])
    outcomes = {item.brief.id: item.outcome for item in done.report.drafts}
    assert outcomes == {
        "plain": Outcome.RELEASE,
        "rude": Outcome.BLOCK,
        "leak": Outcome.REDACT,
        "doubt": Outcome.REVIEW,
        "again": Outcome.RELEASE,
        "never": Outcome.REVIEW,
    }
    released = {item.brief.id for item in done.report.drafts if item.release}
    assert released == {"plain", "leak", "again"}
    attempts = {item.brief.id: item.attempts for item in done.report.drafts}
    assert (attempts["again"], attempts["never"], attempts["plain"]) == (2, 3, 1)
    assert len(published(project)) == 3


def test_the_redacted_text_is_what_is_published(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS)
    done = produce(project, [briefs("leak")])
    [item] = done.report.drafts
    assert item.release is not None
    assert item.redacted is not None
    assert item.release.text_sha256 == item.redacted.draft.text_sha256
    files = [p for p in (project.config.outbox / item.release.folder).rglob("*") if p.is_file()]
    whole = b"".join(path.read_bytes() for path in files)
    assert b"s3cret" not in whole
    assert b"hunter2" not in whole
    assert b"[secret 1]" in whole


def test_running_again_changes_nothing(make_project: MakeProject, briefs: Briefs) -> None:
    project = make_project(DRAFTS)
    first = produce(project, [briefs(*DRAFTS)])
    written = dict(writer_of(project).written)
    events = len(list(project.store.events()))
    again = produce(project, [briefs(*DRAFTS)])
    assert writer_of(project).written == written
    assert again.report.run == first.report.run
    assert [d.outcome for d in again.report.drafts] == [d.outcome for d in first.report.drafts]
    assert len(published(project)) == 3
    assert len(list(project.store.events())) == events + 1  # run.resumed


def test_a_changed_policy_is_a_new_run_over_stored_texts(
    make_project: MakeProject, briefs: Briefs
) -> None:
    from .conftest import POLICY

    project = make_project(DRAFTS)
    first = produce(project, [briefs("doubt")])
    lenient = POLICY.replace("action: review", "action: flag")
    changed = make_project(DRAFTS, policy=lenient)
    second = produce(changed, [briefs("doubt")])
    assert second.report.run != first.report.run
    assert writer_of(changed).written == {}
    assert [item.outcome for item in second.report.drafts] == [Outcome.RELEASE]


SOUND = {"fake", "fake_counting", "fake_slow", "fake_hanging"}


@pytest.mark.parametrize("name", sorted(set(FAKE_CHECKS) - SOUND))
def test_a_misbehaving_check_holds_its_drafts(
    name: str, make_project: MakeProject, briefs: Briefs
) -> None:
    broken: type[Check] = type("Broken", (FAKE_CHECKS[name],), {"id": "words", "labels": ()})
    project = make_project(DRAFTS, fakes={"words": broken})
    done = produce(project, [briefs("plain", "doubt")])
    assert {item.outcome for item in done.report.drafts} == {Outcome.REVIEW}
    for item in done.report.drafts:
        assert item.decision.unverified
        assert any(reason.rule == "unverified:words" for reason in item.decision.reasons)
    assert not published(project)
    from aigc_guard.pipeline.approved import authority_in
    from aigc_guard.review import approve

    draft = done.report.drafts[0].draft
    with pytest.raises(ReviewError):
        approve(
            project.store,
            draft.draft_id,
            by="editor",
            reason="fine",
            clock=project.clock,
            authority=authority_in(project),
        )
    mended = make_project(DRAFTS, fakes={"words": FakeWords})
    again = produce(mended, [briefs("plain", "doubt")])
    assert again.report.drafts[0].outcome is Outcome.RELEASE


def test_the_report_holds_no_personal_value_and_the_contract_shape(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS)
    done = produce(project, [briefs(*DRAFTS)])
    data = json.loads(done.json.read_text(encoding="utf-8"))
    assert set(data) >= {"run", "briefs", "quarantined", "outcomes", "drafts"}
    assert data["outcomes"] == {"release": 2, "redact": 1, "review": 2, "block": 1}
    for draft in data["drafts"]:
        assert set(draft) >= {"id", "brief", "kind", "outcome", "reasons", "coverage"}
    assert "s3cret" not in done.json.read_text(encoding="utf-8")
