from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aigc_guard.errors import StoreError
from aigc_guard.records import (
    Edit,
    Fact,
    Finding,
    Quarantined,
    Source,
    Span,
    Status,
)
from aigc_guard.store import RunDraft, Store, work_id_of
from aigc_guard.testing.records import example_brief, example_draft, example_report

AT = "2026-01-05T09:00:00Z"
BRIEF = example_brief()


def with_run(store: Store) -> None:
    store.put_run("run", at=AT, seed=7, policies={"news": "ab"})
    store.put_briefs("run", [BRIEF])


def test_a_run_is_put_once_and_never_altered(store: Store) -> None:
    assert store.put_run("run", at=AT, seed=7, policies={"news": "ab"})
    assert not store.put_run("run", at="later", seed=7, policies={"news": "ab"})
    with pytest.raises(StoreError, match="run is already stored with another body"):
        store.put_run("run", at=AT, seed=8, policies={"news": "ab"})
    run = store.get_run("run")
    assert run is not None
    assert (run.started_at, run.finished_at) == (AT, "")
    assert store.finish_run("run", at="end", summary={"release": 3})
    assert not store.finish_run("run", at="later", summary={"release": 3})
    assert [(r.finished_at, r.summary) for r in store.get_runs()] == [("end", {"release": 3})]


def test_briefs_and_quarantined_rows_come_back_in_order(store: Store) -> None:
    store.put_run("run", at=AT)
    full = example_brief(
        id="b2",
        language="zh",
        facts=(Fact("价格", "\x00 99 元 😀"),),
        sources=(Source("title", licence="CC-BY-4.0", text="text"),),
        may_publish=("555-0142",),
        origin={"writer": "desk"},
    )
    briefs = [full, BRIEF, example_brief(id="b0")]
    assert store.put_briefs("run", briefs) == [brief.digest for brief in briefs]
    assert store.put_briefs("run", briefs) == []
    assert store.briefs_of_run("run") == briefs
    rows = [Quarantined("b.csv", n, "kind", {"en": "x"}, {"en": "y"}, "aa") for n in (5, 2)]
    for _ in range(2):
        store.put_quarantined("run", rows)
    assert store.quarantined_of_run("run") == rows


def test_drafts_are_put_once_and_never_altered(store: Store) -> None:
    with_run(store)
    draft = example_draft(BRIEF, seed=2**64 - 1, notes=("missing:price",), faithful=False)
    assert store.put_draft(draft, run_id="run")
    assert not store.put_draft(draft, run_id="run")
    with pytest.raises(StoreError, match="another text_sha256"):
        store.put_draft(replace(draft, text="changed"))
    assert store.draft(draft.draft_id) == draft
    assert store.drafts_of_run("run") == [RunDraft(draft.draft_id, BRIEF.digest, 1)]
    assert store.known_drafts([draft.draft_id, "other"]) == {draft.draft_id}
    assert store.find_draft(draft.draft_id[:6]) == draft.draft_id


@pytest.mark.parametrize("prefix", ["", "nothing", "%"])
def test_a_prefix_that_names_no_single_draft_is_refused(store: Store, prefix: str) -> None:
    with_run(store)
    store.put_draft(example_draft(BRIEF))
    with pytest.raises(StoreError, match="begin"):
        store.find_draft(prefix)


def test_attempts_and_versions_belong_to_one_order(store: Store) -> None:
    with_run(store)
    first, second = example_draft(BRIEF), example_draft(BRIEF, attempt=2, text="second")
    version = replace(second, draft_id="v", text="redacted", parent=second.draft_id)
    other = example_draft(BRIEF, seed=8)
    store.put_drafts([first, second, version, other], run_id="run")
    assert store.versions_of("v") == [first, second, version]
    assert [used.draft_id for used in store.drafts_of_run("run")][-2:] == [second.draft_id, "v"]
    with pytest.raises(StoreError, match="parent that is not stored"):
        store.put_draft(replace(version, draft_id="w", parent="unknown"))
    with pytest.raises(StoreError, match="surrogate"):
        store.put_draft(example_draft(BRIEF, draft_id="s", text="\ud800"))


def test_another_seed_is_another_order_but_a_supplied_text_stays_one() -> None:
    one, two = example_draft(BRIEF), example_draft(BRIEF, seed=8)
    assert work_id_of(one) != work_id_of(two)
    assert work_id_of(one) == work_id_of(replace(one, attempt=2, text="other"))
    supplied = [replace(draft, made_by="supplied") for draft in (one, two)]
    assert work_id_of(supplied[0]) == work_id_of(supplied[1])


def test_a_draft_without_its_brief_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"):
        store.put_draft(example_draft(BRIEF))


def test_what_fails_inside_a_transaction_leaves_nothing(store: Store) -> None:
    def work() -> None:
        with store.transaction() as tx:
            with_run(tx)
            tx.append_event("run.started", "run", body={}, at=AT)
            tx.put_draft(example_draft(BRIEF, draft_id="s", text="\ud800"))

    with pytest.raises(StoreError, match="surrogate"):
        work()
    assert store.get_run("run") is None
    assert store.events() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(text=st.text(st.characters(codec="utf-8"), max_size=50))
def test_every_character_survives(store: Store, text: str) -> None:
    store.put_briefs("", [BRIEF])
    draft = example_draft(BRIEF, text=text, draft_id="")
    store.put_draft(draft)
    assert store.draft(draft.draft_id) == draft


def test_a_failed_measurement_is_replaced_and_a_good_one_stands(store: Store) -> None:
    draft = example_draft(BRIEF)
    failed = example_report(draft, status=Status.FAILED, coverage=(), scores={}, error="timeout")
    finding = Finding("toxicity", "insult", 0.1 + 0.2, 1, 4, value=2.0, detail={"window": "1"})
    good = example_report(draft, findings=(finding,), scores={"insult": 0.1 + 0.2})
    incomplete = example_report(draft, status=Status.INCOMPLETE, coverage=(Span(0, 3),))
    assert store.put_reports([failed]) == [good.key]
    assert store.put_reports([failed]) == []
    assert store.put_reports([incomplete]) == [good.key]
    assert store.put_reports([good]) == [good.key]
    assert store.put_reports([failed, incomplete, example_report(draft)]) == []
    assert store.get_reports([good.key, (*good.key[:4], "other")]) == {good.key: good}
    assert store.reports_of(draft.text_sha256) == [good]


def test_hundreds_of_reports_go_in_and_out_at_once(store: Store) -> None:
    drafts = [example_draft(BRIEF, text=f"text {number}") for number in range(700)]
    reports = [example_report(draft) for draft in drafts]
    assert len(store.put_reports(reports)) == 700
    assert store.get_reports([report.key for report in reports]) == {r.key: r for r in reports}


def test_a_report_that_is_not_a_number_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="toxicity"):
        store.put_reports([example_report(example_draft(), scores={"insult": float("nan")})])


def test_a_ledger_is_kept_once(store: Store) -> None:
    with_run(store)
    draft = example_draft(BRIEF)
    store.put_draft(draft)
    edits = [Edit("phones", "PHONE_NUMBER", 3, 11, "v1:aa", "[phone]")]
    assert store.put_edits(draft.draft_id, edits)
    assert not store.put_edits(draft.draft_id, [replace(edits[0], before_encrypted="v1:bb")])
    with pytest.raises(StoreError, match="another ledger"):
        store.put_edits(draft.draft_id, [replace(edits[0], end=12)])
    assert store.edits_of(draft.draft_id) == tuple(edits)
