"""The draft page: what it shows and hides, and everything that can be done to a draft."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from tests.dashboard.conftest import Browser, OpenBrowser
from tests.dashboard.newsroom import SECRET, open_newsroom


@pytest.fixture
def project(newsroom: Path, tmp_path: Path) -> Project:
    return open_newsroom(Path(shutil.copytree(newsroom, tmp_path / "project")))


def named(project: Project, name: str) -> str:
    waiting = project.store.queue(state=State.WAITING)
    return next(one.draft_id for one in waiting if one.brief_id == name)


def seen(project: Project, draft_id: str) -> dict[str, str]:
    item = project.store.item_of(draft_id)
    assert item is not None
    return {
        "text_sha256": item.text_sha256,
        "policy_digest": item.policy_digest,
        "decision_digest": item.decision_digest,
    }


def done(answer: Any) -> str:
    assert answer.status_code == 303, answer.text[:3000]
    return str(answer.headers["location"])


def test_marks_facts_and_reasons_stand_together(visit: OpenBrowser, project: Project) -> None:
    bridge = named(project, "harbour-bridge")
    page = visit("reviewer").get(f"/drafts/{bridge}").text
    assert SECRET not in page
    assert f"[EMAIL_ADDRESS · {len(SECRET)}]" in page
    # Two reasons overlap: the inner stretch lies under both, and each number stands at its end.
    assert re.search(r'<mark class="depth-2 review">rumour', page)
    assert re.search(r'<mark class="depth-1 review">.*?A ', page)
    for number in (1, 2):
        assert f'href="#reason-{number}"' in page
        assert f'id="reason-{number}"' in page
        assert f'id="place-{number}"' in page
    assert "A rumour is not a source." in page
    assert "Readers take what we print for checked." in page
    assert 'href="https://example.org/guide/sources"' in page
    # The opening and the cost stand in the text, the length does not.
    assert page.count('href="#fact-B"') == 2
    assert page.count('href="#fact-C"') == 1
    assert "not found in the text" in page
    assert 'aria-label="rumour: 0.90 of 0.5"' in page
    assert "two people of the role chief must approve" in page


def test_the_text_is_exactly_the_draft(visit: OpenBrowser, project: Project) -> None:
    market = named(project, "market")
    page = visit("reader").get(f"/drafts/{market}").text
    (inner,) = re.findall(r'<div class="text" lang="en">(.*?)</div>', page, re.DOTALL)
    plain = re.sub(r'<a class="(?:no|fa)[^>]*>[^<]*</a>', "", inner)
    plain = re.sub(r"<[^>]+>", "", plain)
    draft = project.store.draft(market)
    assert draft is not None
    assert plain == draft.text


def test_a_redaction_shows_as_a_difference_and_never_its_value(
    visit: OpenBrowser, project: Project
) -> None:
    release = next(one for one in project.store.releases() if one.brief_id == "tram")
    page = visit("auditor").get(f"/drafts/{release.draft_id}").text
    assert "<ins>" in page
    assert "withheld" in page
    assert "s3cret" not in page
    assert "[secret · 6]" in page
    assert "released" in page
    assert "Redaction" in page or "redaction" in page


def test_personal_values_are_shown_once_and_noted_before(
    visit: OpenBrowser, project: Project
) -> None:
    bridge = named(project, "harbour-bridge")
    somebody = visit("reviewer")
    path = f"/drafts/{bridge}/reveal"
    assert SECRET not in somebody.post(path, {"reason": " "}).text
    assert SECRET in somebody.post(path, {"reason": "is it hers?"}).text
    kinds = [one.kind for one in project.store.events(subject=bridge)]
    assert kinds.count("draft.revealed") == 1
    assert somebody.get(path).headers["location"] == f"/drafts/{bridge}"
    assert visit("admin").post(path, {"reason": "curious"}).status_code == 403


def test_every_deed_by_form(visit: OpenBrowser, project: Project) -> None:
    rea = visit("reviewer")
    market, base = named(project, "market"), f"/drafts/{named(project, 'market')}"
    assert "claim" in done(rea.post(f"{base}/claim"))
    assert "return" in done(rea.post(f"{base}/return"))
    done(rea.post(f"{base}/claim"))
    assert rea.post(f"{base}/renew").status_code == 204
    assert visit("lead").post(f"{base}/renew").status_code == 409
    assert "comment" in done(rea.post(f"{base}/comment", {"text": "Who says so?"}))
    assert "Who says so?" in rea.get(base).text
    waiver = {"rule": "look-at-rumour", "reason": "It is a column on rumours."}
    assert "waiver" in done(rea.post(f"{base}/waiver", waiver))
    assert rea.post(f"{base}/waiver", {"rule": "no-insult-2", "reason": "x"}).status_code == 409
    assert "regenerate" in done(rea.post(f"{base}/regenerate", {"reason": "Leave it out."}))
    _rejections(rea, project, base)
    asked = {one.kind for one in project.store.requests(subject=market)}
    assert asked == {"waiver", "regenerate"}


def _rejections(rea: Browser, project: Project, base: str) -> None:
    draft_id = base.split("/")[-1]
    fields = seen(project, draft_id)
    kept = rea.post(f"{base}/reject", fields | {"reason": "My words", "rule": "not-a-rule"})
    assert kept.status_code == 409
    assert "My words" in kept.text
    assert rea.post(f"{base}/reject", fields | {"rule": "no-insult"}).status_code == 409
    other = fields | {"text_sha256": "0" * 64, "rule": "no-insult", "reason": "x"}
    assert rea.post(f"{base}/reject", other).status_code == 409
    done(rea.post(f"{base}/reject", fields | {"rule": "look-at-rumour", "reason": "Hearsay."}))
    assert "rejected" in rea.get(base).text


def test_an_edit_is_measured_and_waits_anew(visit: OpenBrowser, project: Project) -> None:
    editor = visit("editor")
    library = named(project, "library")
    fields = seen(project, library)
    text = "The library stays open. Who wrote this is an insult."
    place = done(editor.post(f"/drafts/{library}/edit", fields | {"text": text}))
    edited = place.split("/")[2].split("?")[0]
    page = editor.get(f"/drafts/{edited}").text
    assert "The draft insults somebody." in page
    assert "<del>" in page
    old = editor.get(f"/drafts/{library}").text
    assert f"/drafts/{edited}" in old
    assert "replaced" in old


def test_skipped_drafts_are_others(visit: OpenBrowser, project: Project) -> None:
    rea = visit("reviewer")
    library = named(project, "library")
    done(rea.post(f"/drafts/{library}/claim"))
    skipped = rea.post(f"/drafts/{library}/skip", {"reason": "I know the person"})
    assert done(skipped) == "/queue"
    assert project.store.lease_of(library, now=project.clock()) is None


def test_alike_drafts_are_decided_together_or_not_at_all(
    visit: OpenBrowser, project: Project
) -> None:
    lead = visit("lead")
    market, library = named(project, "market"), named(project, "library")
    path = f"/drafts/{market}/alike"
    page = lead.get(path).text
    boxes = re.findall(r'name="draft" value="([^"]+)"', page)
    # The bridge is held by one rule more: it is not alike.
    assert {one.split(":")[0] for one in boxes} == {market, library}
    data = {"action": "reject", "rule": "look-at-rumour", "reason": "Hearsay, both."}
    stale = boxes[1].split(":")
    stale[1] = "0" * 64
    refused = lead.post(path, data | {"draft": [boxes[0], ":".join(stale)]})
    assert refused.status_code == 409
    assert project.store.reviews_of(market) == []
    done(lead.post(path, data | {"draft": boxes}))
    assert all(project.store.reviews_of(one) for one in (market, library))
    assert lead.post(path, data | {"draft": boxes}).status_code == 409
