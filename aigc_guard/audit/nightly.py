"""What is looked at every night: the store, the guards, how long people let drafts wait, and what
has been kept long enough. Plain Python; ``flows/audit.py`` only wraps it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aigc_guard.audit.canary import Drift, measure_canary, settle
from aigc_guard.checks.interface import Check, Context
from aigc_guard.config import Config, ConsoleSettings
from aigc_guard.intake import STAGED
from aigc_guard.notify import Notice
from aigc_guard.policy import PolicySet, required_checks
from aigc_guard.records import dump
from aigc_guard.store import State, Store

CHECKED = "audit.finished"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The review queue: how many drafts wait, and since when the oldest of them."""

    count: int
    oldest: str = ""
    hours: float = 0.0
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """One night's findings. ``problems`` are inconsistencies of the record, in plain words."""

    at: str
    problems: tuple[str, ...] = ()
    canary: tuple[Drift, ...] = ()
    waiting: Waiting = field(default_factory=lambda: Waiting(0))
    removed: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[Drift, ...]:
        """Checks whose model is held back from now on."""
        return tuple(drift for drift in self.canary if drift.drifted)

    @property
    def ok(self) -> bool:
        """Whether the record is consistent and every guard measures as it did."""
        return not self.problems and not self.held

    def to_json(self) -> dict[str, Any]:
        """The findings as plain JSON types; no text, no personal value."""
        whole: dict[str, Any] = dump(self)
        whole["canary"] = [_drift_json(drift) for drift in self.canary]
        return {"ok": self.ok, **whole}


def guards_in_use(policies: PolicySet) -> list[Check]:
    """Every check with a model that some policy asks for, once per settings."""
    found: dict[tuple[str, str], Check] = {}
    for policy in policies.policies:
        for request in required_checks(policy):
            check = request.create()
            if check.uses_model:
                found.setdefault((check.id, check.settings_digest), check)
    return list(found.values())


def check_canary(
    store: Store, checks: Sequence[Check], context: Context, *, seconds: float, at: str
) -> tuple[Drift, ...]:
    """Measure the canary and record what it showed; a drifted model is held back from now on."""
    drifts = measure_canary(store, checks, context, seconds=seconds)
    settle(store, drifts, at=at)
    return tuple(drifts)


def check_queue(store: Store, *, now: str, overdue_hours: float) -> Waiting:
    """How long drafts wait for a person."""
    count = store.queue_length(state=State.WAITING)
    if not count:
        return Waiting(0)
    (oldest,) = store.queue(state=State.WAITING, limit=1)
    hours = max(0.0, (_moment(now) - _moment(oldest.since)).total_seconds() / 3600)
    return Waiting(count, oldest.since, round(hours, 2), hours > overdue_hours)


def clear_old(config: Config, *, now: str) -> tuple[str, ...]:
    """Remove quarantined rows and run reports past their retention; says what was removed.

    Only what a run of this project writes is touched: CSV files of the quarantine folder, report
    folders that hold a ``report.json``, and after a day what a killed run left half-written.
    Nothing is followed through a link.
    """
    removed: list[str] = []
    for days, candidates in (
        (1, _leftovers(config.reports)),
        (config.retention.quarantine_days, _quarantine_files(config.quarantine)),
        (config.retention.report_days, _report_folders(config.reports)),
    ):
        if not days:
            continue
        limit = (_moment(now) - timedelta(days=days)).timestamp()
        for path in candidates:
            if path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                removed.append(f"{path.parent.name}/{path.name}")
    return tuple(removed)


def finish_audit(store: Store, audit: Audit, folder: Path) -> Path:
    """Write the findings as JSON and note them in the record; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{audit.at.replace(':', '').replace('-', '')}.json"
    partial = path.with_name(path.name + ".partial")
    text = json.dumps(audit.to_json(), ensure_ascii=False, indent=2, sort_keys=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    store.append_event(
        CHECKED,
        path.name,
        body={
            "ok": audit.ok,
            "problems": len(audit.problems),
            "held": [drift.check for drift in audit.held],
            "waiting": audit.waiting.count,
            "removed": len(audit.removed),
        },
        at=audit.at,
    )
    return path


def notices(audit: Audit, console: ConsoleSettings | None = None) -> list[Notice]:
    """What people should be told after this night; nothing when all is well."""
    found = []
    if audit.problems:
        title = f"audit failed: {len(audit.problems)} inconsistencies in the record"
        found.append(Notice("audit.failed", title, audit.at, {"problems": list(audit.problems)}))
    for drift in audit.held:
        title = f"model held back: check {drift.check} measures otherwise than was accepted"
        facts = {"check": drift.check, "model": drift.model_digest, "why": drift.describe()}
        found.append(Notice("model.held", title, audit.at, facts))
    if audit.waiting.overdue:
        title = f"{audit.waiting.count} drafts wait for review, the oldest for {_age(audit)} h"
        waits: dict[str, str] = {"oldest": audit.waiting.oldest}
        if console is not None and (page := console.page("/queue")):
            waits["page"] = page
        found.append(Notice("drafts.waiting", title, audit.at, waits))
    return found


def run_nightly(
    store: Store,
    config: Config,
    policies: PolicySet,
    context: Context,
    *,
    consistency: Callable[[], Sequence[str]],
    clock: Callable[[], str],
) -> Audit:
    """All steps in order, in this process; the flow composes the same ones."""
    at = clock()
    return Audit(
        at=at,
        problems=tuple(consistency()),
        canary=check_canary(
            store, guards_in_use(policies), context, seconds=config.limits.check_seconds, at=at
        ),
        waiting=check_queue(store, now=at, overdue_hours=config.notify.waiting_hours),
        removed=clear_old(config, now=at),
    )


def _age(audit: Audit) -> str:
    return f"{audit.waiting.hours:.0f}"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _quarantine_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.glob("*.csv")) if p.is_file() and not p.is_symlink())


def _report_folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            # The committed sample is no run's report.
            if path.name == "sample" or path.is_symlink() or not path.is_dir():
                continue
            if (path / "report.json").is_file():
                yield path


def _leftovers(reports: Path) -> Iterator[Path]:
    if reports.is_dir():
        staged = sorted(reports.glob(f"{STAGED}*"))
        yield from (path for path in staged if path.is_dir() and not path.is_symlink())


def _drift_json(drift: Drift) -> dict[str, Any]:
    values: dict[str, Any] = dump(drift)
    return {"drifted": drift.drifted, "said": drift.describe(), **values}
