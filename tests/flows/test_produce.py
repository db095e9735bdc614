from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aigc_guard.config import load_config
from aigc_guard.errors import GenerationError
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Draft
from aigc_guard.testing import FixedClock, RecordedGenerator

from ..pipeline.conftest import MakeProject

pytestmark = pytest.mark.prefect

DRAFTS = {
    "plain": "The bridge opened on Tuesday.",
    "rude": "The mayor is an insult.",
    "leak": "The code is s3cret, they said, and hunter2 as well.",
    "doubt": "A rumour went round.",
    "again": ["A clumsy try.", "A good try."],
    "never": "Always clumsy.",
}
Briefs = Callable[..., Path]


@pytest.fixture
def run_flow(
    prefect_server: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Project, list[Path]], Any]:
    """Runs the flow on a project of recorded drafts instead of the configured one."""
    from flows import produce as module

    def run(project: Project, paths: list[Path]) -> Any:
        monkeypatch.setattr(module.ProduceParameters, "open", lambda _self: project)
        return module.produce(module.ProduceParameters(briefs=paths), return_state=True)

    return run


# A credential's signature is drawn anew, and record and statement name its digest; the proof names
# the log, and each store has its own.
SIGNED_ANEW = ("release.c2pa", "release.aigc.json", "release.dsse.json", "release.proof.json")


def artifacts() -> dict[str, Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {a.key: a.data for a in client.read_artifacts() if a.key}


def test_the_flow_and_the_process_leave_equal_reports(
    make_project: MakeProject, briefs: Briefs, run_flow: Callable[[Project, list[Path]], Any]
) -> None:
    source = briefs(*DRAFTS)
    in_process = produce(make_project(DRAFTS), [source])
    expected = in_process.json.read_bytes(), in_process.html.read_bytes()
    released = _outbox(in_process.report.outbox)
    folder = in_process.report.outbox.parent
    for part in (folder / "state").glob("store.db*"):  # the keys stay
        part.unlink()
    for left in ("outbox", "reports"):
        shutil.rmtree(folder / left)

    state = run_flow(make_project(DRAFTS), [source])
    assert state.is_completed()
    by_flow = state.result()
    assert (by_flow.json.read_bytes(), by_flow.html.read_bytes()) == expected
    assert _outbox(by_flow.report.outbox) == released


def test_what_the_flow_shows_in_prefect_holds_no_text(
    make_project: MakeProject, briefs: Briefs, run_flow: Callable[[Project, list[Path]], Any]
) -> None:
    state = run_flow(make_project(DRAFTS), [briefs(*DRAFTS)])
    shown = artifacts()
    assert json.loads(shown["produce-outcomes"]) == [
        {"kind": "news", "release": 2, "redact": 1, "review": 2, "block": 1}
    ]
    assert state.result().report.run in shown["produce-run"]
    assert "no-insult" in shown["produce-run"]
    assert "report.html" in shown["produce-report"]
    assert "produce-console" not in shown  # nobody said where the console is
    for text in ("s3cret", "hunter2", "bridge opened", "rumour went"):
        assert text not in json.dumps(shown)


def test_a_run_in_prefect_leads_to_the_console(
    make_project: MakeProject,
    briefs: Briefs,
    run_flow: Callable[[Project, list[Path]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIGC_GUARD_CONSOLE__URL", "https://desk.example/")
    project = make_project({"a": "A bridge opened."})
    there = replace(project, config=load_config(project.config.root))
    run = run_flow(there, [briefs("a")]).result().report.run
    assert f"](https://desk.example/runs/{run})" in artifacts()["produce-console"]


def test_a_run_again_by_the_flow_repeats_nothing(
    make_project: MakeProject, briefs: Briefs, run_flow: Callable[[Project, list[Path]], Any]
) -> None:
    project, source = make_project(DRAFTS), briefs(*DRAFTS)
    run_flow(project, [source])
    writer = project.writers["recorded"]
    assert isinstance(writer, RecordedGenerator)
    written = dict(writer.written)
    assert isinstance(project.clock, FixedClock)
    project.clock.advance(3600)
    again = run_flow(project, [source]).result()
    assert writer.written == written
    assert {d.state for d in again.report.drafts if d.release} == {"already released"}


class FakeStumblingGenerator(RecordedGenerator):
    """Fails at its first batch, as a model server does now and then."""

    stumbled = False

    def write(self, briefs: Any, *, seed: int, attempt: int) -> list[Draft]:
        if not self.stumbled:
            self.stumbled = True
            raise GenerationError("the server did not answer", hint="try again")
        return super().write(briefs, seed=seed, attempt=attempt)


def test_a_writer_that_stumbles_is_asked_again(
    make_project: MakeProject,
    briefs: Briefs,
    run_flow: Callable[[Project, list[Path]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows import produce as module

    monkeypatch.setattr(module.generate, "retry_delay_seconds", 0)
    project = make_project(DRAFTS)
    project.writers["recorded"] = FakeStumblingGenerator(DRAFTS, name="recorded")  # type: ignore[index]
    state = run_flow(project, [briefs("plain")])
    assert state.is_completed()
    assert state.result().report.outcomes["release"] == 1


def test_a_users_mistake_fails_the_run_with_its_mend_and_without_a_traceback(
    make_project: MakeProject,
    briefs: Briefs,
    run_flow: Callable[[Project, list[Path]], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    project = make_project(DRAFTS, policy="policy: [broken")
    state = run_flow(project, [briefs("plain")])
    assert state.is_failed()
    with pytest.raises(Exception, match=r"news\.yaml"):
        state.result()


def test_the_form_describes_every_parameter(prefect_server: str) -> None:
    from prefect.utilities.callables import parameter_schema

    from flows.produce import ProduceParameters, produce

    fields = parameter_schema(produce).definitions["ProduceParameters"]["properties"]
    assert set(fields) == set(ProduceParameters.model_fields)
    assert all(field.get("description") for field in fields.values())


def test_parameters_redirect_folders(tmp_path: Path) -> None:
    from flows.produce import ProduceParameters

    (tmp_path / "aigc_guard.toml").write_text("", encoding="utf-8")
    here = ProduceParameters(project=tmp_path, out=Path("elsewhere"), policies=Path("rules"))
    config = here.open().config
    assert config.outbox == tmp_path / "elsewhere/outbox"
    assert config.policies == tmp_path / "rules"


def _outbox(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): b"" if path.name in SIGNED_ANEW else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
