"""The draft page shows what an altered quotation truly says, personal values masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.store import State
from aigc_guard.testing import FixedClock, RecordedGenerator
from tests.cli.test_true_wording import QUOTED, QUOTING, ROW, TRUE, FakePii
from tests.dashboard.conftest import OpenBrowser
from tests.dashboard.newsroom import CONFIG
from tests.pipeline.conftest import ROOT, FakeCheckTypes


@pytest.fixture
def project(tmp_path: Path) -> Project:
    import json
    import shutil

    from aigc_guard.config import load_config

    folder = tmp_path / "project"
    (folder / "policies").mkdir(parents=True)
    (folder / "models").mkdir()
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "policies" / "desk.yaml").write_text(QUOTING, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "briefs.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    made = Project(
        config=load_config(folder, {}),
        clock=FixedClock(),
        writers={"recorded": RecordedGenerator({"b": QUOTED}, name="recorded")},
        checks=FakeCheckTypes({"pii": FakePii}),
    )
    produce(made, [folder / "briefs.jsonl"])
    return made


def test_the_true_wording_stands_under_its_reason(visit: OpenBrowser, project: Project) -> None:
    (held,) = project.store.queue(state=State.WAITING)
    reviewer = visit("reviewer")
    page = reviewer.get(f"/drafts/{held.draft_id}").text
    assert f"The brief says (source 1): <q>{TRUE}</q>" in page
    assert "Quill" not in page
    answer = reviewer.get(f"/api/v1/drafts/{held.draft_id}").json()
    (own,) = [one for one in answer["reasons"] if one["rule"] == "true-quotes"]
    assert own["true_wording"] == {"in": "source", "number": 1, "words": TRUE}
