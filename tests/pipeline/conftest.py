"""A small project folder: recorded drafts, a policy over fake checks, a store of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from aigc_guard.checks.catalogue import CheckTypes, check_types
from aigc_guard.checks.interface import Check
from aigc_guard.config import load_config
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.testing import FakeCheck, FixedClock, RecordedGenerator, fake_as

ROOT = Path(__file__).resolve().parents[2]

POLICY = """\
policy: news-test
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
defaults:
  attempts: 3
  replace:
    en: {secret: "[secret]"}
rules:
  - id: no-insult
    check: words
    with: {words: [insult], label: insult}
    limits: {insult: 0.5}
    action: block
    message: {en: "An insult.", zh: "侮辱性词语。"}
  - id: hide-secret
    check: words
    with: {words: [s3cret, hunter2], label: secret}
    limits: {labels: [secret]}
    action: redact
    message: {en: "A secret.", zh: "机密。"}
  - id: look-at-rumour
    check: words
    with: {words: [rumour], label: rumour}
    limits: {rumour: 0.5}
    action: review
    message: {en: "A rumour.", zh: "传闻。"}
  - id: write-again
    check: words
    with: {words: [clumsy], label: clumsy}
    limits: {clumsy: 0.5}
    action: regenerate
    message: {en: "Clumsy.", zh: "生硬。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""

CONFIG = """\
store = "sqlite:///state/store.db"
[writers.news]
en = "recorded"
[limits]
batch_size = 4
check_seconds = 5
"""


class FakeWords(FakeCheck):
    """The word check under the id the test policy names; its label comes from its settings."""

    id = "words"
    labels = ()


class FakeCheckTypes(CheckTypes):
    """The installed checks and some fakes."""

    def __init__(self, fakes: Mapping[str, type[Check]]) -> None:
        super().__init__(dict.fromkeys((*check_types(), *fakes)))  # type: ignore[misc]
        self._fakes = dict(fakes)

    def __getitem__(self, check_id: str) -> type[Check]:
        return self._fakes[check_id] if check_id in self._fakes else check_types()[check_id]


MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """``make_project(drafts, policy=…, fakes=…)``: a project whose writer wrote ``drafts``."""

    def make(
        drafts: Mapping[str, str | Sequence[str]],
        *,
        policy: str = POLICY,
        fakes: Mapping[str, type[Check]] | None = None,
        unfaithful: Mapping[str, Sequence[str]] | None = None,
    ) -> Project:
        folder = tmp_path / "project"
        (folder / "policies").mkdir(parents=True, exist_ok=True)
        (folder / "models").mkdir(exist_ok=True)
        if not (folder / "kinds").exists():
            shutil.copytree(ROOT / "kinds", folder / "kinds")
        (folder / "policies" / "news.yaml").write_text(policy, encoding="utf-8")
        (folder / "aigc_guard.toml").write_text(CONFIG, encoding="utf-8")
        writer = RecordedGenerator(drafts, name="recorded", unfaithful=unfaithful)
        return Project(
            config=load_config(folder, {}),
            clock=FixedClock(),
            writers={"recorded": writer},
            checks=FakeCheckTypes({"words": FakeWords, **(fakes or {})}),
        )

    return make


@pytest.fixture
def briefs(tmp_path: Path) -> Callable[..., Path]:
    """``briefs("a", "b")`` writes a JSONL file of news briefs with these ids."""

    def write(*ids: str, name: str = "briefs.jsonl") -> Path:
        path = tmp_path / name
        rows = [
            {
                "id": brief,
                "kind": "news",
                "language": "en",
                "channel": "wire",
                "jurisdictions": ["US"],
                "facts": [{"name": "headline", "value": f"Bridge {brief} opens"}],
            }
            for brief in ids
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


__all__ = ["FakeWords", "MakeProject", "fake_as"]


@pytest.fixture(scope="module")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a module's finished project is kept for its other tests to copy."""
    return tmp_path_factory.mktemp("finished") / "project"


@pytest.fixture
def produced(
    make_project: MakeProject, briefs: Callable[..., Path], _finished: Path
) -> Callable[[Mapping[str, str]], Project]:
    """``produced(drafts)``: a project whose run is finished; a module's first test makes it."""

    def make(drafts: Mapping[str, str]) -> Project:
        project, source = make_project(drafts), briefs(*drafts)
        if _finished.exists():
            shutil.copytree(_finished, project.config.root, dirs_exist_ok=True)
        else:
            produce(project, [source])
            project.store.close()
            shutil.copytree(project.config.root, _finished)
        return project

    return make
