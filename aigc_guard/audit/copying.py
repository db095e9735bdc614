"""A run's report taken elsewhere, to be mailed, hosted or committed: no link leads nowhere.

In its own place a report links to the outbox and to its Data Docs. A copy takes the Data Docs
along, if asked to, and keeps of each other relative link only its words.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aigc_guard.errors import AuditError, said

REPORT, DATA, DOCS = "report.html", "report.json", "intake"
_LINK = re.compile(r'<a href="(?!#|https?:|mailto:)([^"]*)">(.*?)</a>', re.S)


def copy_report(source: Path, target: Path, *, docs: bool = False) -> Path:
    """Copy the report in ``source`` into ``target``; returns the HTML's path.

    ``docs`` takes its Data Docs along. Raises AuditError when ``source`` holds no report, or when
    both are the same folder.
    """
    if not (source / REPORT).is_file() or not (source / DATA).is_file():
        raise AuditError(said("there is no report in {folder}", folder=source))
    if source.resolve() == target.resolve():
        raise AuditError(
            said("the report lies in {folder} already", folder=target),
            hint=said("name another folder"),
        )
    target.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target / DOCS, ignore_errors=True)
    if docs and (source / DOCS).is_dir():
        shutil.copytree(source / DOCS, target / DOCS)
    data = json.loads((source / DATA).read_text(encoding="utf-8"))
    text = json.dumps(_without_places(data, target), indent=2, ensure_ascii=False)
    (target / DATA).write_text(text + "\n", encoding="utf-8")
    html = (source / REPORT).read_text(encoding="utf-8")
    (target / REPORT).write_text(unlinked(html, target), encoding="utf-8")
    return target / REPORT


def unlinked(html: str, folder: Path) -> str:
    """``html`` as it lies in ``folder``: a link to nothing is only its words."""

    def keep(match: re.Match[str]) -> str:
        there = (folder / unquote(match[1].partition("#")[0])).exists()
        return match[0] if there else match[2]

    return _LINK.sub(keep, html)


def _without_places(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The report's data without paths that lead nowhere from ``folder``."""

    def kept(path: str) -> str:
        return path if path and (folder / path).exists() else ""

    drafts = [{**draft, "folder": kept(draft["folder"])} for draft in data["drafts"]]
    places = {name: kept(data[name]) for name in ("docs", "quarantine_file")}
    return {**data, **places, "drafts": drafts}
