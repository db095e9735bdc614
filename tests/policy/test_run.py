"""A run as a whole: breaker, quota and findings that hold everything back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.i18n import both
from aigc_guard.policy import Policy
from aigc_guard.policy.run import RunItem, decide_run, without_run
from aigc_guard.records import Decision, Draft, Outcome, Reason

RULE: dict[str, Any] = {
    "id": "r",
    "check": "toxicity",
    "limits": {"insult": 0.5},
    "action": "block",
}
Make = Callable[..., Any]
Items = Callable[..., list[RunItem]]


@pytest.fixture
def items(policy_of: Make, draft_of: Make) -> Items:
    def make(batch: dict[str, Any], outcomes: str, channels: str = "") -> list[RunItem]:
        policy = policy_of(RULE, batch=batch)
        return [
            item(policy, draft_of("Text.", draft_id=f"d{at}", channel=channel), outcome)
            for at, (outcome, channel) in enumerate(
                zip(outcomes, channels or "w" * len(outcomes), strict=True)
            )
        ]

    return make


OUTCOMES = {"r": Outcome.RELEASE, "b": Outcome.BLOCK, "v": Outcome.REVIEW}


def item(policy: Policy, draft: Draft, outcome: str) -> RunItem:
    found = OUTCOMES[outcome]
    held = Reason("r", "toxicity", found, both("Held."))
    reasons = () if found is Outcome.RELEASE else (held,)
    decision = Decision(
        draft.draft_id, draft.text_sha256, policy.name, policy.digest, found, reasons
    )
    return RunItem(policy, draft, decision)


def outcomes(items: list[RunItem]) -> list[str]:
    return [one.outcome.value for one in decide_run(items).decisions]


@pytest.mark.parametrize(
    ("batch", "drafts", "stopped"),
    [
        ({"stop_above": 0.25}, "brrr", False),  # a share equal to the limit is no breach
        ({"stop_above": 0.25}, "bbrr", True),
        ({"stop_above": 0.0}, "brrrrrrrrr", True),
        ({"stop_above": 0.0}, "vvrr", False),
        ({"stop_above": 0.25, "at_least": 5}, "bbrr", False),
        ({"stop_above": 0.25, "at_least": 4}, "bbrr", True),
        ({"quota": {"w": 1}}, "bbbb", False),
    ],
)
def test_breaker(batch: dict[str, Any], drafts: str, stopped: bool, items: Items) -> None:
    run = items(batch, drafts)
    decided = decide_run(run)
    assert decided.stopped is stopped
    assert ("release" in outcomes(run)) is ("r" in drafts and not stopped)
    assert [one.outcome for one in decided.decisions].count(Outcome.BLOCK) == drafts.count("b")


def test_hit_breaker_names_the_share(items: Items) -> None:
    decided = decide_run(items({"stop_above": 0.2}, "bbrrr"))
    (stop,) = decided.stops
    assert (stop.rule, stop.score, stop.limit, stop.label) == ("batch:stop", 0.4, "0.2", "test")
    assert "2 of 5 drafts" in stop.message["en"]
    assert stop.message["zh"] != stop.message["en"]
    assert decided.decisions[2].reasons == (stop,)


def test_breaker_of_one_policy_holds_the_drafts_of_all(
    items: Items, policy_of: Make, draft_of: Make
) -> None:
    other = policy_of({**RULE, "id": "x"}, policy="other")
    run = [*items({"stop_above": 0.1}, "b"), item(other, draft_of("Text.", draft_id="o"), "r")]
    assert outcomes(run) == ["block", "review"]
    assert outcomes([*items({"stop_above": 0.1}, "r"), run[1]]) == ["release", "release"]


def test_quota_lets_the_first_of_each_channel_out(items: Items) -> None:
    run = items({"quota": {"s": 2, "p": 0}}, "rbrrrr", "ssswsp")
    decided = decide_run(run)
    assert outcomes(run) == ["release", "block", "release", "release", "review", "review"]
    assert [one.reasons[0].rule for one in decided.decisions[4:]] == ["batch:quota"] * 2
    assert not decided.stopped


def test_finding_of_a_named_rule_holds_the_run(policy_of: Make, draft_of: Make) -> None:
    policy = policy_of(RULE)
    form = policy.form.model_copy(update={"batch": _hold_on("one-figure")})
    policy = replace(policy, form=form)
    run = [item(policy, draft_of("Text.", draft_id=f"d{at}"), "r") for at in range(3)]
    assert not decide_run(run).stopped
    reason = Reason("one-figure", "consistency", Outcome.REVIEW, both("Held."))
    one = replace(run[1].decision, outcome=Outcome.REVIEW, reasons=(reason,))
    run[1] = replace(run[1], decision=one)
    assert outcomes(run) == ["review"] * 3
    # What is only noted (a shadow rule, a waived finding) holds nothing.
    noted = replace(run[1].decision, outcome=Outcome.RELEASE, reasons=(), noted=(reason,))
    run[1] = replace(run[1], decision=noted)
    assert outcomes(run) == ["release"] * 3


def _hold_on(rule: str) -> Any:
    from aigc_guard.policy.model import BatchForm

    return BatchForm(hold_run_on=(rule,))


@given(
    drafts=st.text("rbv", min_size=1, max_size=12),
    share=st.sampled_from([0.0, 0.2, 0.5]),
    quota=st.integers(0, 5),
)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # fixtures only make things
)
def test_it_only_makes_stricter_and_twice_is_once(
    drafts: str, share: float, quota: int, policy_of: Make, draft_of: Make
) -> None:
    policy = policy_of(RULE, batch={"stop_above": share, "quota": {"web": quota}})
    run = [item(policy, draft_of("Text.", draft_id=f"d{at}"), one) for at, one in enumerate(drafts)]
    first = decide_run(run)
    for before, after in zip(run, first.decisions, strict=True):
        assert after.outcome.rank >= before.decision.outcome.rank
        assert without_run(after).outcome is before.decision.outcome
    again = [
        replace(one, decision=decision) for one, decision in zip(run, first.decisions, strict=True)
    ]
    assert decide_run(again) == first
    out = sum(one.outcome is Outcome.RELEASE for one in first.decisions)
    assert out <= quota
    if drafts.count("b") / len(drafts) > share:
        assert out == 0
