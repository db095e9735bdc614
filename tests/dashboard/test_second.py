"""Second readings: who may read what, and what the verdicts add up to; what the worker does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aigc_guard.accounts import add_account
from aigc_guard.dashboard.worker import work_once
from aigc_guard.errors import ReviewError
from aigc_guard.pipeline.desk import ask
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.second import (
    draw_samples,
    give_verdict,
    keep_golden,
    next_reading,
    results,
)
from aigc_guard.store import Account, State
from tests.dashboard.conftest import PASSWORD, OpenBrowser
from tests.dashboard.newsroom import open_newsroom


@pytest.fixture
def project(newsroom: Path, tmp_path: Path) -> Project:
    return open_newsroom(Path(shutil.copytree(newsroom, tmp_path / "project")))


def person(project: Project, login: str, role: str) -> Account:
    return add_account(project.store, login, roles=[role], password=PASSWORD, clock=project.clock)


def test_samples_are_drawn_once_and_read_by_one(project: Project) -> None:
    ann, bo = person(project, "ann-1", "reviewer"), person(project, "bo-2", "reviewer")
    count = len(project.store.releases())
    assert count > 0
    assert draw_samples(project) == count
    assert draw_samples(project) == 0
    for _ in range(count):
        sample = next_reading(project, ann)
        assert sample is not None
        give_verdict(project, ann, sample.sample_id, "fine", rule="", reason="")
        with pytest.raises(ReviewError, match="not for you"):
            give_verdict(project, bo, sample.sample_id, "fine", rule="", reason="")
    assert next_reading(project, bo) is None
    found = results(project)
    assert (found.agreement.hits, found.agreement.total) == (count, count)
    assert found.agreement.interval[0] < 1.0
    assert {one.missed.hits for one in found.misses} == {0}
    assert {one.stratum for one in found.misses} == {"random"}


def test_a_miss_is_counted_for_its_rule(project: Project) -> None:
    ann = person(project, "ann-1", "reviewer")
    draw_samples(project)
    sample = next_reading(project, ann)
    assert sample is not None
    for verdict, rule, reason in (("hold", "", "x"), ("hold", "no-rule", "x"), ("odd", "", "")):
        with pytest.raises(ReviewError):
            give_verdict(project, ann, sample.sample_id, verdict, rule=rule, reason=reason)
    with pytest.raises(ReviewError, match="needs a reason"):
        give_verdict(project, ann, sample.sample_id, "hold", rule="no-insult", reason=" ")
    give_verdict(project, ann, sample.sample_id, "hold", rule="no-insult", reason="It is one.")
    missed = {one.rule: one.missed for one in results(project).misses}
    assert (missed["no-insult"].hits, missed["no-insult"].total) == (1, 1)
    assert missed["look-at-rumour"].hits == 0


def test_golden_drafts_are_everybodys(project: Project) -> None:
    ann, leo = person(project, "ann-1", "reviewer"), person(project, "leo-2", "lead")
    waiting = project.store.queue(state=State.WAITING)[0].draft_id
    with pytest.raises(ReviewError, match="may not"):
        keep_golden(project, ann, waiting, "fine")
    kept = keep_golden(project, leo, waiting, "hold", rule="look-at-rumour")
    give_verdict(project, ann, kept.sample_id, "fine", rule="", reason="")
    give_verdict(project, leo, kept.sample_id, "hold", rule="look-at-rumour", reason="Hearsay.")
    found = results(project).golden
    assert (found.hits, found.total) == (1, 2)


def test_a_reading_is_blind(visit: OpenBrowser, project: Project) -> None:
    leo = visit("lead", name="leo-2")
    draft_id = next(
        one.draft_id for one in project.store.queue(state=State.WAITING) if one.brief_id == "market"
    )
    assert leo.account is not None
    kept = keep_golden(project, leo.account, draft_id, "hold", rule="look-at-rumour")
    page = visit("reviewer", name="ann-1").get(f"/second/{kept.sample_id}").text
    assert "The market moves to the square." in page
    assert "<mark" not in page
    assert "A rumour is not a source." not in page
    assert draft_id not in page


def test_the_worker_writes_what_was_asked_for(project: Project) -> None:
    ann = person(project, "ann-1", "reviewer")
    waiting = project.store.queue(state=State.WAITING)[0]
    before = len(project.store.versions_of(waiting.draft_id))
    request = ask(project, ann, "regenerate", waiting.draft_id, "once more")
    work_once(project)
    work_once(project)
    after = project.store.request(request.request_id)
    assert after is not None
    assert after.state == "granted"
    versions = project.store.versions_of(waiting.draft_id)
    assert len(versions) == before + 1
    assert after.answer in {one.draft_id for one in versions}
