"""Drafts of a run compared with each other on the way from briefs to releases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from aigc_guard.checks.consistency import ConsistencyCheck
from aigc_guard.checks.interface import Context, Subject
from aigc_guard.errors import PolicyError, ReleaseError, ReviewError
from aigc_guard.pipeline.approved import authority_in, release_approved
from aigc_guard.pipeline.comparing import PENDING, is_pending
from aigc_guard.pipeline.measuring import MemoryArchive
from aigc_guard.pipeline.plan import start_run
from aigc_guard.pipeline.policy_tests import run_cases
from aigc_guard.pipeline.produce import Produced, process_batch, produce, publish_batch
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.redecide import redecide
from aigc_guard.records import CheckReport, Decision, Outcome, Status
from aigc_guard.review import approve
from aigc_guard.store import State

from .conftest import POLICY, MakeProject

RULE = """\
  - id: one-price
    check: consistency
    limits: {contradicting_figure: 0.8}
    action: ACTION
    required: true
    message: {en: "Another draft says otherwise.", zh: "与另一篇稿件不一致。"}
"""
ENOUGH = "batch: {hold_run_on: [one-price]}\n"


def policy(action: str = "review", more: str = "") -> str:
    rule = RULE.replace("ACTION", action)
    return POLICY.replace("labels:\n", rule + "labels:\n", 1) + more


TEXTS = {
    "first": "The Aurora Lamp costs $49.",
    "second": "Get the Aurora Lamp for $59.",
    "third": "The bridge opened on Tuesday.",
}
FACTS = {
    "first": {"product": "Aurora Lamp", "price": "$49"},
    "second": {"product": "Aurora Lamp", "price": "$59"},
}


def order(folder: Path, names: Sequence[str], facts: Mapping[str, Mapping[str, str]]) -> Path:
    path = folder / "orders.jsonl"
    rows = [
        {
            "id": name,
            "kind": "news",
            "language": "en",
            "channel": "wire",
            "jurisdictions": ["US"],
            "facts": [
                {"name": key, "value": value}
                for key, value in {"headline": f"About {name}", **facts.get(name, {})}.items()
            ],
        }
        for name in names
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return order(tmp_path, list(TEXTS), FACTS)


def outcomes(done: Produced) -> dict[str, Outcome]:
    return {item.brief.id: item.outcome for item in done.report.drafts}


def decision(done: Produced, name: str) -> Decision:
    return next(item.last.decision for item in done.report.drafts if item.brief.id == name)


def draft_id(done: Produced, name: str) -> str:
    return next(item.last.draft.draft_id for item in done.report.drafts if item.brief.id == name)


def approved(project: Project, name: str) -> None:
    approve(
        project.store,
        name,
        by="Ann",
        reason="looked at it",
        clock=project.clock,
        authority=authority_in(project),
    )


def test_two_prices_of_one_product_hold_both_drafts(
    make_project: MakeProject, orders: Path
) -> None:
    project = make_project(TEXTS, policy=policy())
    done = produce(project, [orders])
    assert outcomes(done) == {
        "first": Outcome.REVIEW,
        "second": Outcome.REVIEW,
        "third": Outcome.RELEASE,
    }
    (reason,) = decision(done, "first").reasons
    assert (reason.rule, TEXTS["first"][reason.start : reason.end]) == ("one-price", "$49")
    assert len(project.store.releases()) == 1


def test_the_report_shows_what_a_decision_was_made_from(
    make_project: MakeProject, orders: Path
) -> None:
    done = produce(make_project(TEXTS, policy=policy()), [orders])
    for item in done.report.drafts:
        (report,) = (one for one in item.reports if one.check == "consistency")
        assert report.status is Status.OK
        assert [one.detail for one in report.findings] == {
            "first": [{"other": "second", "fact": "price"}],
            "second": [{"other": "first", "fact": "price"}],
            "third": [],
        }[item.brief.id]


def test_a_contradiction_can_hold_the_whole_run(make_project: MakeProject, orders: Path) -> None:
    project = make_project(TEXTS, policy=policy(more=ENOUGH))
    done = produce(project, [orders])
    assert set(outcomes(done).values()) == {Outcome.REVIEW}
    assert [one.rule for one in decision(done, "third").reasons] == ["batch:finding"]
    assert project.store.releases() == []


def test_equal_prices_in_other_forms_are_released(
    make_project: MakeProject, tmp_path: Path
) -> None:
    facts = {**FACTS, "second": {"product": "Aurora Lamp", "price": "USD 49"}}
    texts = {**TEXTS, "second": "Get the Aurora Lamp for forty-nine dollars."}
    project = make_project(texts, policy=policy(more=ENOUGH))
    done = produce(project, [order(tmp_path, list(texts), facts)])
    assert set(outcomes(done).values()) == {Outcome.RELEASE}
    assert len(project.store.releases()) == 3


def test_before_its_run_a_draft_is_decided_alone_and_says_so(
    make_project: MakeProject, orders: Path
) -> None:
    project = make_project(TEXTS, policy=policy())
    done = produce(project, [orders])
    for name, outcome in outcomes(done).items():
        (_, before), (_, after) = project.store.decisions_of(draft_id(done, name))
        assert (before.outcome, before.unverified) == (Outcome.RELEASE, False)
        assert [one.rule for one in before.noted] == [PENDING]
        assert (after.outcome, is_pending(after)) == (outcome, False)


def test_running_again_changes_nothing_and_keeps_an_approval(
    make_project: MakeProject, orders: Path
) -> None:
    project = make_project(TEXTS, policy=policy(more=ENOUGH))
    done = produce(project, [orders])
    name = draft_id(done, "first")
    approved(project, name)
    events = len(project.store.events())
    again = produce(project, [orders])
    item = project.store.item_of(name)
    assert item is not None
    assert item.state is State.APPROVED
    assert [one.kind for one in project.store.events()[events:]] == ["run.resumed"]
    assert outcomes(again) == outcomes(done)
    assert len(release_approved(project).released) == 1


def test_what_was_not_compared_is_neither_approved_nor_released(
    make_project: MakeProject, tmp_path: Path
) -> None:
    texts = {**TEXTS, "third": "A rumour about the bridge."}
    path = order(tmp_path, list(texts), FACTS)
    project = make_project(texts, policy=policy())
    plan = start_run(project, [path], seed=0)
    latest = {}
    for batch in plan.batches:  # killed before the run was looked at as a whole
        latest |= process_batch(project, plan, batch)
    waiting = latest["third"][0].draft_id
    assert latest["third"][2].outcome is Outcome.REVIEW
    with pytest.raises(ReviewError, match="not compared"):
        approved(project, waiting)
    with pytest.raises(ReleaseError, match="not compared"):
        publish_batch(project, plan.batches[0], latest)
    assert project.store.releases() == []
    done = produce(project, [path])
    assert outcomes(done)["first"] is Outcome.REVIEW
    approved(project, waiting)
    assert len(release_approved(project).released) == 1


class FailingComparison(ConsistencyCheck):
    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        raise RuntimeError("broken")


class ForgetfulComparison(ConsistencyCheck):
    """Reports what it would say of a draft alone."""

    def measure(self, subjects: Sequence[Subject], context: Context) -> list[CheckReport]:
        return [self.report(subject, Context()) for subject in subjects]


@pytest.mark.parametrize("broken", [FailingComparison, ForgetfulComparison])
def test_a_comparison_that_fails_holds_every_draft_that_needs_it(
    make_project: MakeProject, orders: Path, broken: type[ConsistencyCheck]
) -> None:
    project = make_project(TEXTS, policy=policy(), fakes={"consistency": broken})
    done = produce(project, [orders])
    assert set(outcomes(done).values()) == {Outcome.REVIEW}
    assert decision(done, "third").unverified
    assert project.store.releases() == []
    mended = make_project(TEXTS, policy=policy())
    assert outcomes(produce(mended, [orders]))["third"] is Outcome.RELEASE


def test_a_blocked_draft_holds_no_other_back(make_project: MakeProject, orders: Path) -> None:
    texts = {**TEXTS, "second": "An insult: the Aurora Lamp for $59."}
    done = produce(make_project(texts, policy=policy(more=ENOUGH)), [orders])
    assert outcomes(done) == {
        "first": Outcome.RELEASE,
        "second": Outcome.BLOCK,
        "third": Outcome.RELEASE,
    }


def test_the_redacted_version_is_what_is_compared(make_project: MakeProject, orders: Path) -> None:
    texts = {**TEXTS, "first": "The code is s3cret; the Aurora Lamp costs $49."}
    project = make_project(texts, policy=policy())
    done = produce(project, [orders])
    assert outcomes(done)["first"] is Outcome.REVIEW
    assert [one.rule for one in decision(done, "first").reasons] == ["one-price"]
    assert decision(done, "first").draft_id == draft_id(done, "first")
    first = next(item for item in done.report.drafts if item.brief.id == "first")
    assert first.redacted is not None
    assert first.decision.outcome is Outcome.REDACT


@pytest.mark.parametrize("action", ["redact", "regenerate"])
def test_a_comparison_may_not_ask_for_another_text(
    make_project: MakeProject, orders: Path, action: str
) -> None:
    """It comes when all is written; the file is refused rather than read as less than it says."""
    more = policy(action)
    if action == "redact":
        wording = 'secret: "[secret]", contradicting_figure: "[price]"'
        more = more.replace('secret: "[secret]"', wording)
    with pytest.raises(PolicyError) as refused:
        produce(make_project(TEXTS, policy=more), [orders])
    assert action in refused.value.message


def test_every_decision_of_a_compared_run_can_be_made_again(
    make_project: MakeProject, orders: Path
) -> None:
    texts = {**TEXTS, "third": "An insult, s3cret."}
    project = make_project(texts, policy=policy(more=ENOUGH))
    done = produce(project, [orders])
    for name in texts:
        again = redecide(project, draft_id(done, name))
        assert again
        assert [one for one in again if not one.is_same] == []


def test_a_policys_own_tests_name_the_other_drafts_of_the_run(make_project: MakeProject) -> None:
    tests = """\
    tests:
      trips:
        - text: The Aurora Lamp costs $49.
          facts: {product: Aurora Lamp, price: $49}
          batch: [The Aurora Lamp costs $94.]
      passes:
        - text: The Aurora Lamp costs $49.
          facts: {product: Aurora Lamp, price: $49}
          batch: [49 dollars for the Aurora Lamp.]
        - The Aurora Lamp costs $49.
"""
    text = policy().replace("0.8}", "0.5}").replace('不一致。"}\n', '不一致。"}\n' + tests)
    project = make_project({}, policy=text)
    own = [*project.policies.policies]
    results = run_cases(own, project.context, MemoryArchive(), seconds=30)
    assert [one.passed for one in results] == [True, True, True]
    assert [one.unreached for one in results] == [(), (), ("one-price",)]
