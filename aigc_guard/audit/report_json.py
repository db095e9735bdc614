"""The report as JSON for other programs: digests, labels and spans, no text but one.

What an altered quotation really says stands in it, personal values masked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from aigc_guard import __version__
from aigc_guard.audit.report import DraftReport, RunReport
from aigc_guard.audit.wordings import TrueWording
from aigc_guard.policy.waivers import WaiverUse
from aigc_guard.records import Outcome, Reason, dump, writer_shown
from aigc_guard.text import union


def to_json(report: RunReport, folder: Path | None = None) -> dict[str, Any]:
    """The run as plain JSON types; paths are relative to ``folder`` where it is given."""
    return {
        "run": report.run,
        "aigc_guard": __version__,
        "started_at": report.started_at,
        "finished_at": report.finished_at,
        "seed": str(report.seed),
        "briefs": len(report.drafts),
        "duplicates": report.duplicates,
        "quarantined": [dump(row) | {"file": Path(row.file).name} for row in report.quarantined],
        "outcomes": report.outcomes,
        "policies": dict(report.policies),
        "models": {
            note.name: {"digest": note.digest, "licence": note.licence, "remote": note.remote}
            for note in report.models
        },
        "waivers": [waiver_json(use) for use in report.waivers],
        "docs": relative(report.docs, folder),
        "quarantine_file": relative(report.quarantine_file, folder),
        "drafts": [draft_json(item, report, folder) for item in report.drafts],
    }


def draft_json(item: DraftReport, report: RunReport, folder: Path | None = None) -> dict[str, Any]:
    """One draft: identity, outcome, reasons, coverage, and the digests it rests on."""
    last = item.last
    return {
        "id": item.draft.draft_id,
        "version": last.draft.draft_id,
        "brief": item.brief.id,
        "kind": item.draft.kind,
        "channel": item.draft.channel,
        "language": item.draft.language,
        "outcome": item.outcome.value,
        "state": item.state,
        "held": dict(item.held),
        "attempts": item.attempts,
        "text_sha256": last.draft.text_sha256,
        "reasons": [reason_json(reason, item) for reason in all_reasons(item)],
        "noted": [reason_json(reason, item) for reason in last.decision.noted],
        "coverage": coverage(last),
        "writer": writer_shown(item.draft, is_supplied=bool(item.brief.text)),
        "model_digest": item.draft.model_digest,
        "models": {report.check: report.model_digest for report in last.reports},
        "policy": item.decision.policy,
        "policy_digest": item.decision.policy_digest,
        "redactions": [
            {"rule": edit.rule, "label": edit.label, "start": edit.start, "end": edit.end}
            for edit in item.edits
        ],
        "release": item.release.release_id if item.release else "",
        "folder": relative(release_folder(item, report), folder),
    }


def waiver_json(use: WaiverUse) -> dict[str, Any]:
    """One waiver: who answers for it, until when, and in which of the run's drafts it counted."""
    return {
        "policy": use.policy,
        "id": use.waiver,
        "rule": use.rule,
        "reason": dict(use.reason),
        "owner": use.owner,
        "approver": use.approver,
        "since": use.since,
        "expires": use.expires,
        "term": use.term.value,
        "used": len(use.drafts),
        "drafts": list(use.drafts),
    }


def reason_json(reason: Reason, item: DraftReport) -> dict[str, Any]:
    """One reason as plain JSON types, with the true wording where it is about a quotation."""
    values: dict[str, Any] = dump(reason)
    own = wording_of(item, reason)
    return {**values, "true_wording": own.as_json()} if own is not None else values


def wording_of(item: DraftReport, reason: Reason) -> TrueWording | None:
    """What the quotation that ``reason`` is about really says; None for any other reason."""
    version = item.last if reason in item.last.decision.reasons else item
    return next((one for one in version.wordings if one.is_about(reason)), None)


def all_reasons(item: DraftReport) -> tuple[Reason, ...]:
    """Why the draft has its outcome: its own reasons, and those of a redacted version held."""
    if item.redacted is None or item.redacted.decision.outcome is Outcome.RELEASE:
        return item.decision.reasons
    return (*item.decision.reasons, *item.redacted.decision.reasons)


def coverage(item: DraftReport) -> dict[str, float]:
    """Share of the text each check really read, 0-1; the least of several reports of a check."""
    length = len(item.draft.text) or 1
    shares: dict[str, float] = {}
    for report in item.reports:
        if report.status.value == "not_applicable":
            continue
        read = sum(span.end - span.start for span in union(report.coverage))
        share = round(read / length, 6) if item.draft.text else 1.0
        shares[report.check] = min(share, shares.get(report.check, 1.0))
    return shares


def release_folder(item: DraftReport, report: RunReport) -> Path | None:
    """Where the draft's release lies; None when it was not released."""
    if item.release is None:
        return None
    return (report.outbox or Path()) / item.release.folder


def relative(path: Path | None, folder: Path | None) -> str:
    """``path`` as a link from ``folder``, with forward slashes."""
    if path is None:
        return ""
    return Path(os.path.relpath(path, folder)).as_posix() if folder else path.as_posix()
