from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from aigc_guard.audit.canary import (
    ACCEPTED,
    CanaryText,
    Drift,
    accept,
    canary_texts,
    measure_canary,
    settle,
    trusted,
)
from aigc_guard.audit.nightly import Audit, Waiting, clear_old, finish_audit, notices
from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_batch
from aigc_guard.config import ConsoleSettings, load_config
from aigc_guard.errors import AuditError
from aigc_guard.records import CheckReport, Status, sha256_text
from aigc_guard.store import Store
from aigc_guard.testing import FakeCheck, FakeNaNCheck, FixedClock
from aigc_guard.testing.checks import FakeSettings

AT = "2026-01-05T02:00:00Z"
TEXTS = (
    CanaryText("bad", "en", "such a badword", ("word",)),
    CanaryText("clean", "en", "a quiet sentence", ()),
)


class FakeGuard(FakeCheck):
    """A fake with a model whose digest and sharpness a test can change."""

    id = "fake_guard"
    uses_model: ClassVar[bool] = True
    digest = "a" * 64
    shift = 0.0

    def model_digest(self, context: Context) -> str:
        return self.digest

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        return [
            self.report(s, context, scores={"word": 0.9 + self.shift if "badword" in s.text else 0})
            for s in subjects
        ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/s.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def measure(store: Store) -> Callable[[Check], Drift]:
    def once(check: Check) -> Drift:
        (drift,) = measure_canary(store, [check], Context(), seconds=20, texts=TEXTS)
        settle(store, [drift], at=AT)
        return drift

    return once


def guard(digest: str = "a" * 64, shift: float = 0.0) -> FakeGuard:
    check = FakeGuard()
    check.digest, check.shift = digest, shift
    return check


def test_the_first_measurement_is_accepted_and_repeating_it_adds_nothing(
    store: Store, measure: Callable[[Check], Drift]
) -> None:
    first = measure(guard())
    assert first.first
    assert not first.drifted
    again = measure(guard())
    assert again.describe() == "as accepted"
    assert trusted(store) == {"fake_guard": frozenset({guard().identity(Context())})}
    assert len(store.events(kind=ACCEPTED)) == 1


def test_a_first_model_that_misses_what_every_guard_must_find_is_not_accepted(
    store: Store, measure: Callable[[Check], Drift]
) -> None:
    drift = measure(guard(shift=-0.6))
    assert drift.missed == ("bad/word",)
    assert drift.drifted
    assert trusted(store) == {}


@pytest.mark.parametrize(
    ("shift", "drifted"), [(0.05, False), (-0.2, False), (-0.3, True), (-0.5, True)]
)
def test_a_changed_model_is_held_back_when_it_drifts(
    store: Store, measure: Callable[[Check], Drift], shift: float, drifted: bool
) -> None:
    measure(guard())
    changed = guard("b" * 64, shift)
    drift = measure(changed)
    assert drift.model_changed
    assert drift.drifted is drifted
    assert (changed.identity(Context()) in trusted(store)["fake_guard"]) is not drifted


def test_the_same_model_with_other_scores_is_noticed(measure: Callable[[Check], Drift]) -> None:
    measure(guard())
    drift = measure(guard(shift=0.05))
    assert not drift.model_changed
    assert drift.drifted


def test_a_check_that_cannot_measure_is_drift_and_no_person_can_accept_it(
    store: Store, measure: Callable[[Check], Drift]
) -> None:
    drift = measure(FakeNaNCheck())
    assert set(drift.failed) == {"bad", "clean"}
    assert drift.drifted
    with pytest.raises(AuditError, match="could not be measured"):
        accept(store, drift, actor="ada", clock=FixedClock())


def test_a_person_takes_a_drifted_model_on(store: Store, measure: Callable[[Check], Drift]) -> None:
    measure(guard())
    changed = guard("b" * 64, -0.3)
    accept(store, measure(changed), actor="ada", clock=FixedClock())
    assert changed.identity(Context()) in trusted(store)["fake_guard"]
    assert not measure(changed).drifted
    assert store.events(kind=ACCEPTED)[-1].actor == store.actor_id("ada")


def test_a_model_that_changed_is_not_believed_until_it_is_accepted(
    store: Store, measure: Callable[[Check], Drift]
) -> None:
    text = Subject("a quiet sentence", sha256_text("a quiet sentence"))

    def status(check: Check) -> Status:
        context = Context(trusted=trusted(store))
        (report,) = measure_batch(check, [text], context)
        return report.status

    changed = guard("b" * 64)
    assert status(changed) is Status.OK  # before the first canary nothing is held
    measure(guard())
    assert status(guard()) is Status.OK
    assert status(changed) is Status.FAILED
    measure(changed)
    assert status(changed) is Status.OK


def test_one_bad_setting_spoils_the_model_for_all(store: Store) -> None:
    checks = [guard(), FakeGuard(FakeSettings(label="other"))]
    checks[1].shift = -0.7
    drifts = measure_canary(store, checks, Context(), seconds=20, texts=TEXTS)
    assert [drift.drifted for drift in drifts] == [False, True]
    settle(store, drifts, at=AT)
    assert trusted(store) == {}


def test_the_shipped_canary_is_well_formed() -> None:
    texts = canary_texts()
    assert len({text.id for text in texts}) == len(texts) >= 25
    assert {text.language for text in texts} == {"en", "zh"}
    assert all(text.text.strip() for text in texts)


def test_old_quarantine_goes_and_everything_else_stays(tmp_path: Path) -> None:
    (tmp_path / "aigc_guard.toml").write_text("[retention]\nreport_days = 30\n", encoding="utf-8")
    config = load_config(tmp_path, {})
    paths = {
        name: tmp_path / name
        for name in (
            "quarantine/old.csv",
            "quarantine/new.csv",
            "quarantine/notes.txt",
            "reports/oldrun/report.json",
            "reports/newrun/report.json",
            "reports/sample/report.json",
            "reports/mine/letter.txt",
        )
    }
    for path in paths.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    (tmp_path / "reports/linked").symlink_to(tmp_path / "reports/mine", target_is_directory=True)
    for name, path in paths.items():
        if "new" not in name:
            for aged in (path, path.parent):
                os.utime(aged, (0, 0))
    removed = clear_old(config, now=FixedClock()())
    assert sorted(removed) == ["quarantine/old.csv", "reports/oldrun"]
    assert not paths["quarantine/old.csv"].exists()
    assert all(path.exists() for name, path in paths.items() if "old" not in name)


def test_nothing_to_tell_after_a_good_night() -> None:
    audit = Audit(at=AT, waiting=Waiting(2, AT, 1.0))
    assert audit.ok
    assert notices(audit) == []


def test_a_bad_night_is_told_and_kept(store: Store, tmp_path: Path) -> None:
    drift = Drift("toxicity", "1", "m", "s", accepted_digest="1:old", flips=("clean/toxicity",))
    audit = Audit(AT, ("event 3 names no draft",), (drift,), Waiting(2, AT, 30.0, overdue=True))
    assert not audit.ok
    assert [notice.topic for notice in notices(audit)] == [
        "audit.failed",
        "model.held",
        "drafts.waiting",
    ]
    assert "page" not in notices(audit)[2].facts
    console = ConsoleSettings(url="https://desk.example/")
    assert notices(audit, console)[2].facts["page"] == "https://desk.example/queue"
    path = finish_audit(store, audit, tmp_path / "audit")
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["ok"] is False
    assert kept["canary"][0]["said"].startswith("judges otherwise: clean/toxicity")
    assert store.events(kind="audit.finished")[0].body["held"] == ["toxicity"]
