"""prefect.yaml and automations.yaml start as they are: every name in them exists."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> Any:
    return YAML(typ="safe").load(ROOT / name)


DEPLOYMENTS = {item["name"]: item for item in load("prefect.yaml")["deployments"]}


def flow_of(name: str) -> Any:
    path, _, attribute = DEPLOYMENTS[name]["entrypoint"].partition(":")
    assert (ROOT / path).is_file()
    return getattr(
        importlib.import_module(Path(path).with_suffix("").as_posix().replace("/", ".")), attribute
    )


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_an_entrypoint_is_a_flow_of_that_name(name: str) -> None:
    from prefect import Flow

    flow = flow_of(name)
    assert isinstance(flow, Flow)
    assert flow.name == name


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_a_schedule_can_be_kept_and_its_parameters_are_valid(name: str) -> None:
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

    item = DEPLOYMENTS[name]
    for schedule in item["schedules"]:
        if "cron" in schedule:
            CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
        else:
            IntervalSchedule(interval=schedule["interval"])
    if item["schedules"]:  # a scheduled flow needs no answer from anybody
        flow_of(name).validate_parameters(item.get("parameters", {}))


def test_pool_limit_and_event_are_the_ones_the_flows_know() -> None:
    from flows.events import APPROVED
    from flows.prepare import WORK_POOL

    assert {item["work_pool"]["name"] for item in DEPLOYMENTS.values()} == {WORK_POOL}
    assert all(item["concurrency_limit"]["limit"] == 1 for item in DEPLOYMENTS.values())
    assert DEPLOYMENTS["release"]["triggers"][0]["expect"] == [APPROVED]


def test_the_automations_are_prefects_own_form() -> None:
    from prefect.events.schemas.automations import AutomationCore

    automations = load("automations.yaml")["automations"]
    names = [AutomationCore.model_validate(item).name for item in automations]
    assert len(names) == len(set(names)) == 2


def test_every_training_stage_is_a_command_that_exists(tmp_path: Path) -> None:
    from flows.finetune import RECIPES, FinetuneParameters, stages_of

    (tmp_path / "aigc_guard.toml").write_text("", encoding="utf-8")
    (tmp_path / "data").mkdir()
    for model in RECIPES:
        given = FinetuneParameters(
            model=model,
            data=Path("data"),
            base=Path("base"),
            words=Path("dict.txt"),
            steps=7,
            project=tmp_path,
        )
        stages = stages_of(given)
        assert [stage.name for stage in stages][-2:] == ["evaluate", "lock"]
        for stage in stages:
            module = importlib.import_module(stage.module)
            assert hasattr(module, "main"), stage.module
        for stage in stages[:-1]:
            known = subprocess.run(
                [sys.executable, "-m", stage.module, "--help"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            asked = [one for one in stage.arguments if one.startswith("--")]
            assert [one for one in asked if one not in known] == [], stage.module


@pytest.mark.prefect
def test_a_stage_that_fails_names_its_last_line(prefect_server: str, tmp_path: Path) -> None:
    from aigc_guard.errors import ModelError
    from flows.finetune import Stage, run_stage

    with pytest.raises(ModelError, match="stage help ended with code 2"):
        run_stage(Stage("help", "aigc_guard.cli", ("no-such-command",)), tmp_path)


@pytest.mark.prefect
def test_a_schedule_really_makes_runs(prefect_server: str) -> None:
    """Prefect's scheduler fails silently on some versions of what it is built on."""
    from datetime import timedelta

    from prefect.client.orchestration import get_client

    flow = flow_of("release")
    deployment = flow.to_deployment("every-minute", interval=timedelta(minutes=1))
    identifier = deployment.apply()
    with get_client(sync_client=True) as client:
        client._client.post(f"/deployments/{identifier}/schedule", json={}).raise_for_status()
        runs = client.read_flow_runs()
    assert [run for run in runs if run.deployment_id == identifier and run.auto_scheduled]


@pytest.mark.prefect
def test_the_console_starts_a_run_at_a_real_server(prefect_server: str, tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    from aigc_guard.config import load_config
    from aigc_guard.dashboard.prefect_server import start
    from aigc_guard.errors import ConfigError

    (tmp_path / "aigc_guard.toml").write_text(
        f'[console]\nprefect_api = "{prefect_server}"\n', encoding="utf-8"
    )
    config, briefs = load_config(tmp_path, {}), Path("state/orders/0123/briefs.jsonl")
    with get_client(sync_client=True) as client:
        for known in client.read_deployments():
            client.delete_deployment(known.id)
    with pytest.raises(ConfigError, match="did not take the run"):
        start(config, briefs)
    identifier = flow_of("produce").to_deployment("produce").apply()
    made = start(config, briefs)
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(made)
    assert run.deployment_id == identifier
    assert run.parameters == {"parameters": {"briefs": [briefs.as_posix()]}}
    assert run.state is not None
    assert run.state.is_scheduled()
