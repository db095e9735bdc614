"""A text that can't be released yet stays, with the mend; the others of its run go out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aigc_guard.config.model import LabelSettings
from aigc_guard.errors import ConfigError
from aigc_guard.pipeline.held import EVENT
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.release.labels import read_label

from .conftest import POLICY, MakeProject

PRODUCER = "001191350100M000100Y4311234"
NEEDS_LABEL = POLICY + "marks: {gb45438: required}\n"
DRAFTS = {"home": "The bridge opened on Tuesday.", "china": "The road opened on Friday."}
Briefs = Callable[..., Path]


def for_china(path: Path) -> Path:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[1]["jurisdictions"] = ["CN"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def with_producer(project: Project, code: str) -> Project:
    return Project(
        config=replace(project.config, labels=LabelSettings(code)),
        clock=project.clock,
        writers=project.writers,
        checks=project.checks,
    )


def test_a_release_for_china_waits_for_the_producer_code(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project(DRAFTS, policy=NEEDS_LABEL)
    paths = [for_china(briefs(*DRAFTS))]
    for _ in range(2):
        done = produce(project, paths)
        by_id = {item.brief.id: item for item in done.report.drafts}
        assert by_id["home"].release is not None
        assert by_id["home"].held == {}
        assert by_id["china"].release is None
        assert by_id["china"].state == "held"
    assert "content_producer" in by_id["china"].held["en"]
    assert "内容制作者编码" in by_id["china"].held["zh"]
    assert len(project.store.events(kind=EVENT)) == 1
    page = done.html.read_text(encoding="utf-8")
    assert "Could not be released" in page
    assert "content_producer" in page

    later = with_producer(project, PRODUCER)
    done = produce(later, paths)
    item = {item.brief.id: item for item in done.report.drafts}["china"]
    assert item.release is not None
    assert item.held == {}
    folder = project.config.outbox / item.release.folder
    label = read_label((folder / "release.aigc-label.json").read_text(encoding="utf-8"))
    assert (label.content_producer, label.produce_id) == (PRODUCER, item.release.release_id)
    here = {path.name for path in folder.iterdir()}
    assert set(item.release.files) | {"release.proof.json"} == here


def test_a_wrong_producer_code_stops_the_run_before_anything_is_written(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = with_producer(make_project(DRAFTS, policy=NEEDS_LABEL), PRODUCER[:-1])
    with pytest.raises(ConfigError, match="needs 27"):
        produce(project, [briefs(*DRAFTS)])
    assert project.store.events() == []


def test_a_text_that_is_labelled_already_holds_back_only_itself(
    make_project: MakeProject, briefs: Briefs
) -> None:
    project = make_project({**DRAFTS, "china": "Written with AI.\n\nThe road opened."})
    done = produce(project, [briefs(*DRAFTS)])
    held = {item.brief.id: item.held for item in done.report.drafts}
    assert held["home"] == {}
    assert "exactly one" in held["china"]["en"]
