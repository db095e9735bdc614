"""A report copied elsewhere has no link that leads nowhere; the committed sample is such a copy."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from aigc_guard.audit.copying import copy_report
from aigc_guard.audit.report import RunReport, write_report
from aigc_guard.errors import AuditError

SAMPLE = Path(__file__).resolve().parents[2] / "reports" / "sample"


def links(html: Path) -> list[str]:
    return re.findall(r'href="([^"#][^"]*)"', html.read_text(encoding="utf-8"))


def dead_links(html: Path) -> list[str]:
    local = [link for link in links(html) if not link.startswith(("http://", "https://"))]
    return [link for link in local if not (html.parent / unquote(link)).exists()]


@pytest.fixture
def written(run_report: RunReport, tmp_path: Path) -> Path:
    """A report in its own place, with one release in the outbox and Data Docs beside it."""
    place = tmp_path / "reports" / run_report.run
    (place / "intake").mkdir(parents=True)
    (place / "intake" / "index.html").write_text("docs", encoding="utf-8")
    report = replace(
        run_report,
        docs=place / "intake" / "index.html",
        outbox=tmp_path / "outbox",
        quarantine_file=tmp_path / "quarantine" / "q.csv",
    )
    write_report(report, place)
    for item in report.drafts:
        if item.release is not None:
            (tmp_path / "outbox" / item.release.folder).mkdir(parents=True)
    return place


def test_a_report_links_its_own_data_docs_and_releases(written: Path) -> None:
    assert "intake/index.html" in links(written / "report.html")
    assert any("outbox" in link for link in links(written / "report.html"))
    assert dead_links(written / "report.html") == []


def test_a_copy_keeps_the_words_and_only_links_that_lead_somewhere(
    written: Path, tmp_path: Path
) -> None:
    page = copy_report(written, tmp_path / "far" / "away" / "copy")
    assert dead_links(page) == []
    assert not any("outbox" in link for link in links(page))
    assert "https://example.org/style" in links(page)
    text = page.read_text(encoding="utf-8")
    assert "Data Docs of the briefs" in text
    data = json.loads(page.with_name("report.json").read_text(encoding="utf-8"))
    assert (data["docs"], data["quarantine_file"]) == ("", "")
    assert {draft["folder"] for draft in data["drafts"]} == {""}
    assert any(draft["release"] for draft in data["drafts"])


def test_data_docs_go_along_if_asked_for(written: Path, tmp_path: Path) -> None:
    page = copy_report(written, tmp_path / "far" / "away" / "copy", docs=True)
    assert "intake/index.html" in links(page)
    assert (page.parent / "intake" / "index.html").read_text(encoding="utf-8") == "docs"
    data = json.loads(page.with_name("report.json").read_text(encoding="utf-8"))
    assert data["docs"] == "intake/index.html"
    assert dead_links(copy_report(written, page.parent)) == []
    assert not (page.parent / "intake").exists()


def test_only_a_report_is_copied_and_never_onto_itself(written: Path, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no report"):
        copy_report(tmp_path, tmp_path / "copy")
    with pytest.raises(AuditError, match="already"):
        copy_report(written, written)


def test_no_link_of_the_committed_sample_leads_nowhere() -> None:
    assert "outbox/" not in (SAMPLE / "report.html").read_text(encoding="utf-8")
    assert dead_links(SAMPLE / "report.html") == []
    data = json.loads((SAMPLE / "report.json").read_text(encoding="utf-8"))
    places = [data["docs"], data["quarantine_file"], *(d["folder"] for d in data["drafts"])]
    assert [place for place in places if place and not (SAMPLE / place).exists()] == []
