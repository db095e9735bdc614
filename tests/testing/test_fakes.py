from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.errors import GenerationError
from aigc_guard.records import Brief, CheckReport, Status, sha256_text
from aigc_guard.testing import (
    FAKE_CHECKS,
    FakeCheck,
    FakeHangingCheck,
    FakeRaisingCheck,
    FixedClock,
    RecordedGenerator,
    fake_as,
)
from aigc_guard.testing.checks import FakeSettings

MISBEHAVING = {
    "fake_raising": Status.FAILED,
    "fake_hanging": Status.FAILED,
    "fake_nan": Status.FAILED,
    "fake_miscounting": Status.FAILED,
    "fake_misplaced": Status.FAILED,
    "fake_wrong_text": Status.FAILED,
    "fake_skipping": Status.INCOMPLETE,
}


def subject(text: str) -> Subject:
    return Subject(text=text, text_sha256=sha256_text(text))


def measured(check: Check, text: str, *, seconds: float = 20.0) -> CheckReport:
    (result,) = measure_all([(check, [subject(text)])], Context(), seconds=seconds)
    (report,) = result.reports
    return report


def test_the_plain_fake_finds_its_words_where_they_stand() -> None:
    text = "a 🙂 badword here"
    report = measured(FakeCheck(), text)
    assert report.status is Status.OK
    assert [text[f.start : f.end] for f in report.findings] == ["badword"]
    assert report.scores == {"word": 0.9}


@pytest.mark.parametrize("name", sorted(MISBEHAVING))
def test_no_misbehaving_fake_passes_for_a_measurement(name: str) -> None:
    check = FAKE_CHECKS[name](FakeSettings(seconds=5) if name == "fake_hanging" else None)
    seconds = 0.05 if name == "fake_hanging" else 20.0
    report = measured(check, "long enough a text", seconds=seconds)
    assert report.status is MISBEHAVING[name]


def test_a_slow_check_within_its_limit_counts() -> None:
    check = FAKE_CHECKS["fake_slow"](FakeSettings(seconds=0.01))
    assert measured(check, "text").status is Status.OK


def test_every_variant_is_covered_here() -> None:
    assert set(FAKE_CHECKS) == {*MISBEHAVING, "fake", "fake_counting", "fake_slow"}


def test_a_hanging_fake_can_be_let_go() -> None:
    check = FakeHangingCheck()
    thread = threading.Thread(target=check.measure, args=([subject("text")], Context()))
    thread.start()
    FakeHangingCheck.release.set()
    thread.join(5)
    FakeHangingCheck.release.clear()
    assert not thread.is_alive()


def test_a_fake_takes_another_checks_place_by_name_only() -> None:
    stand_in = fake_as("toxicity", FakeRaisingCheck)
    assert stand_in.id == "toxicity"
    assert stand_in.__name__.startswith("Fake")
    assert FakeRaisingCheck.id == "fake_raising"


def test_the_recorded_writer_writes_each_attempt_as_recorded() -> None:
    writer = RecordedGenerator({"b1": ["first", "second"]}, unfaithful={"b1": ["missing:price"]})
    brief = Brief(id="b1", kind="news")
    texts = [writer.write([brief], seed=0, attempt=n)[0].text for n in (1, 2, 3)]
    assert texts == ["first", "second", "second"]
    draft = writer.write([brief], seed=0, attempt=1)[0]
    assert (draft.faithful, draft.notes) == (False, ("missing:price",))
    assert draft.draft_id == writer.draft_id(brief, seed=0, attempt=1)
    assert writer.written == {"b1": 4}


def test_the_recorded_writer_invents_nothing() -> None:
    with pytest.raises(GenerationError, match="b2"):
        RecordedGenerator({"b1": "text"}).write([Brief(id="b2", kind="news")], seed=0, attempt=0)


def test_the_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock() == "2026-01-01T00:00:00Z"
    assert clock.advance(90) == clock() == "2026-01-01T00:01:30Z"
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 1, 1))
