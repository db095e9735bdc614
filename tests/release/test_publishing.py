from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.errors import NotApproved, ReleaseError
from aigc_guard.policy.labels import Labels, Notices
from aigc_guard.policy.model import LabelForm
from aigc_guard.proof.dsse import read_envelope
from aigc_guard.records import (
    CheckReport,
    Decision,
    Draft,
    Fact,
    Finding,
    Outcome,
    Release,
    Review,
    digest_of,
    sha256_text,
)
from aigc_guard.release import (
    RECORD_FILE,
    Installation,
    Marking,
    Marks,
    consistency,
    publish,
    read_back,
    recover,
    release_id_of,
)
from aigc_guard.store import State, Store
from aigc_guard.testing import FakeSigner
from aigc_guard.testing.records import (
    POLICY_DIGEST,
    example_brief,
    example_decision,
    example_draft,
    example_report,
)

BRIEF = example_brief(facts=(Fact("press number", "555-0142"),))
DRAFT = example_draft(BRIEF)
AT = "2026-01-05T09:00:00Z"
LABELS = Labels(
    (LabelForm.model_validate({"id": "eu", "text": {"en": "Written with AI.", "zh": "由AI生成"}}),)
)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def decided(store: Store, draft: Draft = DRAFT, **changes: Any) -> Decision:
    """Store the draft with a decision that stands."""
    store.put_briefs("", [BRIEF])
    store.put_draft(draft)
    decision = example_decision(draft, **changes)
    store.put_decision(decision, at=AT)
    return decision


def release(
    store: Store, outbox: Path, decision: Decision, draft: Draft = DRAFT, **changes: Any
) -> Release:
    finding = Finding("toxicity", "insult", 0.2, 1, 4, detail={"window": "1"})
    reports: list[CheckReport] = [example_report(draft, findings=(finding,))]
    given: dict[str, Any] = {
        "draft": draft,
        "brief": BRIEF,
        "decision": decision,
        "reports": reports,
        "marking": Marking(LABELS, installation=Installation(signer=FakeSigner())),
        "file_form": "md",
        "clock": lambda: AT,
    }
    return publish(store, outbox, **(given | changes))


def approve(store: Store, draft: Draft = DRAFT) -> None:
    item = store.item_of(draft.draft_id)
    assert item is not None
    review = Review("r1", draft.draft_id, draft.text_sha256, item.policy_digest, "approve",
                    "Ann Lee", False, "checked", AT)  # fmt: skip
    with store.transaction():
        store.put_review(review, decision_digest=item.decision_digest)
        store.append_event("review.approved", draft.draft_id, body={"review": "r1"}, at=AT)


def folders(outbox: Path) -> list[str]:
    return sorted(path.name for path in outbox.iterdir() if not path.name.startswith("."))


def test_a_release_is_a_folder_with_text_and_record(store: Store, outbox: Path) -> None:
    made = release(store, outbox, decided(store))
    folder = outbox / made.folder
    assert folders(outbox) == [made.release_id]
    assert sorted(path.name for path in folder.iterdir()) == [
        RECORD_FILE,
        "release.dsse.json",
        "release.md",
    ]
    content = (folder / "release.md").read_bytes()
    marks = Marks(Notices(("Written with AI.",), ("Written with AI.",)))
    assert read_back({"release.md": content}, marks, form="md").text == DRAFT.text
    assert made.files["release.md"] == sha256_text(content.decode())
    assert store.release_of(DRAFT.draft_id) == made
    assert [event.kind for event in store.events()] == ["release.published"]
    assert consistency(store, outbox) == []


