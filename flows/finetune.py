"""Training as a flow: prepare, train, export, evaluate, enter into models.lock.

The work is in ``aigc_guard.training``; every stage is one of its own commands, run in a process of
its own, so that a stage that is cancelled frees its memory and leaves its checkpoint: the same
flow run again goes on from there. Progress lines appear in the flow's log.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, Field

from aigc_guard.errors import ConfigError, ModelError
from flows.prepare import MODEL_TAG
from flows.session import command, config_of, prefect_api, quiet_guard_errors

TRAINING = "aigc_guard.training"
ModelName = Literal[
    "guard-en", "guard-zh", "writer-en", "writer-legal-en", "writer-marketing-en", "writer-news-en"
]


class FinetuneParameters(BaseModel):
    """Which model to train, from what, into where."""

    model: ModelName = Field(description="the model to train")
    data: Path = Field(description="folder with the training data")
    base: Path | None = Field(
        None,
        description="folder of the base: an encoder for guard-en, a writer for an adapter",
    )
    words: Path | None = Field(
        None, description="jieba 0.42.1's dict.txt: Chinese words, taught beside (guard-zh only)"
    )
    work: Path = Field(Path("checkpoints"), description="where checkpoints go, in the project")
    out: Path = Field(Path("models"), description="where the finished model goes, in the project")
    steps: int | None = Field(None, gt=0, description="training steps instead of the default")
    device: str = Field("cpu", description="where to train: cpu, cuda, cuda:1")
    project: Path | None = Field(None, description="project folder; none: where the worker works")


@dataclass(frozen=True, slots=True)
class Stage:
    """One command of ``aigc_guard.training`` with its arguments."""

    name: str
    module: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Resolved folders of one training."""

    data: Path
    base: Path | None
    words: Path | None
    work: Path
    out: Path
    kinds: Path
    steps: tuple[str, ...]
    device: tuple[str, ...]


def _guard_en(at: Places) -> list[Stage]:
    if at.base is None:
        raise ConfigError(
            "the English guard starts from a base encoder", hint="give its folder: base"
        )
    training = (str(at.data), str(at.base), str(at.work), *at.steps, *at.device)
    return [
        Stage("train", f"{TRAINING}.guards.english", training),
        _export_guard(at, "en"),
        Stage("wide part", f"{TRAINING}.guards.wide", (str(at.data), str(at.out))),
        Stage("evaluate", f"{TRAINING}.guards.evaluate", (str(at.data), str(at.out))),
    ]


def _guard_zh(at: Places) -> list[Stage]:
    evaluating = (str(at.data), str(at.out), "--language", "zh")
    words = ("--words", str(at.words)) if at.words else ()
    training = (str(at.data), str(at.work), *words, *at.steps, *at.device)
    return [
        Stage("train", f"{TRAINING}.guards.chinese", training),
        _export_guard(at, "zh"),
        Stage("evaluate", f"{TRAINING}.guards.evaluate", evaluating),
    ]


def _export_guard(at: Places, language: str) -> Stage:
    given = [str(at.data), str(at.work), str(at.out), "--language", language]
    if at.base is not None:
        given += ["--base", str(at.base)]
    return Stage("export", f"{TRAINING}.guards.ship", tuple(given))


def _writer(at: Places) -> list[Stage]:
    data, work, out = str(at.data), str(at.work), str(at.out)
    places = ("--data", data, "--out", work)
    evaluating = ("--data", data, "--model", out, "--kinds", str(at.kinds))
    return [
        Stage("prepare prose", f"{TRAINING}.writers.pretrain", (*places, *at.device)),
        Stage("prepare pairs", f"{TRAINING}.writers.finetune", (*places, "--prepare")),
        Stage("train", f"{TRAINING}.writers.finetune", (*places, *at.steps, *at.device)),
        Stage(
            "export", f"{TRAINING}.writers.export", ("--work", work, "--out", out, "--data", data)
        ),
        Stage("evaluate", f"{TRAINING}.writers.evaluate", evaluating),
    ]


