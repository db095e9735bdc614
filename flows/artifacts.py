"""What a flow shows in Prefect: counts, digests and places; draft text stays in the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from aigc_guard.audit.nightly import Audit
from aigc_guard.audit.report import RunReport
from aigc_guard.config import ConsoleSettings
from aigc_guard.pipeline.produce import Produced
from aigc_guard.records import Outcome
from aigc_guard.review import Published


def publish_run(produced: Produced, console: ConsoleSettings) -> None:
    """The run's outcomes as a table, its summary as markdown, and links to its report and page."""
    create_table_artifact(
        outcomes_by_kind(produced.report), key="produce-outcomes", description="Outcomes per kind"
    )
    create_markdown_artifact(
        run_summary(produced.report), key="produce-run", description="The latest run"
    )
    create_link_artifact(
        produced.html.resolve().as_uri(), link_text="report.html", key="produce-report"
    )
    if page := console.page(f"/runs/{produced.report.run}"):
        create_link_artifact(page, link_text=produced.report.run, key="produce-console")


def outcomes_by_kind(report: RunReport) -> list[dict[str, Any]]:
    """One row per kind, one column per outcome."""
    rows: dict[str, dict[str, Any]] = {}
    for item in report.drafts:
        empty = {"kind": item.draft.kind} | {outcome.value: 0 for outcome in Outcome}
        rows.setdefault(item.draft.kind, empty)[item.outcome.value] += 1
    return [rows[kind] for kind in sorted(rows)]


def run_summary(report: RunReport) -> str:
    """The run in a few lines: ids, counts, the rules that tripped most, policies and models."""
    rules = _most_tripped(report)
    lines = [
        f"# Run {report.run}",
        f"{len(report.drafts)} drafts, {len(report.quarantined)} problems in brief rows, "
        f"{report.duplicates} duplicates.",
        "",
        _table(["outcome", "drafts"], [[name, n] for name, n in report.outcomes.items()]),
        "",
        _table(["rule", "outcome", "drafts"], rules) if rules else "No rule tripped.",
        "",
        _table(["policy", "digest"], [[n, d[:16]] for n, d in sorted(report.policies.items())]),
        "",
        _table(["model", "digest"], [[m.name, m.digest[:16] or "remote"] for m in report.models]),
    ]
    return "\n".join(lines)


def publish_releases(published: Published) -> None:
    """What was published after approval, and what was refused and why."""
    rows = [
        {"draft": item.draft_id, "release": item.release_id, "refused": ""}
        for item in published.released
    ]
    rows += [
        {"draft": item.draft_id, "release": "", "refused": item.error.message}
        for item in published.refused
    ]
    if rows:
        create_table_artifact(rows, key="release-approved", description="Approved drafts")


def publish_audit(audit: Audit) -> None:
    """The night's findings as markdown, the canary as a table."""
    create_markdown_artifact(
        audit_summary(audit), key="audit-night", description="The latest audit"
    )
    if audit.canary:
        create_table_artifact(
            canary_rows(audit), key="audit-canary", description="Guards against the canary"
        )


def canary_rows(audit: Audit) -> list[dict[str, Any]]:
    """One row per guard check and settings."""
    return [
        {
            "check": drift.check,
            "model": drift.model_digest[:16],
            "accepted": not drift.drifted,
            "largest change": f"{drift.largest:.3f}",
            "said": drift.describe(),
        }
        for drift in audit.canary
    ]


def audit_summary(audit: Audit) -> str:
    """Verdict, problems, held models, queue and what retention removed."""
    waiting = audit.waiting
    lines = [f"# Audit {audit.at}: {'passed' if audit.ok else 'FAILED'}", "", "## Record", ""]
    lines += [f"- {problem}" for problem in audit.problems] or ["Consistent."]
    lines += ["", "## Models held back", ""]
    lines += [f"- {drift.check}: {drift.describe()}" for drift in audit.held] or ["None."]
    lines += ["", "## Review queue", "", f"{waiting.count} drafts wait."]
    if waiting.count:
        overdue = " (overdue)" if waiting.overdue else ""
        lines += [f"The oldest waits since {waiting.oldest}: {waiting.hours:.1f} h{overdue}."]
    lines += ["", "## Retention", "", f"{len(audit.removed)} old files or folders removed."]
    return "\n".join(lines)


def publish_training(figures: Mapping[str, Any], *, key: str) -> None:
    """A trained model's figures."""
    rows = [{"figure": name, "value": str(value)} for name, value in sorted(figures.items())]
    create_table_artifact(rows, key=key, description="Measured on splits no training touched")


def _most_tripped(report: RunReport, most: int = 10) -> list[list[Any]]:
    counts: dict[tuple[str, str], int] = {}
    for item in report.drafts:
        decision = item.last.decision if item.redacted else item.decision
        for key in {(r.rule, r.outcome.value) for r in decision.reasons}:
            counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return [[rule, outcome, count] for (rule, outcome), count in ranked]


def _table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(headers), line(["---"] * len(headers)), *(line(row) for row in rows)])
