"""Proofs in the browser: the same verdicts as the command line's, and the pack an auditor takes."""

from __future__ import annotations

import io
import json
import zipfile

from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.proofs import seal, verify_release
from tests.dashboard.conftest import OpenBrowser


def test_a_release_is_verified_layer_by_layer(visit: OpenBrowser, project: Project) -> None:
    seal(project)
    auditor = visit("auditor")
    release = project.store.releases()[0]
    assert release.release_id[:12] in auditor.get("/audit").text
    place = f"/releases/{release.release_id}"
    page = auditor.get(place).text
    verdict = verify_release(project, release.release_id)
    assert verdict.state.value == "verified"
    assert "Verified." in page
    assert page.count(" passed</span>") == sum(one.status == "passed" for one in verdict.layers)
    for digest in release.files.values():
        assert digest in page
    assert f'href="{place}"' in auditor.get(f"/drafts/{release.draft_id}").text
    assert f'href="{place}"' in auditor.get(f"/record?release={release.release_id}").text
    # One byte more in the outbox, and every layer that reads it says so.
    folder = project.config.outbox / release.folder
    name = next(name for name in release.files if name.endswith((".html", ".md", ".txt")))
    with (folder / name).open("ab") as file:
        file.write(b" ")
    page = auditor.get(place).text
    assert "Tampered with" in page
    assert "Verified." not in page
    assert auditor.get("/releases/unknown").status_code == 404
    assert visit("reviewer").get(place).status_code == 403


def test_the_log_is_read_again(visit: OpenBrowser, project: Project) -> None:
    seal(project)
    auditor = visit("auditor")
    page = auditor.post("/audit/verify")
    assert "nothing was changed" in page.text
    newest = project.store.checkpoints()[-1]
    kept = auditor.get(f"/audit/checkpoints/{newest.size}")
    assert kept.text == newest.note
    assert "attachment" in kept.headers["content-disposition"]
    assert auditor.get("/audit/checkpoints/999999").status_code == 404
    import sqlalchemy as sa

    with project.store.engine.begin() as connection:
        for trigger in connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).scalars():
            connection.execute(sa.text(f'DROP TRIGGER "{trigger}"'))
        connection.execute(sa.text("UPDATE events SET actor = 'other' WHERE seq = 2"))
    page = auditor.post("/audit/verify")
    assert "nothing was changed" not in page.text
    assert 'role="alert"' in page.text


def test_the_evidence_is_taken_out_and_that_is_recorded(
    visit: OpenBrowser, project: Project
) -> None:
    auditor = visit("auditor")
    wrong = auditor.post("/audit/pack", {"since": "2026-13-01", "until": "x"})
    assert wrong.status_code == 409
    day = project.clock()[:10]
    answer = auditor.post("/audit/pack", {"since": day, "until": day})
    assert answer.status_code == 200
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="evidence-{day}-{day}.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        entries = [json.loads(line) for line in archive.read("log.jsonl").splitlines()]
    assert {"README.md", "check.py", "checkpoint.txt", "keys.json"} <= names
    release = project.store.releases()[0].release_id
    assert any(name.startswith(f"statements/{release}/") for name in names)
    # The pack holds the note of its own taking.
    assert any("record.exported" in json.dumps(one) for one in entries)
    assert visit("admin").post("/audit/pack", {"since": day, "until": day}).status_code == 403