def test_the_record_says_what_was_measured_and_names_nobody(store: Store, outbox: Path) -> None:
    held = decided(store, outcome=Outcome.REVIEW)
    approve(store)
    made = release(store, outbox, held)
    raw = (outbox / made.folder / RECORD_FILE).read_text(encoding="utf-8")
    record = json.loads(raw)
    assert record["release_id"] == made.release_id == release_id_of(DRAFT, POLICY_DIGEST)
    assert record["brief"] == {"id": "brief-1", "sha256": BRIEF.digest, "kind": "news"}
    assert record["draft"]["text_sha256"] == DRAFT.text_sha256
    assert record["model"] == {"name": "writer-test", "sha256": "cd" * 32}
    assert record["policy"] == {"name": "news", "sha256": POLICY_DIGEST}
    assert record["checks"][0]["coverage"] == "1.0000"
    assert record["checks"][0]["scores"] == {"toxicity": "0.0100"}
    assert record["decision"]["reasons"][0]["rule"] == "no-insults"
    assert record["approved_by"] == store.actor_id("Ann Lee")
    assert record["files"] == {"release.md": made.files["release.md"]}
    signed = read_envelope((outbox / made.folder / "release.dsse.json").read_bytes()).payload
    assert json.loads(signed)["predicate"]["review"]["action"] == "approve"
    for secret in ("Ann", "Lee", "555-0142", DRAFT.text):
        assert secret not in raw
        assert secret.encode() not in signed


@pytest.mark.parametrize("form", ["md", "txt", "html"])
def test_equal_work_gives_equal_bytes(
    store: Store, tmp_path: Path, sqlite_template: Path, form: str
) -> None:
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    (tmp_path / "other.db").write_bytes(sqlite_template.read_bytes())
    made = [
        release(store, tmp_path / name, decided(store), file_form=form)
        for store, name in ((store, "one"), (other, "two"))
    ]
    other.close()
    assert made[0].files == made[1].files
    assert made[0].release_id == made[1].release_id


def test_releasing_again_gives_the_first_release(store: Store, outbox: Path) -> None:
    decision = decided(store)
    made = release(store, outbox, decision)
    assert release(store, outbox, decision, clock=lambda: "later") == made
    under_other = replace(decision, policy_digest="ef" * 32)
    store.put_decision(under_other, at=AT)
    assert release(store, outbox, under_other) == made
    retry = example_draft(BRIEF, attempt=2, text="second")
    second = decided(store, retry)
    assert release(store, outbox, second, retry) == made
    assert folders(outbox) == [made.release_id]


@pytest.mark.parametrize("outcome", [Outcome.REVIEW, Outcome.REDACT, Outcome.BLOCK])
def test_what_is_held_is_not_released(store: Store, outbox: Path, outcome: Outcome) -> None:
    held = decided(store, outcome=outcome)
    with pytest.raises(NotApproved, match="nobody has approved"):
        release(store, outbox, held)
    assert folders(outbox) == []
    assert store.publishing() == []


def test_an_approval_under_another_policy_does_not_count(store: Store, outbox: Path) -> None:
    held = decided(store, outcome=Outcome.REVIEW)
    approve(store)
    changed = replace(held, policy_digest="ef" * 32)
    store.put_decision(changed, at=AT)
    with pytest.raises(NotApproved, match="nobody has approved"):
        release(store, outbox, changed)
    with pytest.raises(NotApproved, match="another decision stands"):
        release(store, outbox, held)


def test_without_a_policy_nothing_is_released(store: Store, outbox: Path) -> None:
    for outcome in (Outcome.RELEASE, Outcome.REVIEW):
        decision = decided(store, outcome=outcome, policy="", policy_digest="")
        approve(store)
        with pytest.raises(NotApproved):
            release(store, outbox, decision)


def test_a_changed_text_is_not_released(store: Store, outbox: Path) -> None:
    decision = decided(store)
    changed = replace(DRAFT, text=DRAFT.text + " ")
    with pytest.raises(ReleaseError, match="not the text that was measured"):
        release(store, outbox, decision, changed)
    other = replace(example_report(DRAFT), text_sha256="00")
    with pytest.raises(ReleaseError, match="not the text that was measured"):
        release(store, outbox, decision, reports=[other])
    with pytest.raises(ReleaseError, match="another brief"):
        release(store, outbox, decision, brief=example_brief(id="x"))