def _adapter(kind: str, sources: str, steps: int) -> Callable[[Places], list[Stage]]:
    """An adapter upon ``writer-en``, taught one kind alone."""

    def stages(at: Places) -> list[Stage]:
        data, out = str(at.data), str(at.out)
        base = at.base or at.out.parent / "writer-en"
        training = ("--data", data, "--base", str(base), "--out", out, "--work", str(at.work))
        drawn = ("--kind", str(at.kinds / kind), "--sources", sources)
        size = ("--rank", "16", *(at.steps or ("--steps", str(steps))))
        measured = ("--data", data, "--model", out, "--kinds", str(at.kinds), "--parts", kind)
        return [
            Stage("train", f"{TRAINING}.writers.adapt", (*training, *drawn, *size)),
            Stage("evaluate", f"{TRAINING}.writers.evaluate", measured),
        ]

    return stages


RECIPES: dict[str, Callable[[Places], list[Stage]]] = {
    "guard-en": _guard_en,
    "guard-zh": _guard_zh,
    "writer-en": _writer,
    "writer-legal-en": _adapter("legal", "authored=6,cuad=4,templates=0.5,accord=0.3", 2000),
    "writer-marketing-en": _adapter("marketing", "authored-marketing", 1700),
    "writer-news-en": _adapter("news", "authored-news=3,news=2", 1600),
}


def stages_of(parameters: FinetuneParameters) -> list[Stage]:
    """The commands of this training, in order; raises ConfigError for a folder that is missing."""
    config = config_of(parameters.project)
    data = config.root / parameters.data
    if not data.is_dir():
        raise ConfigError(f"there is no data folder {data}", hint="data: the folder to train on")
    out = config.root / parameters.out / parameters.model
    places = Places(
        data=data,
        base=config.root / parameters.base if parameters.base else None,
        words=config.root / parameters.words if parameters.words else None,
        work=config.root / parameters.work / parameters.model,
        out=out,
        kinds=config.kinds,
        steps=("--steps", str(parameters.steps)) if parameters.steps else (),
        device=("--device", parameters.device),
    )
    lock = Stage("lock", "aigc_guard.cli", ("models", "add", str(out)))
    return [*RECIPES[parameters.model](places), lock]


@task(task_run_name="{stage.name}", tags=["aigc-guard", MODEL_TAG], cache_policy=NO_CACHE)
def run_stage(stage: Stage, folder: Path) -> str:
    """Run one command to its end, its lines in the log; its last line, or ModelError."""
    log = get_run_logger()
    last = ""
    process = subprocess.Popen(  # noqa: S603 - our own modules, arguments are paths and numbers
        [sys.executable, "-u", "-m", stage.module, *stage.arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            last = line.strip() or last
            log.info("%s", line.rstrip())
        code = process.wait()
    finally:
        if process.poll() is None:  # cancelled: the stage resumes from its checkpoint
            process.terminate()
    if code != 0:
        raise ModelError(
            f"training stage {stage.name} ended with code {code}: {last}",
            hint="mend it and run the same flow again: it goes on from the last checkpoint",
        )
    return last


@flow(name="finetune")
def finetune(parameters: FinetuneParameters) -> str:
    """Train, export, measure and lock one model; run again it resumes."""
    quiet_guard_errors()
    folder = config_of(parameters.project).root
    last = ""
    for stage in stages_of(parameters):
        last = run_stage(stage, folder)
    return last


def main(arguments: Sequence[str]) -> int:
    """Trains one model here and now."""
    parser = argparse.ArgumentParser(prog="python -m flows.finetune", description=__doc__)
    parser.add_argument("model", choices=sorted(RECIPES), help="the model to train")
    parser.add_argument("--data", type=Path, required=True, help="folder with the training data")
    parser.add_argument("--base", type=Path, help="folder of the base encoder (guard-en only)")
    parser.add_argument("--words", type=Path, help="jieba's dict.txt (guard-zh only)")
    parser.add_argument("--steps", type=int, help="training steps instead of the default")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 …")
    parser.add_argument("--project", type=Path, help="project folder")
    given = parser.parse_args(arguments)
    here = FinetuneParameters(
        model=given.model,
        data=given.data.resolve(),
        base=given.base and given.base.resolve(),
        words=given.words and given.words.resolve(),
        steps=given.steps,
        device=given.device,
        project=given.project and given.project.resolve(),
    )
    stages_of(here)  # a missing folder is told before anything starts
    with prefect_api(config_of(here.project)):
        finetune(here)
    return 0


if __name__ == "__main__":
    command(main)
