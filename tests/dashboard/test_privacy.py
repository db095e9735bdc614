"""No personal value and no draft text in logs, addresses, titles or the event record."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import structlog

from aigc_guard.dashboard.worker import work_once
from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from tests.dashboard.conftest import OpenBrowser
from tests.dashboard.newsroom import SECRET, open_newsroom

PRIVATE = (SECRET, "twice the estimate", "Only between us", "rea.okoye", "Rea Okoye")


@pytest.fixture
def project(newsroom: Path, tmp_path: Path) -> Project:
    return open_newsroom(Path(shutil.copytree(newsroom, tmp_path / "project")))


def test_nothing_private_leaves_the_pages(
    visit: OpenBrowser, project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    structlog.reset_defaults()
    rea = visit("lead", name="rea.okoye", policy_roles=("chief",))
    addresses: list[str] = []
    titles: list[str] = []

    def note(answer: Any) -> Any:
        addresses.append(unquote_plus(str(answer.request.url)))
        addresses.append(unquote_plus(answer.headers.get("location", "")))
        titles.extend(re.findall(r"<title>(.*?)</title>", answer.text, re.DOTALL))
        addresses.extend(
            unquote_plus(one) for one in re.findall(r'(?:href|action|src)="([^"]*)"', answer.text)
        )
        return answer

    waiting = {one.brief_id: one.draft_id for one in project.store.queue(state=State.WAITING)}
    bridge = f"/drafts/{waiting['harbour-bridge']}"
    for path in ("/queue", bridge, "/second", "/me", f"{bridge}/alike", "/nothing", "/people"):
        note(rea.get(path))
    note(rea.post("/queue/claim", {"rule": "look-at-rumour"}))
    note(rea.post(f"{bridge}/claim"))
    note(rea.post(f"{bridge}/reveal", {"reason": "Only between us"}))
    note(rea.post(f"{bridge}/comment", {"text": f"Only between us: {SECRET}"}))
    note(rea.post(f"{bridge}/edit", {"text": f"x {SECRET}", "text_sha256": "0" * 64}))
    note(rea.post(f"{bridge}/approve", {"reason": f"Only between us {SECRET}"}))
    _crash(rea, bridge)
    work_once(project)
    out, err = capfd.readouterr()
    events = json.dumps([one.body for one in project.store.events()], ensure_ascii=False)
    for where, found in (
        ("log", out + err),
        ("events", events),
        ("addresses", "\n".join(addresses)),
        ("titles", "\n".join(titles)),
    ):
        for value in PRIVATE:
            assert value not in found, where
    assert len(titles) > 8
    assert "request.crashed" in out + err


def _crash(rea: Any, bridge: str) -> None:
    """A page that fails with a draft's words in its error."""
    from aigc_guard.dashboard.routes import draft

    kept = draft.view_draft
    draft.view_draft = lambda *_, **__: (_ for _ in ()).throw(
        ValueError(f"twice the estimate {SECRET}")
    )
    try:
        assert rea.get(bridge).status_code == 500
    finally:
        draft.view_draft = kept
