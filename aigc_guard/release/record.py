"""The record that lies beside a release: what made it, what was measured, who let it go."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import aigc_guard
from aigc_guard.records import Brief, CheckReport, Decision, Draft, Reason, writer_shown

RECORD_FILE = "release.aigc.json"
_FORMAT = "aigc_guard release record, version 1"


def release_record(
    *,
    release_id: str,
    draft: Draft,
    brief: Brief,
    decision: Decision,
    reports: Sequence[CheckReport],
    labels: Mapping[str, Any],
    files: Mapping[str, str],
    approved_by: str,
    released_at: str,
) -> dict[str, Any]:
    """The record as plain JSON: digests, labels and spans, no personal value and no name.

    ``approved_by`` is an opaque id. Scores and shares are texts with four decimals, so that
    every JSON reader sees the same record.
    """
    return {
        "format": _FORMAT,
        "release_id": release_id,
        "released_at": released_at,
        "software": f"aigc_guard {aigc_guard.__version__}",
        "brief": {"id": brief.id, "sha256": brief.digest, "kind": brief.kind},
        "draft": _draft(draft),
        "model": {
            "name": writer_shown(draft, is_supplied=bool(brief.text)),
            "sha256": draft.model_digest,
        },
        "policy": {"name": decision.policy, "sha256": decision.policy_digest},
        "checks": [
            _check(report, len(draft.text))
            for report in sorted(reports, key=lambda report: report.key)
        ],
        "decision": {
            "outcome": decision.outcome.value,
            "reasons": [_reason(reason) for reason in decision.reasons],
            "noted": [_reason(reason) for reason in decision.noted],
        },
        "approved_by": approved_by,
        "labels": dict(labels),
        "files": dict(files),
    }


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """The record as it lies in the folder; equal records give equal bytes."""
    return (json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.draft_id,
        "text_sha256": draft.text_sha256,
        "language": draft.language,
        "channel": draft.channel,
        "settings_sha256": draft.settings_digest,
        "seed": str(draft.seed),
        "attempt": draft.attempt,
        "made_by": draft.made_by,
        "parent": draft.parent,
    }


def _check(report: CheckReport, length: int) -> dict[str, Any]:
    return {
        "check": report.check,
        "version": report.version,
        "model_sha256": report.model_digest,
        "settings_sha256": report.settings_digest,
        "status": report.status.value,
        "coverage": f"{_share(report, length):.4f}",
        "scores": {label: f"{score:.4f}" for label, score in sorted(report.scores.items())},
    }


def _share(report: CheckReport, length: int) -> float:
    """Share of the characters that were read, 0-1."""
    read = reached = 0
    for span in sorted(report.coverage):
        read += max(0, min(span.end, length) - max(span.start, reached))
        reached = max(reached, min(span.end, length))
    return read / length if length else 1.0


def _reason(reason: Reason) -> dict[str, Any]:
    value = {} if reason.value is None else {"value": f"{reason.value:.4f}"}
    return {
        **value,
        "rule": reason.rule,
        "check": reason.check,
        "outcome": reason.outcome.value,
        "label": reason.label,
        "score": f"{reason.score:.4f}",
        "start": reason.start,
        "end": reason.end,
    }
