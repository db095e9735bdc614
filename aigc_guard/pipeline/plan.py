"""From brief files to a run: identity, batches, and what intake turned away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aigc_guard.errors import ConfigError, said
from aigc_guard.intake import Intake, keep_docs, read_briefs, staged_docs, write_quarantine
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Brief, Quarantined, digest_of, dump
from aigc_guard.release import recover
from aigc_guard.store import NewEvent


@dataclass(frozen=True)
class Batch:
    """Briefs that one writer writes together. Its composition decides its texts, so it is fixed
    by the run's whole brief list in order."""

    index: int
    writer: str
    briefs: tuple[Brief, ...]


@dataclass(frozen=True)
class RunPlan:
    """What a run will do. ``run_id`` is a digest of all that could change its result.

    A release made before ``since`` was not made by this run (or by an earlier, finished one of
    the same id): the report calls it already released.
    """

    run_id: str
    seed: int
    started_at: str
    since: str
    batches: tuple[Batch, ...]
    quarantined: tuple[Quarantined, ...]
    duplicates: int
    docs: Path | None
    quarantine_file: Path | None

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """All accepted briefs, batch by batch."""
        return tuple(brief for batch in self.batches for brief in batch.briefs)


def start_run(project: Project, paths: Sequence[Path], *, seed: int = 0) -> RunPlan:
    """Read the briefs, record the run and what was turned away, and form the batches.

    Starting the same run again gives the same plan and records nothing twice.
    """
    config = project.config
    # A broken policy or a wrong producer code stops the run before anything is written.
    _ = project.policies, project.installation
    with staged_docs(config.reports) as staged:
        intake = take_in(project, paths, docs_folder=staged)
        run_id = run_id_of(project, intake.briefs, seed)
        docs = keep_docs(intake.docs, config.reports / run_id / "intake") if intake.docs else None
    quarantine_file = _keep_quarantine(project, intake, run_id)
    recover(project.store, config.outbox, home=config.home_outbox)
    at = project.clock()
    before = project.store.get_run(run_id)
    plan = RunPlan(
        run_id=run_id,
        seed=seed,
        started_at=at,
        since=before.started_at if before and not before.finished_at else at,
        batches=batches_of(project, intake.briefs),
        quarantined=intake.quarantined,
        duplicates=intake.duplicates,
        docs=docs,
        quarantine_file=quarantine_file,
    )
    _record(project, plan)
    return plan


def take_in(project: Project, paths: Sequence[Path], *, docs_folder: Path | None = None) -> Intake:
    """Read and check brief files; nothing is recorded."""
    config = project.config
    return read_briefs(
        paths,
        project.kinds,
        limits=config.limits,
        docs_folder=docs_folder,
        writers_for=lambda kind, language: bool(config.writer_for(kind, language)),
    )


def run_id_of(project: Project, briefs: Sequence[Brief], seed: int) -> str:
    """Digest of the brief list, the writers, the policies and the seed, 16 hex digits."""
    writers = sorted({project.writer_for(brief) for brief in briefs})
    if "" in writers:
        raise ConfigError(
            said("a brief has no writer"), hint=said("name one under [writers] in aigc_guard.toml")
        )
    generators = [project.generator(name) for name in writers]
    return digest_of(
        {
            "briefs": [brief.digest for brief in briefs],
            "writers": [[g.name, g.model_digest, g.settings_digest] for g in generators],
            "policies": sorted(policy.digest for policy in project.policies.policies),
            "seed": str(seed),
            **_marked(project, briefs),
        }
    )[:16]


def _marked(project: Project, briefs: Sequence[Brief]) -> dict[str, list[str]]:
    """Settings of watermarks, where the drafts of some brief bear one."""
    settings = {
        own
        for brief in briefs
        for generator in [project.generator(project.writer_for(brief))]
        if (own := generator.settings_for(brief)) != generator.settings_digest
    }
    return {"marked": sorted(settings)} if settings else {}


def batches_of(project: Project, briefs: Sequence[Brief]) -> tuple[Batch, ...]:
    """The briefs by writer, cut into batches; of a plan's own briefs, the same batches."""
    by_writer: dict[str, list[Brief]] = {}
    for brief in briefs:
        by_writer.setdefault(project.writer_for(brief), []).append(brief)
    size = project.config.limits.batch_size
    cut = [
        (writer, tuple(group[start : start + size]))
        for writer, group in by_writer.items()
        for start in range(0, len(group), size)
    ]
    return tuple(Batch(index, writer, group) for index, (writer, group) in enumerate(cut))


def _keep_quarantine(project: Project, intake: Intake, run_id: str) -> Path | None:
    if not intake.quarantined:
        return None
    path = project.config.quarantine / f"{run_id}.csv"
    write_quarantine(intake, path)
    return path


def _record(project: Project, plan: RunPlan) -> None:
    at, used = plan.started_at, project.policies.policies
    digests = {policy.name: policy.digest for policy in used}
    with project.store.transaction() as tx:
        if not tx.put_run(plan.run_id, at=at, seed=plan.seed, policies=digests):
            tx.append_event("run.resumed", plan.run_id, body={}, at=at)
            return
        body = {"seed": str(plan.seed), "policies": digests, "briefs": len(plan.briefs)}
        tx.append_event("run.started", plan.run_id, body=body, at=at)
        for policy in used:
            tx.put_policy(policy.name, policy.digest, policy.form.as_dict())
            # Its content may be kept since its activation: that is no use yet.
            if not tx.events(kind="policy.used", subject=policy.digest, limit=1):
                body = {"policy": policy.name, "version": policy.version}
                tx.append_event("policy.used", policy.digest, body=body, at=at)
        tx.put_briefs(plan.run_id, plan.briefs)
        accepted = [
            NewEvent("brief.accepted", brief.digest, {"run": plan.run_id}, at)
            for brief in plan.briefs
        ]
        turned_away = [
            NewEvent("brief.quarantined", plan.run_id, _row_body(row), at)
            for row in plan.quarantined
        ]
        tx.put_quarantined(plan.run_id, plan.quarantined)
        tx.append_events([*accepted, *turned_away])


def _row_body(row: Quarantined) -> dict[str, object]:
    body = dump(row)
    return {key: body[key] for key in ("row", "column", "value_digest")} | {
        "file": Path(row.file).name
    }
