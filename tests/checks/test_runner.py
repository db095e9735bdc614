from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

import pytest

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all, measure_batch
from aigc_guard.records import CheckReport, Status, sha256_text
from aigc_guard.testing import (
    FakeCheck,
    FakeHangingCheck,
    FakeMiscountingCheck,
    FakeMisplacedCheck,
    FakeNaNCheck,
    FakeRaisingCheck,
    FakeSkippingCheck,
    FakeSlowCheck,
    FakeWrongTextCheck,
)
from aigc_guard.testing.checks import FakeSettings

CONTEXT = Context()


def subject(text: str) -> Subject:
    return Subject(text=text, text_sha256=sha256_text(text))


@pytest.mark.parametrize(
    ("check", "status"),
    [
        (FakeRaisingCheck(), Status.FAILED),
        (FakeNaNCheck(), Status.FAILED),
        (FakeMisplacedCheck(), Status.FAILED),
        (FakeWrongTextCheck(), Status.FAILED),
        (FakeSkippingCheck(), Status.INCOMPLETE),
    ],
    ids=lambda value: getattr(value, "id", str(value)),
)
def test_a_misbehaving_check_is_never_believed(check: Check, status: Status) -> None:
    [measured] = measure_all([(check, [subject("one two"), subject("three")])], CONTEXT, seconds=5)
    assert [report.status for report in measured.reports] == [status, status]
    assert all(report.error for report in measured.reports)


def test_too_few_reports_fail_all_of_the_batch() -> None:
    reports = measure_batch(FakeMiscountingCheck(), [subject("a"), subject("b")], CONTEXT)
    assert {report.status for report in reports} == {Status.FAILED}


def test_a_hanging_check_is_abandoned_at_its_limit() -> None:
    FakeHangingCheck.release.clear()
    began = time.monotonic()
    hanging, honest = measure_all(
        [(FakeHangingCheck(), [subject("a")]), (FakeCheck(), [subject("badword")])],
        CONTEXT,
        seconds=0.3,
    )
    FakeHangingCheck.release.set()
    time.sleep(0.05)
    FakeHangingCheck.release.clear()  # other tests want it to hang
    assert time.monotonic() - began < 5
    assert hanging.reports[0].status is Status.FAILED
    assert honest.reports[0].status is Status.OK
    assert len(honest.reports[0].findings) == 1


class FakeSharing(FakeCheck):
    """Reads with a model that others read with, too; notes when it does."""

    id = "fake_sharing"
    reads_with = "guard"
    inside = 0
    most = 0
    order: ClassVar[list[str]] = []

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        FakeSharing.inside += 1
        FakeSharing.most = max(FakeSharing.most, FakeSharing.inside)
        time.sleep(0.05)
        FakeSharing.order.append(self.id)
        FakeSharing.inside -= 1
        return super().measure(subjects, context)


class FakeSharingToo(FakeSharing):
    """The second of them."""

    id = "fake_sharing_too"


class FakeHangingOnAGuard(FakeHangingCheck):
    """Hangs with the model that others wait for."""

    id = "fake_hanging_on_a_guard"
    reads_with = "guard"


def test_checks_that_read_with_one_model_run_one_after_the_other() -> None:
    FakeSharing.most = 0
    FakeSharing.order.clear()
    one, other = measure_all(
        [(FakeSharing(), [subject("badword")]), (FakeSharingToo(), [subject("badword")])],
        CONTEXT,
        seconds=30,
    )
    assert FakeSharing.most == 1
    assert FakeSharing.order == ["fake_sharing", "fake_sharing_too"]
    assert [len(m.reports[0].findings) for m in (one, other)] == [1, 1]


class FakeExitingCheck(FakeSharing):
    """Ends its thread, as a check that calls ``sys.exit`` does."""

    id = "fake_exiting"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        raise SystemExit(3)


def test_who_waits_behind_a_check_that_exits_is_measured_all_the_same() -> None:
    exiting, behind = measure_all(
        [(FakeExitingCheck(), [subject("a")]), (FakeSharing(), [subject("badword")])],
        CONTEXT,
        seconds=30,
    )
    assert exiting.reports[0].status is Status.FAILED
    assert exiting.reports[0].error == "SystemExit"
    assert behind.reports[0].status is Status.OK


def test_who_waits_behind_a_hanging_check_is_measured_all_the_same() -> None:
    FakeHangingCheck.release.clear()
    FakeSharing.order.clear()
    hanging, behind, last = measure_all(
        [
            (FakeHangingOnAGuard(), [subject("a")]),
            (FakeSharing(), [subject("badword")]),
            (FakeSharingToo(), [subject("badword")]),
        ],
        CONTEXT,
        seconds=0.3,
    )
    FakeHangingCheck.release.set()
    time.sleep(0.2)
    FakeHangingCheck.release.clear()  # other tests want it to hang
    assert hanging.reports[0].status is Status.FAILED
    assert "no answer within" in hanging.reports[0].error
    assert [m.reports[0].status for m in (behind, last)] == [Status.OK, Status.OK]
    assert FakeSharing.order == ["fake_sharing", "fake_sharing_too"]


def test_a_slow_check_within_its_limit_counts() -> None:
    slow = FakeSlowCheck(FakeSettings(seconds=0.05))
    [measured] = measure_all([(slow, [subject("a")])], CONTEXT, seconds=30)
    assert measured.reports[0].status is Status.OK


class FakePickyCheck(FakeCheck):
    """Chokes on one text only."""

    id = "fake_picky"

    def measure(self, subjects: list[Subject], context: Context) -> list[CheckReport]:
        if any("poison" in s.text for s in subjects):
            raise ValueError("poison")
        return super().measure(subjects, context)


def test_one_draft_a_check_cannot_digest_holds_only_itself() -> None:
    reports = measure_batch(
        FakePickyCheck(), [subject("good"), subject("poison"), subject("fine")], CONTEXT
    )
    assert [r.status for r in reports] == [Status.OK, Status.FAILED, Status.OK]
    assert "poison" not in reports[1].error
