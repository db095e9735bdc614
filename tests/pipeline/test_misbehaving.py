"""No check that raises, hangs, answers nonsense or skips text leads to a release, ever."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aigc_guard.checks.interface import Check, Context, Subject
from aigc_guard.checks.runner import measure_all
from aigc_guard.policy import decide, parse_policy
from aigc_guard.records import CheckReport, Outcome, Span
from aigc_guard.testing import (
    FakeCheck,
    FakeHangingCheck,
    FakeMiscountingCheck,
    FakeMisplacedCheck,
    FakeNaNCheck,
    FakeRaisingCheck,
    FakeSkippingCheck,
    FakeWrongTextCheck,
    fake_as,
)
from aigc_guard.testing.records import example_brief, example_draft

CASES = 10_000 if "AIGC_GUARD_TEST_SOAK" in os.environ else 60
PATIENCE = 30.0
IMPATIENT = 0.005


class FakePartialCheck(FakeCheck):
    """Leaves out one character, somewhere; which one its settings' score says."""

    id = "fake_partial"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        return [self._partial(report) for report in super().measure(subjects, context)]

    def _partial(self, report: CheckReport) -> CheckReport:
        end = report.coverage[-1].end
        hole = min(end - 1, int(self.fake_settings.score * end))
        read = (Span(0, hole), Span(hole + 1, end))
        return replace(report, coverage=tuple(span for span in read if span.start < span.end))


class FakeNothingCheck(FakeCheck):
    """Answers with something that is no report."""

    id = "fake_nothing"

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        return None  # type: ignore[return-value]


BAD: list[type[FakeCheck]] = [
    FakeHangingCheck,
    FakeMiscountingCheck,
    FakeMisplacedCheck,
    FakeNaNCheck,
    FakeNothingCheck,
    FakePartialCheck,
    FakeRaisingCheck,
    FakeSkippingCheck,
    FakeWrongTextCheck,
]
KINDS: list[type[FakeCheck]] = [FakeCheck, *BAD]
RULE = """\
  - id: r{number}
    check: c{number}
    with: {{words: [badword], score: {score}}}
    limits: {{word: {limit}}}
    action: {action}
    message: m
"""
HEAD = """\
policy: news
version: '1'
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
"""


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    """Threads of hanging checks wait for this; none outlives the tests here."""
    FakeHangingCheck.release.clear()
    yield
    FakeHangingCheck.release.set()
    time.sleep(0.05)
    FakeHangingCheck.release.clear()


share = st.integers(1, 10).map(lambda tenths: tenths / 10)
rule = st.tuples(st.sampled_from(KINDS), share, share, st.sampled_from(["flag", "review", "block"]))
texts = st.text(st.characters(codec="utf-8"), min_size=2, max_size=40)


@settings(max_examples=CASES, deadline=None)
@given(rules=st.lists(rule, min_size=1, max_size=3), before=texts, found=st.booleans())
def test_a_check_that_misbehaves_never_lets_a_draft_out(
    rules: list[tuple[type[FakeCheck], float, float, str]], before: str, found: bool
) -> None:
    types: dict[str, type[Check]] = {
        f"c{number}": fake_as(f"c{number}", kind) for number, (kind, *_) in enumerate(rules)
    }
    body = "".join(
        RULE.format(number=number, score=score, limit=limit, action=action)
        for number, (_, score, limit, action) in enumerate(rules)
    )
    policy = parse_policy(HEAD + body, types)
    brief = example_brief()
    draft = example_draft(brief, text=before + (" badword" if found else ""))
    subject = Subject(draft.text, draft.text_sha256, draft.language, draft, brief)
    hangs = any(kind is FakeHangingCheck for kind, *_ in rules)
    measured = measure_all(
        [(one.request.create(), [subject]) for one in policy.rules],
        Context(),
        seconds=IMPATIENT if hangs else PATIENCE,
    )
    FakeHangingCheck.release.set()  # its thread ends, too late to count
    FakeHangingCheck.release.clear()
    decision = decide(policy, draft, brief, [one.reports[0] for one in measured])
    bad = {f"c{number}" for number, (kind, *_) in enumerate(rules) if kind in BAD}
    if bad:
        assert decision.unverified
        assert decision.outcome.rank >= Outcome.REVIEW.rank
        assert not decision.regenerate
        named = {one.rule for one in decision.reasons if one.rule.startswith("unverified")}
        assert {f"unverified:{check}" for check in bad} <= named
    elif not found:
        assert decision.outcome is Outcome.RELEASE  # it is not simply that nothing goes out
        assert not decision.unverified