def test_labels_that_do_not_read_back_release_nothing(
    store: Store, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = decided(store)
    monkeypatch.setattr(
        "aigc_guard.release.making.render", lambda *_, **__: {"release.md": b"other words"}
    )
    with pytest.raises(ReleaseError, match="labels read back"):
        release(store, outbox, decision)
    assert folders(outbox) == []
    monkeypatch.undo()
    release(store, outbox, decision)
    assert consistency(store, outbox) == []


STEPS = [
    "noted",
    "wrote release.md",
    f"wrote {RECORD_FILE}",
    "wrote release.dsse.json",
    "checked",
    "renamed",
    "recording",
    "recorded",
]


def killed_at(step: str, work: Callable[[Callable[[str], None]], object]) -> None:
    """Do the work in a child process that dies at a step as if by kill -9."""

    def at_step(name: str) -> None:
        if name == step:
            os._exit(9)

    child = os.fork()
    if child == 0:
        try:
            work(at_step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("then", ["again", "recover", "other policy"])
def test_killed_at_any_step_the_next_try_completes_it_once(
    store: Store, outbox: Path, step: str, then: str
) -> None:
    decision = decided(store)
    store.close()
    killed_at(step, lambda at_step: release(store, outbox, decision, at_step=at_step))
    if then == "recover":
        recover(store, outbox)
        appeared = STEPS.index(step) >= STEPS.index("renamed")
        assert len(store.releases()) == len(folders(outbox)) == int(appeared)
        assert consistency(store, outbox) == []
    if then == "other policy":
        decision = replace(decision, policy_digest="ef" * 32)
        store.put_decision(decision, at=AT)
    made = release(store, outbox, decision, clock=lambda: "later")
    assert [made] == store.releases()
    assert folders(outbox) == [made.release_id]
    assert list((outbox / ".publishing").iterdir()) == []
    assert len(store.events(kind="release.published")) == 1
    assert consistency(store, outbox) == []


def test_a_release_blocked_after_a_kill_never_appears(store: Store, outbox: Path) -> None:
    decision = decided(store)
    store.close()
    killed_at("checked", lambda at_step: release(store, outbox, decision, at_step=at_step))
    blocked = example_decision(DRAFT, Outcome.BLOCK, policy_digest="ef" * 32)
    store.put_decision(blocked, at=AT)
    recover(store, outbox)
    assert folders(outbox) == []
    assert store.releases() == []
    assert consistency(store, outbox) == []


def test_a_folder_somebody_changed_is_not_taken_for_the_release(store: Store, outbox: Path) -> None:
    decision = decided(store)
    folder = outbox / release_id_of(DRAFT, POLICY_DIGEST)
    folder.mkdir(parents=True)
    (folder / "release.md").write_text("foreign")
    with pytest.raises(ReleaseError, match=r"release\.aigc\.json is missing"):
        release(store, outbox, decision)
    assert store.releases() == []


def test_consistency_finds_what_happened_to_the_outbox(store: Store, outbox: Path) -> None:
    made = release(store, outbox, decided(store))
    folder = outbox / made.folder
    (folder / "release.md").write_text("changed")
    (folder / "note.txt").write_text("x")
    stranger = digest_of("stranger")[:32]
    (outbox / stranger).mkdir()
    problems = consistency(store, outbox)
    assert problems == [
        f"release {made.release_id}: note.txt is not one of its files",
        f"release {made.release_id}: release.md holds other bytes than were released",
        f"the outbox holds {stranger}, which no release records",
    ]
    item = store.item_of(DRAFT.draft_id)
    assert item is not None
    assert item.state is State.RELEASED


def test_an_outbox_that_can_not_be_written_is_one_message(store: Store, tmp_path: Path) -> None:
    decision = decided(store)
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match="can't be written") as caught:
        release(store, tmp_path / "file" / "outbox", decision)
    assert caught.value.hint


def test_a_project_folder_can_be_moved_with_its_outbox(
    store: Store, outbox: Path, tmp_path: Path
) -> None:
    made = release(store, outbox, decided(store))
    assert made.folder == made.release_id
    moved = outbox.rename(tmp_path / "elsewhere")
    assert consistency(store, moved) == []
    assert consistency(store, outbox) == [f"release {made.release_id}: the folder is missing"]


def test_a_release_published_elsewhere_keeps_its_whole_path(
    store: Store, outbox: Path, tmp_path: Path
) -> None:
    made = release(store, tmp_path / "other", decided(store), home=outbox)
    assert made.folder == str(tmp_path / "other" / made.release_id)
    assert consistency(store, outbox) == []
